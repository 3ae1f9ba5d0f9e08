import { visibleInLine } from '../../errors/visible.js';
import type { LogEntry } from '../../results.js';
import type { Style } from './output.js';

/** Entries of the history as `db log` prints them: one line each, and below it why it failed. */
export class LogFormat {
  /** @param isNamed whether a line names its data source */
  constructor(
    private readonly style: Style,
    private readonly isNamed: boolean,
  ) {}

  /** `2026-03-01 12:00:07Z upgrade ae10 done in 12 ms, 3 statements, by ada@laptop (nestjs-migrate 1.0.0)` */
  entry(entry: LogEntry): string {
    const { dataSource, startedAt, direction, revision, appliedBy, packageVersion } = entry;
    const line = [
      ...(this.isNamed ? [`[${visibleInLine(dataSource)}]`] : []),
      shownTime(startedAt),
      direction.padEnd('downgrade'.length),
      this.style.yellow(visibleInLine(revision)),
      `${this.result(entry)},`,
      `by ${visibleInLine(appliedBy ?? 'an unknown user')}`,
      ...(packageVersion === null ? [] : [`(nestjs-migrate ${visibleInLine(packageVersion)})`]),
    ];
    return [line.join(' '), ...reasonOf(entry).map((text) => `    ${text}`.trimEnd())].join('\n');
  }

  private result({ result, ms, statements }: LogEntry): string {
    const count = `${statements} statement${statements === 1 ? '' : 's'}`;
    switch (result) {
      case 'done':
        return `${this.style.green('done')}${ms === null ? '' : ` in ${ms} ms`}, ${count}`;
      case 'failed':
        return `failed${ms === null ? '' : ` after ${ms} ms`}, ${count} kept`;
      case 'unfinished':
        return `${this.style.cyan('not finished')}, at least ${count} done`;
    }
  }
}

/** Below the line: the error; of an unfinished step what its row cannot tell. */
function reasonOf({ result, error }: LogEntry): readonly string[] {
  if (result === 'unfinished') return ['Its runner is still at work, or died: only who gets the lock knows.'];
  return error === null ? [] : error.split(/\r?\n/);
}

/** To the second, in UTC. */
function shownTime(iso: string): string {
  return iso.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
