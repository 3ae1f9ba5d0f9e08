import { partOf } from '../../../schema/parts.js';
import {
  type CheckModel,
  type ColumnModel,
  type ForeignKeyModel,
  type IndexModel,
  type PrimaryKeyModel,
  type ReferentialAction,
  type TableModel,
} from '../../../schema/schema.model.js';
import type { Connection } from '../server.js';
import { quote } from '../text.js';
import { columnModel, isJsonCheck } from './column-model.js';
import { catalogExpression, shownText } from './expressions.js';
import type { Naming } from './naming.js';
import type { ActionRow, CheckRow, ColumnRow, IndexRow, KeyRow, TableRow } from './queries.js';

/** The rows of one table. */
export interface TableRows {
  readonly columns: readonly ColumnRow[];
  readonly indexes: readonly IndexRow[];
  readonly keys: readonly KeyRow[];
  readonly actions: readonly ActionRow[];
  readonly checks: readonly CheckRow[];
}

export function tableModel(row: TableRow, rows: TableRows, connection: Connection, naming: Naming): TableModel {
  if (!connection.isMariaDb && rows.columns.some(isGeneratedKey))
    return tableModel(row, withoutGeneratedKey(rows), connection, naming);
  const [primary, ...others] = indexesOf(rows.indexes);
  const foreignKeys = foreignKeysOf(rows, naming);
  const primaryKey = primary?.name === 'PRIMARY' ? primaryKeyModel(primary) : undefined;
  const indices = primary === undefined || primaryKey ? others : [primary, ...others];
  return {
    ...naming(row.database, row.name),
    columns: columnsOf(row, rows, connection),
    ...(primaryKey && { primaryKey }),
    uniques: [],
    checks: checksOf(rows, connection),
    exclusions: [],
    foreignKeys,
    indices: indices.filter((index) => !isImplicit(index, foreignKeys)),
    ...(row.comment !== '' && { comment: row.comment }),
    ...partOf('mysql', {
      engine: row.engine === null || row.engine === 'InnoDB' ? undefined : row.engine,
      collation: row.collation === null || row.collation === connection.collation ? undefined : row.collation,
    }),
  };
}

/**
 * Whether a column is the key that MySQL gives to a table without one (`sql_generate_invisible_primary_key`), which is to be left: it
 * always has this name (MySQL 8.4 manual, "Generated Invisible Primary Keys").
 */
function isGeneratedKey({ name, extra }: ColumnRow): boolean {
  return name === 'my_row_id' && /auto_increment.*INVISIBLE/i.test(extra);
}

function withoutGeneratedKey({ columns, indexes, ...rows }: TableRows): TableRows {
  return {
    ...rows,
    columns: columns.filter((column) => !isGeneratedKey(column)),
    indexes: indexes.filter(({ name }) => name !== 'PRIMARY'),
  };
}

function columnsOf(table: TableRow, { columns, checks }: TableRows, server: Connection): ColumnModel[] {
  const own = columnChecks(checks, columns);
  return columns.map((row) => {
    const check = own.get(row.name);
    const expression = row.expression === null ? null : shownText(row.expression, server);
    return columnModel(
      { ...row, expression },
      { server, tableCollation: table.collation, ...(check !== undefined && { check }) },
    );
  });
}

/** The checks in definitions of columns, by the column: after a rename they still have the name that it had. */
function columnChecks(checks: readonly CheckRow[], columns: readonly ColumnRow[]): ReadonlyMap<string, string> {
  const own = checks.filter(({ isOfColumn }) => Number(isOfColumn) === 1);
  return new Map(
    own.map(({ name, clause }) => {
      if (clause.includes(quote(name))) return [name, clause];
      const mentioned = columns.filter((column) => clause.includes(quote(column.name)));
      return [mentioned.length === 1 ? (mentioned[0]?.name ?? name) : name, clause];
    }),
  );
}

