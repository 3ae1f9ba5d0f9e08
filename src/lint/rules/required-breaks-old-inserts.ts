import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import type { TableAction } from '../../sql/ddl/statement.js';
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
a later release. It is a note where NOT NULL comes by a validated check: nobody waits, and INSERTs fail from the first step on.`,
  example: {
    unsafe: `await op.alterColumn('loan', 'state', { default: null });`,
    target: 'loan.state',
  },
  statement: (statement, run) =>
    statement.effects.breaks
      .filter(({ how, name, column = '' }) => how === 'required' && !isFilledLater(statement, name, column, run))
      .map(({ name, column = '' }) => ({
        target: targetOf(name, column),
        message: `INSERTs of the running release fail where they leave ${targetOf(name, column)} out.`,
        ...(isFirstStep(statement, name, column, run) && { level: 'note' as const }),
      })),
};

/**
 * Whether it is the first step of NOT NULL in its online form, which the same revision ends: the check that proves it, or the constraint
 * that is validated.
 */
function isFirstStep(statement: LintedStatement, name: QualifiedName, column: string, run: LintRun): boolean {
  const added = statementsIn(statement.parsed).flatMap((one) =>
    one.kind === 'alterTable'
      ? one.actions.flatMap((action) => (action.action === 'addConstraint' ? [action.constraint] : []))
      : [],
  );
  const ofColumn = added.filter(({ type }) => type === 'notNull').map((constraint) => constraint.name);
  return (
    added.length > 0 &&
    actionsBehind(statement, name, run).some(
      (action) =>
        (action.action === 'setNotNull' && action.column === column) ||
        (action.action === 'addConstraint' && action.constraint.type === 'primaryKey') ||
        (action.action === 'validateConstraint' && ofColumn.includes(action.name)),
    )
  );
}

/** Whether the same revision gives the column a default, or lets it count, behind the statement. */
function isFilledLater(statement: LintedStatement, name: QualifiedName, column: string, run: LintRun): boolean {
  const kinds = ['setDefault', 'addIdentity', 'dropNotNull', 'dropColumn'];
  return actionsBehind(statement, name, run).some(
    (action) => kinds.includes(action.action) && 'column' in action && action.column === column,
  );
}

/** What the same revision does to a table behind a statement. */
function actionsBehind(statement: LintedStatement, name: QualifiedName, run: LintRun): readonly TableAction[] {
  const key = qualifiedKey(name);
  return laterIn(statement, run)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .flatMap((later) =>
      later.kind === 'alterTable' && qualifiedKey(run.nameOf(later.table)) === key ? later.actions : [],
    );
}
