import { DuplicateObjectError, UnknownConstraintError } from '../../errors/operations.errors.js';
import {
  type CheckModel,
  type ExclusionModel,
  type ForeignKeyModel,
  type IndexModel,
  INNODB,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  referencedTable,
  type TableModel,
} from '../../schema/schema.model.js';
import { withPart } from '../../schema/parts.js';
import { mentionsColumn } from '../../sql/columns.js';
import { ANY_SQL, type SqlRules } from '../../sql/rules.js';
import { changeColumn } from './apply-column.js';
import { refuseDuplicate, requireColumns, requireMember } from './members.js';
import { renameColumn } from './rename-column.js';
import { withoutIndex } from './from-index.js';
import { isMoot } from '../call/conditional.js';
import { constraintsToDrop, type DropByContent } from '../call/dropped-constraint.js';
import type { TableOperation } from '../operation.js';

/**
 * A table as it is after an operation on it.
 *
 * Nothing is changed in place. As in the database, the keys, constraints and indexes on a dropped column are dropped with it, and
 * a renamed column is renamed in them and in the table's foreign keys to itself.
 *
 * @throws UnknownColumnError, UnknownConstraintError when it names what the table does not have.
 * @throws DuplicateObjectError when it creates what exists already.
 */
export const applyToTable = applyToTableWith(ANY_SQL);

/** The same with the lexical rules of one database, for the expressions of the table. */
export function applyToTableWith(rules: SqlRules): (table: TableModel, operation: TableOperation) => TableModel {
  return (table, operation) => apply(table, operation, rules);
}

function apply(table: TableModel, operation: TableOperation, rules: SqlRules): TableModel {
  if (isMoot(table, operation, rules)) return table;
  switch (operation.kind) {
    case 'addColumn':
      refuseDuplicate(table, 'column', operation.column.name, table.columns);
      return { ...table, columns: [...table.columns, operation.column] };
    case 'dropColumn':
      return dropColumn(table, operation.column, rules);
    case 'renameColumn':
      return renameColumn(table, operation.from, operation.to, rules);
    case 'alterColumn':
      requireColumns(table, [operation.column]);
      return {
        ...table,
        columns: table.columns.map((column) =>
          column.name === operation.column ? changeColumn(column, operation.to) : column,
        ),
      };
    case 'createPrimaryKey':
      if (table.primaryKey) {
        throw new DuplicateObjectError('primary key', table.primaryKey.columnNames.join(', '), qualifiedNameOf(table));
      }
      requireColumns(table, operation.primaryKey.columnNames);
      return { ...withoutIndex(table, operation), primaryKey: operation.primaryKey };
    case 'dropPrimaryKey':
      return dropPrimaryKey(table, operation.name);
    case 'createUnique':
      requireColumns(table, operation.unique.columnNames);
      return { ...withoutIndex(table, operation), uniques: withNew(table, table.uniques, operation.unique) };
    case 'dropUnique':
      return { ...table, uniques: withoutDropped(table, table.uniques, operation, rules) };
    case 'createCheck':
      return { ...table, checks: withNew(table, table.checks, operation.check) };
    case 'dropCheck':
      return { ...table, checks: withoutDropped(table, table.checks, operation, rules) };
    case 'createExclusion':
      return { ...table, exclusions: withNew(table, table.exclusions, operation.exclusion) };
    case 'dropExclusion':
      return { ...table, exclusions: without(table, 'exclusion constraint', table.exclusions, operation.name) };
    case 'createForeignKey':
      requireColumns(table, operation.foreignKey.columnNames);
      return { ...table, foreignKeys: withNew(table, table.foreignKeys, operation.foreignKey) };
    case 'dropForeignKey':
      return { ...table, foreignKeys: withoutDropped(table, table.foreignKeys, operation, rules) };
    case 'renameConstraint':
      return renameConstraint(table, operation.from, operation.to);
    case 'validateConstraint':
      return validateConstraint(table, operation.name);
    case 'createIndex':
      requireColumns(table, operation.index.columnNames);
      return { ...table, indices: withIndex(table, table.indices, operation.index) };
    case 'dropIndex':
      return { ...table, indices: without(table, 'index', table.indices, operation.name) };
    case 'renameIndex':
      return { ...table, indices: renamed(table, 'index', table.indices, operation.from, operation.to) };
    case 'setTableComment': {
      const { comment: _comment, ...rest } = table;
      return operation.comment === null ? rest : { ...rest, comment: operation.comment };
    }
    case 'setTableEngine':
      return withPart(table, 'mysql', { engine: operation.engine === INNODB ? undefined : operation.engine });
    case 'setWithoutRowid':
      return withPart(table, 'sqlite', { withoutRowid: operation.withoutRowid || undefined });
  }
}

