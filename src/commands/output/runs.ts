import type { RunResult } from '../../migration.results.js';
import type { CommandResult } from '../command-host.js';

/** What a run did; the scripts of an offline one are its only text, for the steps were told as they ran. */
export function reportRuns(results: readonly RunResult[]): CommandResult {
  const scripts = results.filter(({ sql }) => sql !== undefined);
  const text = scripts.flatMap(({ dataSource, sql = '' }) => [
    ...(scripts.length > 1 ? [`-- Data source: ${dataSource}`] : []),
    sql.trimEnd(),
  ]);
  return { json: results, text };
}
