import { qualifiedKey } from '../../schema/schema.model.js';
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
  statement: ({ parsed, effects, call }, run) => {
    if (call.operation.kind === 'inBatches') return [];
    const lost = new Set(effects.loses.filter(({ what }) => what === 'rows').map(({ name }) => qualifiedKey(name)));
    return statementsIn(parsed)
      .flatMap((one) => {
        if (one.kind === 'truncate') return one.tables;
        return one.kind === 'delete' && !one.hasCondition ? [one.table] : [];
      })
      .filter((table) => lost.has(qualifiedKey(run.nameOf(table))))
      .map((table) => ({
        target: targetOf(run.nameOf(table)),
        message: `All rows of ${targetOf(run.nameOf(table))} are deleted.`,
      }));
  },
};
