import type { Operations } from '../../src/operations/operations.interface.js';

/** The file of revisions that `TestHistory` makes. */
export const REVISION_FILE = '/app/migrations/versions/history.ts';

/** A plain revision as from a file of its own, with each statement on a line of its own, from the second on. */
export function plainly(...statements: readonly string[]): (op: Operations) => Promise<void> {
  const lines = statements.map((sql) => `  await op.execute(${JSON.stringify(sql)});`);
  const source = ['(async (op) => {', ...lines, `})\n//# sourceURL=${REVISION_FILE}`].join('\n');
  // oxlint-disable-next-line no-eval
  return globalThis.eval(source) as (op: Operations) => Promise<void>;
}
