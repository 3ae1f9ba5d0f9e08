import { qualifiedKey } from '../../schema/schema.model.js';
import { laterIn } from '../around.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** A column that INSERTs have to have a value for from now on. */
export const rule: LintRule = {
  code: 'required-breaks-old-inserts',
  class: 'breaks-old-code',
  level: 'warning',
  summary: 'A column has to have a value from now on, and the running release may not give it one.',
  explanation: `INSERTs of old code that leave the column out, or write NULL, fail until the last instance of it is gone. With a default they go on; drop the default in
a later release.`,
  example: {
    unsafe: `await op.alterColumn('loan', 'state', { default: null });`,
    target: 'loan.state',
  },
  statement: (statement, run) =>
    statement.effects.breaks
      .filter(({ how, name, column = '' }) => how === 'required' && !isFilledLater(statement, name, column, run))
      .map(({ name, column }) => ({
        target: targetOf(name, column),
        message: `INSERTs of the running release fail where they leave ${targetOf(name, column)} out.`,
      })),
};

/** Whether the same revision gives the column a default, or lets it count, behind the statement. */
function isFilledLater(
  statement: LintedStatement,
  name: Parameters<LintRun['nameOf']>[0],
  column: string,
  run: LintRun,
): boolean {
  const key = qualifiedKey(name);
  return laterIn(statement, run)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .some(
      (later) =>
        later.kind === 'alterTable' &&
        qualifiedKey(run.nameOf(later.table)) === key &&
        later.actions.some(
          (action) =>
            ['setDefault', 'addIdentity', 'dropNotNull', 'dropColumn'].includes(action.action) &&
            'column' in action &&
            action.column === column,
        ),
    );
}
