import type { QueryRunner } from 'typeorm';
import {
  type CheckModel,
  type ColumnModel,
  emptySchema,
  type ForeignKeyModel,
  type IndexModel,
  type KeyParts,
  type PrimaryKeyModel,
  type SchemaModel,
  type TableModel,
  type UniqueModel,
  type ViewModel,
} from '../../../schema/schema.model.js';
import { partOf } from '../../../schema/parts.js';
import { declaredType, rowidAlias } from '../compile/ddl.js';
import { hasSameDefaults } from './defaults.js';
import { isNull, isSameSql, withoutQualifier } from '../expression.js';
import { withSqliteTypes } from './sqlite-types.js';
import { parseType } from '../types.js';

/**
 * The canonical form of the wanted schema: as SQLite would keep it.
 *
 * SQLite keeps every expression as written. So where the actual one is equal but spelled differently, its spelling is
 * taken; elsewhere that of the wanted schema stays. What no entity can specify (STRICT, ON CONFLICT, a collation in a key,
 * a constraint without a name) is taken from the database, so that a table that was created by hand does not lose it.
 */
export async function canonical(wanted: SchemaModel, actual: SchemaModel, _runner: QueryRunner): Promise<SchemaModel> {
  const tables = byName(actual.tables);
  const views = byName(actual.views);
  return {
    ...emptySchema,
    tables: wanted.tables.map((table) => canonicalTable(table, tables.get(table.name))),
    views: wanted.views.map((view) => canonicalView(view, views.get(view.name))),
  };
}

function canonicalTable(table: TableModel, actual: TableModel | undefined): TableModel {
  const { comment: _comment, primaryKey, ...wanted } = withSqliteTypes(table);
  const columns = byName(actual?.columns ?? []);
  const required = requiredColumns({ ...wanted, ...(primaryKey && { primaryKey }) });
  return {
    ...wanted,
    ...(primaryKey && { primaryKey: canonicalPrimaryKey(primaryKey, actual?.primaryKey) }),
    ...partOf('sqlite', { withoutRowid: table.sqlite?.withoutRowid, strict: actual?.sqlite?.strict }),
    columns: wanted.columns.map((column) =>
      canonicalColumn(column, columns.get(column.name), required.includes(column.name)),
    ),
    uniques: matched(wanted.uniques, actual?.uniques, canonicalUnique, hasSameColumns),
    checks: matched(
      wanted.checks,
      actual?.checks,
      (check, namesake) => canonicalCheck(check, namesake, table.name),
      (check, other) => saysTheSame(check, other, table.name),
    ),
    foreignKeys: matched(wanted.foreignKeys, actual?.foreignKeys, (key) => key, isSameForeignKey),
    indices: matched(wanted.indices, actual?.indices, (index, namesake) => canonicalIndex(index, namesake, table.name)),
    exclusions: [],
  };
}

function canonicalColumn(wanted: ColumnModel, actual: ColumnModel | undefined, isRequired: boolean): ColumnModel {
  const { default: value, enum: labels, asExpression, collation } = wanted;
  const isNullable = wanted.isNullable === true && !isRequired;
  return {
    name: wanted.name,
    ...parseType(declaredType(wanted)),
    ...(wanted.textKind && { textKind: wanted.textKind }),
    ...(isNullable && { isNullable }),
    ...canonicalDefault(value, hasSameDefaults(wanted, actual) ? actual?.default : undefined),
    ...(labels && { enum: labels }),
    ...(collation !== undefined && { collation: spelledAs(actual?.collation, collation) }),
    ...(wanted.generationStrategy === 'increment' && { generationStrategy: 'increment' }),
    ...(asExpression !== undefined && {
      asExpression: spelledAs(actual?.asExpression, asExpression),
      generatedType: wanted.generatedType ?? 'VIRTUAL',
    }),
    ...(!isNullable && actual?.sqlite && { sqlite: actual.sqlite }),
  };
}

/** The default. NULL means none, but TypeORM reports the difference, so that an actual NULL stays. */
function canonicalDefault(wanted: string | undefined, actual: string | undefined): Pick<ColumnModel, 'default'> {
  if (wanted !== undefined) return { default: spelledAs(actual, wanted) };
  return actual !== undefined && isNull(actual) ? { default: actual } : {};
}