function checksOf({ checks }: TableRows, server: Connection): CheckModel[] {
  return checks
    .filter(({ isOfColumn, clause, name }) => Number(isOfColumn) === 0 && !isJsonCheck(clause, name))
    .map(({ name, clause }) => ({ name, expression: catalogExpression(clause, server) }));
}

/** The indexes of a table, the primary key first. */
function indexesOf(rows: readonly IndexRow[]): IndexModel[] {
  const byName = new Map<string, IndexRow[]>();
  for (const row of rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  const models = [...byName.values()].map(indexModel);
  return models.sort(({ name: one }, { name: other }) => Number(other === 'PRIMARY') - Number(one === 'PRIMARY'));
}

function indexModel(parts: readonly IndexRow[]): IndexModel {
  const { name = '', nonUnique = 1, type = '' } = parts[0] ?? {};
  const isExpression = parts.some(({ column }) => column === null);
  const options = isExpression ? [] : parts.map((part) => [part.column ?? '', optionOf(part)] as const);
  const given = options.filter(([, option]) => option !== '');
  return {
    name,
    columnNames: isExpression ? [] : parts.map(({ column }) => column ?? ''),
    ...(Number(nonUnique) === 0 && { isUnique: true }),
    ...(type === 'SPATIAL' && { isSpatial: true }),
    ...(type === 'FULLTEXT' && { isFulltext: true }),
    ...(type === 'HASH' && { type }),
    ...(given.length > 0 && { columnOptions: Object.fromEntries(given) }),
    ...(isExpression && { expression: parts.map(partText).join(', ') }),
  };
}

/** The length of a prefix, and the direction. The server gives a spatial index a prefix of its own. */
function optionOf({ prefix, direction, type }: IndexRow): string {
  const length = prefix === null || type === 'SPATIAL' ? '' : `(${prefix})`;
  return [length, direction === 'D' ? 'DESC' : ''].filter(Boolean).join(' ');
}

function partText(part: IndexRow): string {
  const option = optionOf(part);
  return (part.column === null ? `(${part.expression ?? ''})` : quote(part.column)) + (option && ` ${option}`);
}

function primaryKeyModel({ columnNames, columnOptions }: IndexModel): PrimaryKeyModel {
  return { columnNames, ...(columnOptions && { columnOptions }) };
}

function foreignKeysOf({ keys, actions }: TableRows, naming: Naming): ForeignKeyModel[] {
  const byName = new Map<string, KeyRow[]>();
  for (const row of keys) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return [...byName.values()].map((parts) => {
    const { name = '', referencedDatabase = '', referencedTable = '' } = parts[0] ?? {};
    const rules = actions.find((action) => action.name === name);
    const referenced = naming(referencedDatabase, referencedTable);
    const onDelete = actionOf(rules?.onDelete);
    const onUpdate = actionOf(rules?.onUpdate);
    return {
      name,
      columnNames: parts.map(({ column }) => column),
      ...(referenced.schema !== undefined && { referencedSchema: referenced.schema }),
      referencedTableName: referenced.name,
      referencedColumnNames: parts.map(({ referencedColumn }) => referencedColumn),
      ...(onDelete && { onDelete }),
      ...(onUpdate && { onUpdate }),
    };
  });
}

/** RESTRICT and NO ACTION are one thing to InnoDB, and so is SET DEFAULT, which MariaDB accepts and forgets. */
export function actionOf(action: string | undefined): ReferentialAction | undefined {
  return action === 'CASCADE' || action === 'SET NULL' ? action : undefined;
}

/** Whether an index is that which a foreign key brings where none serves it: it has the name and the columns of the key. */
export function isImplicit(index: IndexModel, foreignKeys: readonly ForeignKeyModel[]): boolean {
  if (index.isUnique || index.isFulltext || index.isSpatial || index.columnOptions || index.type) return false;
  return foreignKeys.some(
    ({ name, columnNames }) => name === index.name && columnNames.join('\0') === index.columnNames.join('\0'),
  );
}
