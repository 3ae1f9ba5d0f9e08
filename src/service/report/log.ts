import { withoutPasswords } from '../../errors/without-passwords.js';
import type { LogEntry } from '../../results.js';
import { type MigrationEnvironment, versionTableOf } from '../environment.js';
import type { BoundDataSource } from '../options/options.js';
import type { LogOptions } from '../requests.js';
import { answerOf, settleAll } from '../settle.js';

/** The history of each data source, newest first: two queries for each, and nothing is created. */
export async function readLog(
  environment: MigrationEnvironment,
  sources: readonly BoundDataSource[],
  { limit }: LogOptions,
): Promise<readonly LogEntry[]> {
  const { readLastSteps } = await import('../../runtime/index.js');
  const settled = await settleAll(sources, async (bound) => {
    const rows = await environment.withRunner(bound, (runner, dialect) =>
      readLastSteps(runner, dialect, versionTableOf(bound), limit),
    );
    return rows.map(({ statementsDone, checksum: _checksum, ...row }): LogEntry => ({
      dataSource: bound.name,
      ...row,
      direction: row.direction as LogEntry['direction'],
      result: resultOf(row),
      statements: statementsDone,
      error: row.error === null ? null : withoutPasswords(row.error),
    }));
  });
  return answerOf(settled, (values) => values.flat());
}

function resultOf({ finishedAt, error }: Pick<LogEntry, 'finishedAt' | 'error'>): LogEntry['result'] {
  if (finishedAt === null) return 'unfinished';
  return error === null ? 'done' : 'failed';
}
