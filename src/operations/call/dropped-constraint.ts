import { AmbiguousConstraintError, UnknownConstraintError } from '../../errors/operations.errors.js';
import {
  type CheckModel,
  type ForeignKeyModel,
  qualifiedKey,
  qualifiedNameOf,
  referencedTable,
  type TableModel,
  type UniqueModel,
} from '../../schema/schema.model.js';
import { expressionKey } from '../../sql/expressions.js';
import type { SqlRules } from '../../sql/rules.js';
import type { OperationOf } from '../operation.js';

/** A drop of a constraint that may be identified by its columns or expression instead of its name. */
export type DropByContent = OperationOf<'dropUnique' | 'dropCheck' | 'dropForeignKey'>;

type Constraint = UniqueModel | CheckModel | ForeignKeyModel;

const WHAT = { dropUnique: 'unique constraint', dropCheck: 'check constraint', dropForeignKey: 'foreign key' } as const;

/** The columns or the expression that identify what a drop without a name drops, for people. */
export function contentOf(operation: DropByContent): string {
  const content = operation.kind === 'dropCheck' ? operation.expression : operation.columnNames?.join(', ');
  return `(${content ?? ''})`;
}

/** Whether a table has no constraint that the operation would drop. */
export function hasNoneToDrop(table: Partial<TableModel>, operation: DropByContent, rules: SqlRules): boolean {
  return candidates(constraintsOf(table, operation), operation, rules).length === 0;
}

/**
 * The constraints that an operation drops: one, or several where a table has the same one several times. Of those with the given
 * columns or expression, unnamed ones take precedence, since named ones can be dropped by their names.
 *
 * @throws UnknownConstraintError when the table has no such constraint, AmbiguousConstraintError when it has different ones.
 */
export function constraintsToDrop(table: TableModel, operation: DropByContent, rules: SqlRules): readonly Constraint[] {
  const actual = constraintsOf(table, operation);
  const found = candidates(actual, operation, rules);
  const what = WHAT[operation.kind];
  if (found.length === 0) {
    const names = actual.map((constraint) => constraint.name ?? contentOfConstraint(constraint));
    throw new UnknownConstraintError(qualifiedNameOf(table), what, operation.name, names, contentOf(operation));
  }
  const names = [...new Set(found.map((constraint) => constraint.name))];
  const contents = new Set(found.map((constraint) => JSON.stringify(constraint)));
  if (contents.size > 1) {
    throw new AmbiguousConstraintError(qualifiedNameOf(table), what, contentOf(operation), names);
  }
  return found;
}

function constraintsOf(table: Partial<TableModel>, { kind }: DropByContent): readonly Constraint[] {
  if (kind === 'dropUnique') return table.uniques ?? [];
  return (kind === 'dropCheck' ? table.checks : table.foreignKeys) ?? [];
}

function candidates(actual: readonly Constraint[], operation: DropByContent, rules: SqlRules): readonly Constraint[] {
  if (operation.name !== undefined) return actual.filter(({ name }) => name === operation.name);
  const same = actual.filter((constraint) => hasContent(constraint, operation, rules));
  const unnamed = same.filter(({ name }) => name === undefined);
  return unnamed.length > 0 ? unnamed : same;
}

function hasContent(constraint: Constraint, operation: DropByContent, rules: SqlRules): boolean {
  if (operation.kind === 'dropCheck') {
    const key = (expression = ''): string => expressionKey(expression, rules);
    return 'expression' in constraint && key(constraint.expression) === key(operation.expression);
  }
  if (!('columnNames' in constraint)) return false;
  const target = operation.kind === 'dropForeignKey' ? operation.referencedTable : undefined;
  if (target !== undefined && 'referencedTableName' in constraint) {
    if (qualifiedKey(referencedTable(constraint)) !== qualifiedKey(target)) return false;
  }
  return columnSet(constraint.columnNames) === columnSet(operation.columnNames ?? []);
}

/** A key for columns in any order: no two keys of a table differ only in the order. */
function columnSet(columnNames: readonly string[]): string {
  return JSON.stringify([...columnNames].sort());
}

function contentOfConstraint(constraint: Constraint): string {
  return `(${'expression' in constraint ? constraint.expression : constraint.columnNames.join(', ')})`;
}
