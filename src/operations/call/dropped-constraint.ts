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

/** The drops of constraints that may say what they drop by something else than its name. */
export type DropByContent = OperationOf<'dropUnique' | 'dropCheck' | 'dropForeignKey'>;

type Constraint = UniqueModel | CheckModel | ForeignKeyModel;

const WHAT = { dropUnique: 'unique constraint', dropCheck: 'check constraint', dropForeignKey: 'foreign key' } as const;

/** The columns, or the expression, of a drop without a name, as a person reads them. */
export function contentOf(operation: DropByContent): string {
  const content = operation.kind === 'dropCheck' ? operation.expression : operation.columnNames?.join(', ');
  return `(${content ?? ''})`;
}

/** Whether a table has nothing that the operation would drop. */
export function hasNoneToDrop(table: Partial<TableModel>, operation: DropByContent, rules: SqlRules): boolean {
  return candidates(constraintsOf(table, operation), operation, rules).length === 0;
}

/**
 * The constraint that an operation drops; several where a table has it several times. One without a name comes before one that
 * could be dropped by its own.
 *
 * @throws UnknownConstraintError when the table has none such, AmbiguousConstraintError when it may be one of several.
 */
export function constraintsToDrop(table: TableModel, operation: DropByContent, rules: SqlRules): readonly Constraint[] {
  const known = constraintsOf(table, operation);
  const found = candidates(known, operation, rules);
  const what = WHAT[operation.kind];
  if (found.length === 0) {
    const names = known.map((constraint) => constraint.name ?? contentOfConstraint(constraint));
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

function candidates(known: readonly Constraint[], operation: DropByContent, rules: SqlRules): readonly Constraint[] {
  if (operation.name !== undefined) return known.filter(({ name }) => name === operation.name);
  const same = known.filter((constraint) => isMeant(constraint, operation, rules));
  const nameless = same.filter(({ name }) => name === undefined);
  return nameless.length > 0 ? nameless : same;
}

function isMeant(constraint: Constraint, operation: DropByContent, rules: SqlRules): boolean {
  if (operation.kind === 'dropCheck') {
    const key = (expression = ''): string => expressionKey(expression, rules);
    return 'expression' in constraint && key(constraint.expression) === key(operation.expression);
  }
  if (!('columnNames' in constraint)) return false;
  const target = operation.kind === 'dropForeignKey' ? operation.referencedTable : undefined;
  if (target !== undefined && 'referencedTableName' in constraint) {
    if (qualifiedKey(referencedTable(constraint)) !== qualifiedKey(target)) return false;
  }
  return listed(constraint.columnNames) === listed(operation.columnNames ?? []);
}

/** In any order: no two keys of a table differ in it alone. */
function listed(columnNames: readonly string[]): string {
  return JSON.stringify([...columnNames].sort());
}

function contentOfConstraint(constraint: Constraint): string {
  return `(${'expression' in constraint ? constraint.expression : constraint.columnNames.join(', ')})`;
}
