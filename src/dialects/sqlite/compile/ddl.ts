import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type {
  CheckModel,
  ColumnModel,
  ConflictPart,
  ForeignKeyModel,
  IndexModel,
  PrimaryKeyModel,
  TableModel,
  UniqueModel,
  ViewModel,
} from '../../../schema/schema.model.js';
import { writtenDefault } from '../canonical/defaults.js';
import { quote, quoteAll, quoteString } from '../text.js';
import { affinityOf, formatType } from '../types.js';

/**
 * CREATE TABLE without the indexes.
 *
 * Clauses stand in TypeORM's order and spelling: TypeORM reads names of constraints and labels of enums from this text
 * with regular expressions, and must find them.
 */
export function createTableSql(table: TableModel, options: { name?: string; ifNotExists?: true } = {}): string {
  const clauses = [
    ...table.columns.map((column) => columnSql(column, table)),
    ...table.uniques.map(uniqueSql),
    ...table.checks.map(checkSql),
    ...table.foreignKeys.map(foreignKeySql),
    ...(table.primaryKey && !isInline(table.primaryKey) ? [primaryKeySql(table.primaryKey)] : []),
  ];
  const { withoutRowid, strict } = table.sqlite ?? {};
  const flags = [...(withoutRowid ? ['WITHOUT ROWID'] : []), ...(strict ? ['STRICT'] : [])].join(', ');
  const name = quote(options.name ?? table.name);
  return `CREATE TABLE ${options.ifNotExists ? 'IF NOT EXISTS ' : ''}${name} (${clauses.join(', ')})${flags && ` ${flags}`}`;
}

/** A column as it stands in CREATE TABLE and in ALTER TABLE … ADD. */
export function columnSql(column: ColumnModel, table: TableModel): string {
  const key = table.primaryKey;
  const isKey = key !== undefined && isInline(key) && key.columnNames[0] === column.name;
  const parts = [
    quote(column.name),
    declaredType(column),
    column.enum && `CHECK( ${quote(column.name)} IN (${column.enum.map(quoteString).join(',')}) )`,
    isKey && `${constraintName(key.name)}PRIMARY KEY${key.columnOptions ? ' DESC' : ''}${conflictSql(key)}`,
    isAutoIncrement(column, table) && 'AUTOINCREMENT',
    column.collation && `COLLATE ${column.collation}`,
    !column.isNullable && `NOT NULL${conflictSql(column)}`,
    valueSql(column),
  ];
  return parts.filter(Boolean).join(' ');
}

/** CREATE INDEX. The name is enough for the table: an index stands in its table's schema. */
export function createIndexSql(index: IndexModel, table: string, options: { ifNotExists?: true } = {}): string {
  const columns = index.columnNames.map((name) => withOption(name, index.columnOptions)).join(', ');
  const kind = index.isUnique ? 'UNIQUE INDEX' : 'INDEX';
  const name = `${options.ifNotExists ? 'IF NOT EXISTS ' : ''}${quote(index.name)}`;
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  return `CREATE ${kind} ${name} ON ${quote(table)} (${index.expression ?? columns})${where}`;
}

export function createViewSql(view: ViewModel): string {
  return `CREATE VIEW ${quote(view.name)} AS ${view.expression}`;
}

/** Whether SQLite keeps a high-water mark for the table. */
export function hasAutoIncrement(table: TableModel): boolean {
  return table.columns.some((column) => column.generationStrategy === 'increment');
}

/** The column that is the row id itself: `integer PRIMARY KEY`, though not with `DESC` behind it. */
export function rowidAlias(table: TableModel): ColumnModel | undefined {
  const key = table.primaryKey;
  if (table.sqlite?.withoutRowid || key?.columnNames.length !== 1 || key.columnOptions) return undefined;
  const column = table.columns.find(({ name }) => name === key.columnNames[0]);
  return column && declaredType(column).toLowerCase() === 'integer' ? column : undefined;
}

/** The type as it is written. AUTOINCREMENT is for `integer` alone, which holds 64 bits as a bigint does. */
export function declaredType(column: ColumnModel): string {
  const type = formatType(column);
  return column.generationStrategy === 'increment' && affinityOf(type) === 'integer' ? 'integer' : type;
}

function isAutoIncrement(column: ColumnModel, table: TableModel): boolean {
  if (column.generationStrategy !== 'increment') return false;
  if (rowidAlias(table)?.name === column.name) return true;
  throw new UnsupportedOperationError(
    'increment',
    'SQLite',
    table.sqlite?.withoutRowid
      ? `column '${column.name}' counts by the row ids that '${table.name}' is to be without`
      : `column '${column.name}' of '${table.name}' must be an integer and the whole primary key`,
    'SQLite numbers the rows of a table by an integer primary key of one column only.',
  );
}

function valueSql(column: ColumnModel): string | undefined {
  if (column.asExpression !== undefined) return `AS (${column.asExpression}) ${column.generatedType ?? 'VIRTUAL'}`;
  return column.default === undefined ? undefined : `DEFAULT (${writtenDefault(column)})`;
}

/** A key of one column stands beside it, which AUTOINCREMENT requires; there it may have DESC, but no COLLATE. */
function isInline({ columnNames: [name = '', ...others], columnOptions }: PrimaryKeyModel): boolean {
  return others.length === 0 && (columnOptions === undefined || columnOptions[name] === 'DESC');
}

function primaryKeySql(key: PrimaryKeyModel): string {
  return `${constraintName(key.name)}PRIMARY KEY (${keyColumns(key)})${conflictSql(key)}`;
}

function uniqueSql(unique: UniqueModel): string {
  return `${constraintName(unique.name)}UNIQUE (${keyColumns(unique)})${conflictSql(unique)}`;
}

function checkSql(check: CheckModel): string {
  return `${constraintName(check.name)}CHECK (${check.expression})`;
}

function foreignKeySql(key: ForeignKeyModel): string {
  const target = key.referencedColumnNames.length === 0 ? '' : ` (${quoteAll(key.referencedColumnNames)})`;
  const parts = [
    `${constraintName(key.name)}FOREIGN KEY (${quoteAll(key.columnNames)}) REFERENCES ${quote(key.referencedTableName)}${target}`,
    `ON DELETE ${key.onDelete ?? 'NO ACTION'} ON UPDATE ${key.onUpdate ?? 'NO ACTION'}`,
    key.deferrable && `DEFERRABLE ${key.deferrable}`,
  ];
  return parts.filter(Boolean).join(' ');
}

function keyColumns(key: PrimaryKeyModel | UniqueModel): string {
  return key.columnNames.map((name) => withOption(name, key.columnOptions)).join(', ');
}

function withOption(column: string, options: Readonly<Record<string, string>> | undefined): string {
  const option = options?.[column];
  return option === undefined ? quote(column) : `${quote(column)} ${option}`;
}

function constraintName(name: string | undefined): string {
  return name === undefined ? '' : `CONSTRAINT ${quote(name)} `;
}

function conflictSql({ sqlite }: { readonly sqlite?: ConflictPart }): string {
  return sqlite?.onConflict === undefined ? '' : ` ON CONFLICT ${sqlite.onConflict}`;
}
