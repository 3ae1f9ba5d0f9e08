import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import type { ConstraintClause } from '../../sql/ddl/statement.js';
import { validated } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall, type LintRun } from '../subject.js';

/** NOT VALID without VALIDATE behind it. */
export const rule: LintRule = {
  code: 'never-validated',
  class: 'leaves-unvalidated',
  level: 'warning',
  summary: 'A constraint is added NOT VALID, and neither this revision nor a later one validates it.',
  explanation: `Only new and changed rows are checked. Old rows may break the constraint for ever: PostgreSQL does not use it to plan queries, and an
UPDATE of any column of a row that breaks a check fails. VALIDATE CONSTRAINT reads the rows while everybody goes on, in a transaction of its own.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0', isValidated: false });`,
    target: 'book',
    safe: [
      `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0', isValidated: false });`,
      `await op.validateConstraint('book', 'CHK_pages', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    actionsOn(statement, run, 'addConstraint').flatMap(({ table, action: { constraint } }) => {
      const { name = '', isNotValid, isNotEnforced } = constraint;
      if (!isNotValid || isNotEnforced || isSettledLater(table, constraint, statement.call, run)) return [];
      return [
        {
          target: targetOf(table),
          message: `Old rows of ${targetOf(table)} are never checked: nothing validates ${name === '' ? 'the constraint' : name}.`,
          ...(name !== '' && { fix: validated(table, name), fixPlace: 'after' as const }),
        },
      ];
    }),
};

/** Whether a later call validates or drops the constraint, or its table. */
function isSettledLater(
  table: QualifiedName,
  { type, name, columns }: ConstraintClause,
  { index }: LintedCall,
  run: LintRun,
): boolean {
  const key = qualifiedKey(table);
  const isIt = (other: QualifiedName): boolean => qualifiedKey(run.nameOf(other)) === key;
  return run.calls.slice(index).some(({ statements }) =>
    statements.some(({ parsed }) => {
      if (parsed.kind === 'drop') return parsed.object === 'TABLE' && parsed.names.some(isIt);
      if (parsed.kind !== 'alterTable' || !isIt(parsed.table)) return false;
      return parsed.actions.some(
        (action) =>
          ((action.action === 'validateConstraint' || action.action === 'dropConstraint') && action.name === name) ||
          // It looks at all rows.
          (action.action === 'setNotNull' && type === 'notNull' && columns.includes(action.column)),
      );
    }),
  );
}
