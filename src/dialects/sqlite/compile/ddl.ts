import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type {
  ColumnModel,
  ConflictPart,
  IndexModel,
  PrimaryKeyModel,
  TableModel,
  ViewModel,
} from '../../../schema/schema.model.js';
import { SQLITE_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { writtenDefault } from '../canonical/defaults.js';
import { clausesIn } from '../../common/clauses.js';
import { quote, quoteString } from '../text.js';
import { affinityOf, formatType } from '../types.js';

const clauses = clausesIn({
  sqlRules: SQLITE_SQL,
  quote,
  // There are no other schemas.
  quoteQualified: ({ name }) => quote(name),
  afterKey: conflictSql,
  writesNoAction: true,
});

/**
 * CREATE TABLE without the indexes.
 *
 * Clauses have TypeORM's order and spelling, since TypeORM reads names of constraints and labels of enums from the
 * statement with regular expressions.
 */
export function createTableSql(table: TableModel, options: { name?: string; ifNotExists?: true } = {}): string {
  const members = [
    ...table.columns.map((column) => columnSql(column, table)),
    ...table.uniques.map(clauses.unique),
    ...table.checks.map(clauses.check),
    ...table.foreignKeys.map(clauses.foreignKey),
    ...(table.primaryKey && !isInline(table.primaryKey) ? [clauses.primaryKey(table.primaryKey)] : []),
  ];
  const { withoutRowid, strict } = table.sqlite ?? {};
  const flags = [...(withoutRowid ? ['WITHOUT ROWID'] : []), ...(strict ? ['STRICT'] : [])].join(', ');
  const name = quote(options.name ?? table.name);
  return `CREATE TABLE ${options.ifNotExists ? 'IF NOT EXISTS ' : ''}${name} (${members.join(', ')})${flags && ` ${flags}`}`;
}

/** The definition of a column for CREATE TABLE and ALTER TABLE … ADD. */
export function columnSql(column: ColumnModel, table: TableModel): string {
  const key = table.primaryKey;
  const isKey = key !== undefined && isInline(key) && key.columnNames[0] === column.name;
  const parts = [
    quote(column.name),
    declaredType(column),
    column.enum && `CHECK( ${quote(column.name)} IN (${column.enum.map(quoteString).join(',')}) )`,
    isKey && `${clauses.named(key.name)}PRIMARY KEY${key.columnOptions ? ' DESC' : ''}${conflictSql(key)}`,
    isAutoIncrement(column, table) && 'AUTOINCREMENT',
    column.collation && `COLLATE ${column.collation}`,
    !column.isNullable && `NOT NULL${conflictSql(column)}`,
    valueSql(column),
  ];
  return parts.filter(Boolean).join(' ');
}

/** CREATE INDEX. The name is enough for the table: an index is in its table's schema. */
export function createIndexSql(index: IndexModel, table: string, options: { ifNotExists?: true } = {}): string {
  return clauses.createIndex({ name: table }, index, options.ifNotExists);
}

export function createViewSql(view: ViewModel): string {
  return `CREATE VIEW ${quote(view.name)} AS ${view.expression}`;
}

/** Whether SQLite keeps a high-water mark for the table. */
export function hasAutoIncrement(table: TableModel): boolean {
  return table.columns.some((column) => column.generationStrategy === 'increment');
}

/** The column that is the row id itself: `integer PRIMARY KEY`, but not with `DESC`. */
export function rowidAlias(table: TableModel): ColumnModel | undefined {
  const key = table.primaryKey;
  if (table.sqlite?.withoutRowid || key?.columnNames.length !== 1 || key.columnOptions) return undefined;
  const column = table.columns.find(({ name }) => name === key.columnNames[0]);
  return column && declaredType(column).toLowerCase() === 'integer' ? column : undefined;
}

/** The type as declared. AUTOINCREMENT requires `integer`, which holds 64 bits as a bigint does. */
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
  if (column.asExpression !== undefined)
    return `AS (${closed(column.asExpression, SQLITE_SQL)}) ${column.generatedType ?? 'VIRTUAL'}`;
  return column.default === undefined ? undefined : `DEFAULT (${closed(writtenDefault(column), SQLITE_SQL)})`;
}

/**
 * Whether a primary key is written in its column: one of a single column, as AUTOINCREMENT requires; it allows DESC, not
 * COLLATE.
 */
function isInline({ columnNames: [name = '', ...others], columnOptions }: PrimaryKeyModel): boolean {
  return others.length === 0 && (columnOptions === undefined || columnOptions[name] === 'DESC');
}

function conflictSql({ sqlite }: { readonly sqlite?: ConflictPart }): string {
  return sqlite?.onConflict === undefined ? '' : ` ON CONFLICT ${sqlite.onConflict}`;
}
