import { parseStatements } from '../../sql/ddl/parse.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** DELETE without a condition, and TRUNCATE. */
export const rule: LintRule = {
  code: 'deletes-every-row',
  class: 'loses-data',
  level: 'error',
  summary: 'All rows of a table are deleted.',
  explanation: `A DELETE without WHERE, or with one that is always true, and TRUNCATE leave nothing. Nothing brings the rows back but a backup. Name the rows in a
WHERE, and delete many of them in batches, each with a commit, so that nobody waits for all of them.`,
  example: {
    unsafe: `await op.execute('DELETE FROM loan');`,
    target: 'loan',
    safe: [`await op.execute("DELETE FROM loan WHERE state = 'lost'");`],
  },
  statement: ({ parsed, call: { operation } }, run) => {
    // In batches each statement has a condition, which together are true of all rows.
    const written =
      operation.kind === 'inBatches' ? parseStatements(operation.sql, run.dialect.sqlRules) : statementsIn(parsed);
    return written
      .flatMap((one) => {
        if (one.kind === 'truncate') return one.tables;
        return one.kind === 'delete' && !one.hasCondition ? [one.table] : [];
      })
      .filter((table) => !run.isFree(run.nameOf(table)))
      .map((table) => ({
        target: targetOf(run.nameOf(table)),
        message: `All rows of ${targetOf(run.nameOf(table))} are deleted.`,
      }));
  },
};
