import { type IndexModel, type QualifiedName, qualifiedKey, referencedTable } from '../../../schema/schema.model.js';
import type { ConstraintClause } from '../../../sql/ddl/statement.js';
import type { TableWork } from '../../effects.js';
import type { Known } from './facts.js';
import { lock, type LockMode } from './locks.js';
import type { PartialEffects } from '../../common/effects/joined.js';

/** ADD CONSTRAINT. */
export function addedConstraint(table: QualifiedName, constraint: ConstraintClause, known: Known): PartialEffects {
  const { type, columns, name } = constraint;
  const isUnchecked = constraint.isNotValid === true || constraint.isNotEnforced === true;
  switch (type) {
    case 'foreignKey':
      return addedKey(table, constraint, isUnchecked, known);
    case 'check':
      return {
        locks: [lock(table, 'ACCESS EXCLUSIVE')],
        ...(!isUnchecked && { work: [{ kind: 'scan', table }], fails: [{ table, on: 'check' }] }),
      };
    case 'notNull':
      return {
        locks: [lock(table, 'ACCESS EXCLUSIVE')],
        ...(!isUnchecked && notNullScan(table, columns[0] ?? '', known)),
      };
    case 'exclusion':
      return {
        locks: [lock(table, 'ACCESS EXCLUSIVE')],
        work: [{ kind: 'build', table, ...(name !== undefined && { index: name }) }],
        fails: [{ table, on: 'check' }],
      };
    case 'unique':
    case 'primaryKey':
      return addedIndexConstraint(table, constraint, known);
  }
}

function addedIndexConstraint(table: QualifiedName, constraint: ConstraintClause, known: Known): PartialEffects {
  const { type, name, usingIndex } = constraint;
  const index = indexOf(table, constraint, known);
  const covered = keyColumns(table, constraint, known);
  const isNullable =
    type === 'primaryKey' &&
    covered.some(
      (column) => known.column(table, column)?.isNullable === true && !isProvedNotNull(table, column, known),
    );
  const work: TableWork[] = [
    ...(isNullable ? [{ kind: 'scan' as const, table, reason: 'the key makes its columns NOT NULL' }] : []),
    ...(usingIndex === undefined
      ? [{ kind: 'build' as const, table, ...(name !== undefined && { index: name }) }]
      : []),
  ];
  const one = covered.length === 1 ? covered[0] : undefined;
  return {
    locks: [
      lock(table, 'ACCESS EXCLUSIVE'),
      ...(usingIndex === undefined ? [] : [lock({ ...table, name: usingIndex }, 'ACCESS EXCLUSIVE', 'index')]),
    ],
    work,
    fails: [
      ...(isNullable ? [{ table, on: 'nulls' as const }] : []),
      ...(usingIndex === undefined
        ? [{ table, on: 'duplicates' as const, ...(one !== undefined && { column: one }) }]
        : []),
    ],
    ...(usingIndex !== undefined &&
      type === 'primaryKey' &&
      index === undefined && {
        unknown: [`whether a column of the index ${usingIndex} may be NULL: then all rows are read`],
      }),
  };
}

function indexOf(table: QualifiedName, { usingIndex }: ConstraintClause, known: Known): IndexModel | undefined {
  return usingIndex === undefined ? undefined : known.table(table)?.indices.find(({ name }) => name === usingIndex);
}

/** The columns of a key, also of one that takes an index over. */
function keyColumns(table: QualifiedName, constraint: ConstraintClause, known: Known): readonly string[] {
  return constraint.usingIndex === undefined
    ? constraint.columns
    : (indexOf(table, constraint, known)?.columnNames ?? []);
}

function addedKey(
  table: QualifiedName,
  { columns, referenced }: ConstraintClause,
  isUnchecked: boolean,
  known: Known,
): PartialEffects {
  const parent = referenced === undefined ? undefined : known.nameOf(referenced);
  const isSelf = parent !== undefined && qualifiedKey(parent) === qualifiedKey(table);
  const both = parent === undefined || isSelf ? [table] : [table, parent];
  const one = columns.length === 1 ? columns[0] : undefined;
  return {
    locks: both.map((each) => lock(each, 'SHARE ROW EXCLUSIVE')),
    ...(!isUnchecked && {
      work: both.map((each) => ({ kind: 'scan' as const, table: each })),
      fails: [{ table, on: 'orphans', ...(one !== undefined && { column: one }) }],
    }),
  };
}

