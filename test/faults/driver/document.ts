import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.js';
import { nameOf } from './point.js';
import { type RaceResult, RACERS } from './race.js';
import type { Subject } from './subject.js';
import { tableOf } from './table.js';
import type { Verdict } from './try-point.js';

/** What a run of the driver found. */
export interface Findings {
  readonly subjects: readonly Subject[];
  readonly verdicts: readonly Verdict[];
  readonly races: readonly RaceResult[];
  /** How many points there are, tried or not. */
  readonly points: number;
  readonly seconds: number;
}

const BEGIN = '<!-- faults -->';
const END = '<!-- end of faults -->';

/** Puts the tables of a run into docs/reliability.md, between two marks. */
export function writeDocument(root: string, findings: Findings, options: Options, versions: string): void {
  const file = join(root, 'docs/reliability.md');
  const text = readFileSync(file, 'utf8');
  const before = text.slice(0, text.indexOf(BEGIN));
  const after = text.slice(text.indexOf(END));
  writeFileSync(file, `${before}${BEGIN}\n\n${section(findings, options, versions).join('\n')}\n\n${after}`);
}

function section(
  { subjects, verdicts, races, points, seconds }: Findings,
  options: Options,
  versions: string,
): string[] {
  const wrong = verdicts.filter((verdict) => verdict.wrong.length > 0);
  const day = new Date().toISOString().slice(0, 10);
  return [
    `${verdicts.length - wrong.length} of ${verdicts.length} points right, of ${points} that there are: ${commandOf(options)}, ${day}, ` +
      `commit ${commit()}, ${Math.round(seconds / 60)} minutes. ${versions}.`,
    '',
    ...tableOf(subjects, verdicts),
    '',
    ...(wrong.length === 0 ? [] : ['Not right:', '', ...wrong.map(lineOf), '']),
    `${RACERS} processes that upgrade the same new database at once, each through its own connection:`,
    '',
    '| database | rounds | right |',
    '| --- | --- | --- |',
    ...races.map(({ title, rounds, wrong: lines }) => `| ${title} | ${rounds} | ${rounds - wrongRounds(lines)} |`),
  ];
}

function lineOf({ point, wrong, sql }: Verdict): string {
  const statement = sql.replaceAll(/\s+/g, ' ').slice(0, 60).replaceAll('|', '\\|');
  return `- \`${nameOf(point)}\` (\`${statement}\`): ${wrong[0]?.replaceAll(/\/\S*\/migrations\//g, '') ?? ''}`;
}

function wrongRounds(lines: readonly string[]): number {
  return new Set(lines.map((line) => line.split(':')[0])).size;
}

function commandOf({ sample, seed, only, faults, rounds }: Options): string {
  const parts = [
    sample === undefined ? '' : ` --sample ${sample} --seed ${seed}`,
    only === undefined ? '' : ` --only ${only.join(',')}`,
    faults === undefined ? '' : ` --faults ${faults.join(',')}`,
    ` --rounds ${rounds} --write`,
  ];
  return `\`npm run test:faults --${parts.join('')}\``;
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}
