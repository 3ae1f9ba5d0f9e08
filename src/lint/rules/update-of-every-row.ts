import { textOf } from '../by-hand.js';
import { inBatches } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** UPDATE without a condition. */
export const rule: LintRule = {
  code: 'update-of-every-row',
  class: 'unbounded-data',
  level: 'warning',
  summary: 'One statement updates all rows of a table.',
  explanation: `Every row is locked until the commit, and on PostgreSQL every row is twice on disk until VACUUM; replicas fall behind. \`op.inBatches\` updates a
thousand rows at a time, each batch with its own commit, can be stopped, and goes on where it was.`,
  example: {
    unsafe: `await op.execute("UPDATE book SET isbn = upper(isbn)");`,
    target: 'book',
    safe: [`await op.inBatches({ table: 'book', size: 1000 }, 'UPDATE book SET isbn = upper(isbn)');`],
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    if (call.operation.kind === 'inBatches') return [];
    const updates = statementsIn(parsed).flatMap((one) =>
      one.kind === 'update' && !one.hasCondition && !run.isFree(one.table) ? [run.nameOf(one.table)] : [],
    );
    const sql = textOf(statement, run);
    return updates.map((table) => ({
      target: targetOf(table),
      message: `All rows of ${targetOf(table)} are written by one statement, and locked until the commit.`,
      fix: sql === undefined ? undefined : inBatches(table, sql, call, run),
    }));
  },
};
