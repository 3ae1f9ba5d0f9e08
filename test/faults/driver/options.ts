import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Fault } from './point.js';

/** What the command line asks for. */
export interface Options {
  /** How many points to try; all when absent. */
  readonly sample: number | undefined;
  readonly seed: number;
  readonly only: readonly string[] | undefined;
  readonly faults: readonly Fault[] | undefined;
  readonly points: readonly string[];
  /** When no more points are begun; no limit when absent. */
  readonly minutes: number | undefined;
  /** Rounds of many processes at once, on each database. */
  readonly rounds: number;
  readonly jobs: number;
  /** Whether docs/reliability.md is written. */
  readonly write: boolean;
  /** Whether the messages of each run are printed, and nothing is tried. */
  readonly list: boolean;
}

/** @throws Error for an option that does not exist, a number that is none, or --write with a part of a row */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sample: { type: 'string' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      faults: { type: 'string' },
      point: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      jobs: { type: 'string' },
      write: { type: 'boolean' },
      list: { type: 'boolean' },
    },
  });
  const number = (name: 'sample' | 'minutes' | 'seed' | 'rounds' | 'jobs'): number | undefined => {
    const value = values[name];
    if (value !== undefined && !/^\d+$/.test(value)) throw new Error(`--${name} ${value} is not a whole number.`);
    return value === undefined ? undefined : Number(value);
  };
  const points = values.point ?? [];
  if (values.write === true && (points.length > 0 || values.faults !== undefined)) {
    throw new Error('--write writes whole rows: without --point and --faults.');
  }
  return {
    sample: number('sample'),
    minutes: number('minutes'),
    seed: number('seed') ?? 1,
    only: values.only?.split(','),
    faults: values.faults?.split(',') as Fault[] | undefined,
    points,
    rounds: number('rounds') ?? (points.length > 0 ? 0 : 50),
    jobs: number('jobs') ?? availableParallelism() + 1,
    write: values.write ?? false,
    list: values.list ?? false,
  };
}