/** The primary key with its actual name: entities name it, but TypeORM writes no such name on SQLite. */
function canonicalPrimaryKey(wanted: PrimaryKeyModel, actual: PrimaryKeyModel | undefined): PrimaryKeyModel {
  const name = actual ? actual.name : undefined;
  return { ...(name !== undefined && { name }), columnNames: wanted.columnNames, ...keyOptions(wanted, actual) };
}

function canonicalUnique(wanted: UniqueModel, actual: UniqueModel | undefined): UniqueModel {
  const { deferrable: _deferrable, ...unique } = wanted;
  return { ...unique, ...keyOptions(wanted, actual) };
}

function keyOptions(wanted: KeyParts & Columns, actual: (KeyParts & Columns) | undefined): KeyParts {
  const { sqlite, columnOptions } = actual && hasSameColumns(wanted, actual) ? actual : wanted;
  return { ...(sqlite && { sqlite }), ...(columnOptions && { columnOptions }) };
}

function canonicalCheck(wanted: CheckModel, actual: CheckModel | undefined, table: string): CheckModel {
  return { ...wanted, expression: spelledAs(actual?.expression, wanted.expression, table) };
}

function canonicalIndex(wanted: IndexModel, actual: IndexModel | undefined, table: string): IndexModel {
  const { name, columnNames, isUnique, columnOptions, where, expression } = wanted;
  return {
    name,
    columnNames,
    ...(isUnique && { isUnique }),
    ...(columnOptions && { columnOptions: optionsInWordsOf(actual?.columnOptions, columnOptions) }),
    ...(where !== undefined && { where: spelledAs(actual?.where, where, table) }),
    ...(expression !== undefined && { expression: spelledAs(actual?.expression, expression, table) }),
  };
}

function optionsInWordsOf(
  actual: IndexModel['columnOptions'],
  wanted: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(wanted).map(([column, option]) => {
      const found = actual?.[column];
      return [column, found?.toLowerCase() === option.trim().toLowerCase() ? found : option.trim()];
    }),
  );
}

function canonicalView({ name, expression, dependsOn }: ViewModel, actual: ViewModel | undefined): ViewModel {
  return { name, expression: spelledAs(actual?.expression, expression), indices: [], dependsOn };
}

/**
 * Each wanted member with the actual one of the same name. An actual one without a name that is otherwise equal replaces
 * it, since the table needs no second one.
 */
function matched<T extends { readonly name?: string }>(
  wanted: readonly T[],
  actual: readonly T[] = [],
  align: (wanted: T, actual: T | undefined) => T,
  isSame: (wanted: T, actual: T) => boolean = () => false,
): T[] {
  const nameless = actual.filter(({ name }) => name === undefined);
  return wanted.map((member) => {
    const namesake = actual.find(({ name }) => name !== undefined && name === member.name);
    if (namesake) return align(member, namesake);
    const index = nameless.findIndex((candidate) => isSame(member, candidate));
    const [same] = index < 0 ? [] : nameless.splice(index, 1);
    return same ?? align(member, undefined);
  });
}

/** Columns that are NOT NULL even where that is not written. */
function requiredColumns(table: TableModel): readonly string[] {
  if (table.sqlite?.withoutRowid) return table.primaryKey?.columnNames ?? [];
  const alias = rowidAlias(table);
  return alias ? [alias.name] : [];
}

/**
 * The actual expression when it equals the wanted one, else the wanted one.
 *
 * @param table a qualifier to remove from the wanted expression, since actual expressions do not contain it.
 */
function spelledAs(actual: string | undefined, wanted: string, table?: string): string {
  const plain = table === undefined ? wanted : withoutQualifier(wanted, table);
  return actual !== undefined && isSameSql(actual, plain) ? actual : wanted.trim();
}

type Columns = { readonly columnNames: readonly string[] };

function hasSameColumns(left: Columns, right: Columns): boolean {
  return sameNames(left.columnNames, right.columnNames);
}

function saysTheSame(wanted: CheckModel, actual: CheckModel, table: string): boolean {
  return isSameSql(withoutQualifier(wanted.expression, table), actual.expression);
}

function isSameForeignKey(left: ForeignKeyModel, right: ForeignKeyModel): boolean {
  return (
    hasSameColumns(left, right) &&
    left.referencedTableName === right.referencedTableName &&
    sameNames(left.referencedColumnNames, right.referencedColumnNames) &&
    left.onDelete === right.onDelete &&
    left.onUpdate === right.onUpdate &&
    left.deferrable === right.deferrable
  );
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}

function byName<T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  return new Map(list.map((member) => [member.name, member]));
}
