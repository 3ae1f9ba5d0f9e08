import type { ColumnModel, PrimaryKeyModel, TableModel } from '../../../schema/schema.model.js';
import { partOf } from '../../../schema/parts.js';
import { rowidAlias } from '../compile/ddl.js';
import { parseColumnList, parseConflict, parseReferences } from './clauses.js';
import { parseColumn } from './column.js';
import { Cursor } from './cursor.js';
import type { TableParts } from './parts.js';
import { ColumnNames } from './column-names.js';

/**
 * A table from its CREATE TABLE statement, without indexes.
 *
 * Only the statement contains the names of constraints, the checks, the collations and the generated expressions; and all
 * that pragmas report is in it too. A foreign key that omits the referenced columns has none here.
 *
 * @throws UnreadableSchemaError
 */
export function parseTable(sql: string, name: string): TableModel {
  const cursor = new Cursor(sql, name);
  while (!cursor.at('(')) cursor.next();
  cursor.next();
  const parts: TableParts = { columns: [], uniques: [], checks: [], foreignKeys: [] };
  while (!cursor.accept(')')) {
    if (cursor.atAny('CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')) parseTableConstraint(cursor, parts);
    else parseColumn(cursor, parts);
    cursor.accept(',');
  }
  const { tableKey, ...members } = parts;
  const options = parseTableOptions(cursor);
  const primaryKey = tableKey && !options.sqlite?.withoutRowid ? withoutIdleOptions(tableKey, parts) : tableKey;
  const table = { name, ...members, ...(primaryKey && { primaryKey }), exclusions: [], indices: [], ...options };
  return withRequiredKey(withOwnSpelling(table));
}

function parseTableConstraint(cursor: Cursor, parts: TableParts): void {
  const named = cursor.accept('CONSTRAINT') ? { name: cursor.name() } : {};
  if (cursor.accept('PRIMARY', 'KEY')) {
    const { isAutoIncrement, ...columns } = parseColumnList(cursor);
    parts.tableKey = { ...named, ...columns, ...parseConflict(cursor) };
    if (isAutoIncrement) setAutoIncrement(parts, columns.columnNames[0]);
  } else if (cursor.accept('UNIQUE')) {
    const { isAutoIncrement: _none, ...columns } = parseColumnList(cursor);
    parts.uniques.push({ ...named, ...columns, ...parseConflict(cursor) });
  } else if (cursor.accept('CHECK')) {
    parts.checks.push({ ...named, expression: cursor.parenthesised() });
    parseConflict(cursor);
  } else if (cursor.accept('FOREIGN', 'KEY')) {
    const { columnNames } = parseColumnList(cursor);
    parts.foreignKeys.push({ ...named, columnNames, ...parseReferences(cursor) });
  } else if (!cursor.at('CONSTRAINT')) {
    cursor.fail('a constraint of a table');
  }
}

/** Removes DESC and COLLATE from a key that is the row id, for which they have no effect. */
function withoutIdleOptions(key: PrimaryKeyModel, { columns }: TableParts): PrimaryKeyModel {
  const { columnOptions: _columnOptions, ...plain } = key;
  const [name = '', ...others] = key.columnNames;
  const column = columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  return others.length === 0 && column?.type === 'integer' && column.precision === undefined ? plain : key;
}

function setAutoIncrement(parts: TableParts, name: string | undefined): void {
  const index = parts.columns.findIndex((column) => column.name.toLowerCase() === name?.toLowerCase());
  const column = parts.columns[index];
  if (column) parts.columns[index] = { ...column, generationStrategy: 'increment' };
}

function parseTableOptions(cursor: Cursor): Pick<TableModel, 'sqlite'> {
  const options: { withoutRowid?: true; strict?: true } = {};
  while (!cursor.done) {
    if (cursor.accept('WITHOUT', 'ROWID')) options.withoutRowid = true;
    else if (cursor.accept('STRICT')) options.strict = true;
    else if (!cursor.accept(',') && !cursor.accept(';')) cursor.fail('a table option');
  }
  return partOf('sqlite', options);
}

function withOwnSpelling(table: TableModel): TableModel {
  const columnNames = new ColumnNames(table.columns);
  return {
    ...table,
    ...(table.primaryKey && { primaryKey: columnNames.inKey(table.primaryKey) }),
    uniques: table.uniques.map((unique) => columnNames.inKey(unique)),
    foreignKeys: table.foreignKeys.map((key) => columnNames.inKey(key)),
  };
}

/** Makes the row id, and the key of a table WITHOUT ROWID, NOT NULL, which they always are. */
function withRequiredKey(table: TableModel): TableModel {
  const alias = rowidAlias(table);
  const isRequired = ({ name }: ColumnModel): boolean =>
    name === alias?.name ||
    (table.sqlite?.withoutRowid === true && table.primaryKey?.columnNames.includes(name) === true);
  return { ...table, columns: table.columns.map((column) => (isRequired(column) ? required(column) : column)) };
}

function required({ isNullable: _isNullable, ...column }: ColumnModel): ColumnModel {
  return column;
}
