import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD CONSTRAINT … EXCLUDE. */
export const rule: LintRule = {
  code: 'exclusion-stops-readers',
  class: 'blocks-reads',
  level: 'error',
  summary: 'An exclusion constraint is added to a table in use, and nobody may use it while its index is built.',
  explanation: `ADD CONSTRAINT … EXCLUDE builds its index under the strongest lock. It has no NOT VALID, and takes over no index: there is no form of
it that keeps nobody waiting. Add it when nobody uses the table, or to a new table that takes the place of the old one.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createExclusionConstraint('loan', { name: 'XCL_loan', expression: 'USING gist ("bookId" WITH =)' });`,
    target: 'loan',
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'exclusion').map(({ table }) => ({
      target: targetOf(table),
      message: `Nobody can read or write ${targetOf(table)} until the index of the constraint is built.`,
    })),
};