/** The indexes with a new one, without its `isConcurrent`, which is no property of an index. */
export function withIndex(owner: QualifiedName, indices: readonly IndexModel[], index: IndexModel): IndexModel[] {
  refuseDuplicate(owner, 'index', index.name, indices);
  const { isConcurrent: _isConcurrent, ...kept } = index;
  return [...indices, kept];
}

function withoutDropped<T extends object>(
  table: TableModel,
  list: readonly T[],
  operation: DropByContent,
  rules: SqlRules,
): T[] {
  const dropped = new Set<object>(constraintsToDrop(table, operation, rules));
  return list.filter((member) => !dropped.has(member));
}

/** The list without the member of this name. */
export function without<T extends { readonly name?: string }>(
  owner: QualifiedName,
  what: string,
  list: readonly T[],
  name: string,
): T[] {
  requireMember(owner, what, list, name);
  return list.filter((member) => member.name !== name);
}

/** The list with one member renamed. */
export function renamed<T extends { readonly name?: string }>(
  owner: QualifiedName,
  what: 'index' | 'constraint',
  list: readonly T[],
  from: string,
  to: string,
): T[] {
  requireMember(owner, what, list, from);
  refuseDuplicate(owner, what, to, list);
  return list.map((member) => (member.name === from ? { ...member, name: to } : member));
}

function dropColumn(table: TableModel, name: string, rules: SqlRules): TableModel {
  requireColumns(table, [name]);
  const { primaryKey, ...rest } = table;
  const spares = (member: { readonly columnNames: readonly string[] }): boolean => !member.columnNames.includes(name);
  const mentionsNot = (member: CheckModel | ExclusionModel): boolean => !mentionsColumn(member.expression, name, rules);
  const refersElsewhere = (key: ForeignKeyModel): boolean =>
    qualifiedKey(referencedTable(key)) !== qualifiedKey(table) || !key.referencedColumnNames.includes(name);
  return {
    ...rest,
    ...(primaryKey && spares(primaryKey) ? { primaryKey } : {}),
    columns: table.columns.filter((column) => column.name !== name),
    uniques: table.uniques.filter(spares),
    checks: table.checks.filter(mentionsNot),
    exclusions: table.exclusions.filter(mentionsNot),
    foreignKeys: table.foreignKeys.filter((key) => spares(key) && refersElsewhere(key)),
    indices: table.indices.filter((index) => spares(index) && !needsOtherColumn(index, name, rules)),
  };
}

/** Whether an index needs a column besides those that it indexes: in INCLUDE, in its condition, or in its expression. */
export function needsOtherColumn(index: IndexModel, column: string, rules: SqlRules): boolean {
  return (
    index.include?.includes(column) === true ||
    [index.where, index.expression].some((sql) => sql !== undefined && mentionsColumn(sql, column, rules))
  );
}

function dropPrimaryKey(table: TableModel, name: string | undefined): TableModel {
  const { primaryKey, ...rest } = table;
  const isOther = name !== undefined && primaryKey?.name !== undefined && primaryKey.name !== name;
  if (primaryKey === undefined || isOther) {
    throw new UnknownConstraintError(qualifiedNameOf(table), 'primary key', name, [primaryKey?.name]);
  }
  return rest;
}

function renameConstraint(table: TableModel, from: string, to: string): TableModel {
  const lists = [table.uniques, table.checks, table.exclusions, table.foreignKeys] as const;
  const constraints = [...(table.primaryKey ? [table.primaryKey] : []), ...lists.flat()];
  requireMember(table, 'constraint', constraints, from);
  refuseDuplicate(table, 'constraint', to, constraints);
  const rename = <T extends { readonly name?: string }>(member: T): T =>
    member.name === from ? { ...member, name: to } : member;
  return {
    ...table,
    ...(table.primaryKey ? { primaryKey: rename(table.primaryKey) } : {}),
    uniques: table.uniques.map(rename),
    checks: table.checks.map(rename),
    exclusions: table.exclusions.map(rename),
    foreignKeys: table.foreignKeys.map(rename),
  };
}

/** The table after a constraint is validated. One that the model does not have is ignored: it may be a NOT NULL, whose name only the catalog has. */
function validateConstraint(table: TableModel, name: string): TableModel {
  const validated = <T extends CheckModel | ForeignKeyModel>(constraint: T): T => {
    const { isNotValid, ...rest } = constraint;
    return isNotValid && constraint.name === name ? (rest as T) : constraint;
  };
  return {
    ...table,
    columns: table.columns.map((column) =>
      column.postgres?.notValidNotNull === name ? withPart(column, 'postgres', { notValidNotNull: undefined }) : column,
    ),
    checks: table.checks.map(validated),
    foreignKeys: table.foreignKeys.map(validated),
  };
}

function withNew<T extends { readonly name?: string }>(table: TableModel, list: readonly T[], member: T): T[] {
  if (member.name !== undefined) refuseDuplicate(table, 'constraint', member.name, list);
  return [...list, member];
}