/** SET NOT NULL reads all rows, unless a check that holds for all of them proves it. */
export function notNullScan(table: QualifiedName, column: string, known: Known): PartialEffects {
  const model = known.table(table);
  const own = model?.columns.find(({ name }) => name === column);
  // It is NOT NULL already, for all rows.
  if (own !== undefined && own.isNullable === undefined && own.postgres?.notValidNotNull === undefined) return {};
  const isProved = isProvedNotNull(table, column, known);
  return {
    ...(!isProved && { work: [{ kind: 'scan', table }], fails: [{ table, column, on: 'nulls' }] }),
    ...(model === undefined && { unknown: [`whether a check proves that ${column} has no NULL: then no row is read`] }),
  };
}

/** Whether a check that holds for all rows has no NULL in a column. */
export function isProvedNotNull(table: QualifiedName, column: string, known: Known): boolean {
  return (
    known.table(table)?.checks.some((check) => !check.isNotValid && provesNotNull(check.expression, column)) === true
  );
}

/** The columns that a constraint keeps NULL out of from now on. */
export function columnsKeptNotNull(
  table: QualifiedName,
  constraint: ConstraintClause,
  known: Known,
): readonly string[] {
  const { type, columns, expression = '' } = constraint;
  if (type === 'notNull') return columns;
  if (type === 'primaryKey') return keyColumns(table, constraint, known);
  if (type !== 'check') return [];
  return (known.table(table)?.columns ?? []).map(({ name }) => name).filter((name) => provesNotNull(expression, name));
}

/** Whether a check has `column IS NOT NULL` as one of the conditions that all have to be true. */
function provesNotNull(expression: string, column: string): boolean {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const test = new RegExp(`(?:^|[(\\s])(?:"${name}"|${name})\\)* IS NOT NULL`, 'i');
  return test.test(expression) && !/\bOR\b/i.test(expression) && !/^\s*\(*\s*NOT\b/i.test(expression);
}

/** DROP CONSTRAINT: of a foreign key both tables are locked. */
export function droppedConstraint(
  table: QualifiedName,
  name: string,
  isCascade: boolean,
  known: Known,
): PartialEffects {
  const model = known.table(table);
  const key = model?.foreignKeys.find((each) => each.name === name);
  const isReferenced = model?.primaryKey?.name === name || model?.uniques.some((each) => each.name === name);
  const columns =
    model?.primaryKey?.name === name
      ? model.primaryKey.columnNames
      : model?.uniques.find((each) => each.name === name)?.columnNames;
  const others = [
    ...(key === undefined ? [] : [referencedTable(key)]),
    ...(isReferenced && isCascade ? known.childrenOf(table, columns) : []),
  ];
  const isKnown = key !== undefined || isReferenced || hasConstraint(model, name);
  return {
    locks: [table, ...others].map((each) => lock(each, 'ACCESS EXCLUSIVE')),
    ...(!isKnown && {
      unknown: [`what the constraint ${name} is: for a foreign key the other table is locked as well`],
    }),
  };
}

function hasConstraint(model: ReturnType<Known['table']>, name: string): boolean {
  return [...(model?.checks ?? []), ...(model?.exclusions ?? [])].some((each) => each.name === name);
}

/** VALIDATE CONSTRAINT reads all rows, and stops nobody. */
export function validatedConstraint(table: QualifiedName, name: string, known: Known): PartialEffects {
  const key = known.table(table)?.foreignKeys.find((each) => each.name === name);
  const parent = key && referencedTable(key);
  const isOther = parent !== undefined && qualifiedKey(parent) !== qualifiedKey(table);
  const scans = isOther ? [table, parent] : [table];
  const mode: LockMode = 'SHARE UPDATE EXCLUSIVE';
  return {
    locks: [lock(table, mode), ...(isOther ? [lock(parent, 'ROW SHARE')] : [])],
    work: scans.map((each) => ({ kind: 'scan', table: each })),
    fails: [{ table, on: key === undefined ? 'check' : 'orphans' }],
  };
}
