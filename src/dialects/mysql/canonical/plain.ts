import { partOf } from '../../../schema/parts.js';
import {
  type ColumnModel,
  type ForeignKeyModel,
  type IndexModel,
  INNODB,
  type PrimaryKeyModel,
  type TableModel,
} from '../../../schema/schema.model.js';
import { actionOf, isImplicit } from '../reflect/table-model.js';
import type { Connection } from '../server.js';
import { isText, plainType } from '../types.js';
import { commentAsHeld } from './four-bytes.js';
import { orderedAs } from './key-order.js';
import { defaultSpelledAs, spelledAs } from './spelled-as.js';
import { withUniquesAsIndexes } from '../unique-index.js';

/**
 * A wanted table in the form of the catalog, as far as that is known without the server, and with what no entity can say taken
 * from the actual one: its collation and engine, prefixes and kinds of its indexes, and what was made by hand in its columns.
 */
export function plainTable(wanted: TableModel, actual: TableModel | undefined, connection: Connection): TableModel {
  const { sqlite: _sqlite, postgres: _postgres, mysql, primaryKey, comment: written, ...table } = wanted;
  const comment = commentAsHeld(written, actual?.comment);
  const engine = engineOf(mysql?.engine, actual);
  const collation = mysql?.collation ?? actual?.mysql?.collation;
  const keys = table.foreignKeys.map((key) => plainForeignKey(key, actual));
  const foreignKeys = hasForeignKeys(engine) ? keys : [];
  const columns = new Map(actual?.columns.map((column) => [column.name, column]));
  const required = new Set(primaryKey?.columnNames);
  return {
    ...table,
    columns: table.columns.map((column) =>
      plainColumn(required.has(column.name) ? asRequired(column) : column, columns.get(column.name), {
        connection,
        tableCollation: collation ?? connection.collation,
      }),
    ),
    ...(primaryKey && { primaryKey: plainPrimaryKey(primaryKey, actual?.primaryKey) }),
    ...(comment !== undefined && { comment }),
    uniques: [],
    exclusions: [],
    foreignKeys,
    ...(comment !== undefined && { comment }),
    indices: [
      ...plainIndices(table, actual).filter((index) => !isImplicit(index, foreignKeys)),
      ...(hasForeignKeys(engine) ? [] : indexesOfKeys(keys, actual)),
    ],
    ...partOf('mysql', {
      engine,
      collation: collation === connection.collation ? undefined : collation,
    }),
  };
}

/** A primary key without its name; the order of its columns is that of the entity's properties, so that of the actual one is as good. */
function plainPrimaryKey(
  { columnNames, ...rest }: PrimaryKeyModel,
  actual: PrimaryKeyModel | undefined,
): PrimaryKeyModel {
  const key = { ...rest, columnNames: orderedAs(columnNames, actual?.columnNames) };
  return { columnNames: key.columnNames, ...optionsOf(key, actual) };
}

/** Other names that the servers take for an engine, in small letters. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  heap: 'MEMORY',
  innobase: 'InnoDB',
  maria: 'Aria',
  merge: 'MRG_MyISAM',
};

/**
 * The engine of a new table as the entity writes it, which may have further options behind its name; of a table that exists the name
 * in the server's letters, and its own where the entity has none.
 */
function engineOf(wanted: string | undefined, actual: TableModel | undefined): string | undefined {
  if (wanted === undefined) return actual?.mysql?.engine;
  const [word = ''] = wanted.split(/\W/);
  const name = OTHER_NAMES[word.toLowerCase()] ?? word;
  if (actual === undefined) return isSameName(wanted, INNODB) ? undefined : wanted;
  const existing = actual.mysql?.engine;
  if (isSameName(name, existing ?? INNODB)) return existing;
  return isSameName(name, INNODB) ? undefined : name;
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether an engine has foreign keys; others take them and forget them, but for the index. */
function hasForeignKeys(engine: string | undefined): boolean {
  return engine === undefined || /^innodb\b/i.test(engine);
}

/** The indexes that an engine without foreign keys has made of them. */
function indexesOfKeys(keys: readonly ForeignKeyModel[], actual: TableModel | undefined): readonly IndexModel[] {
  return (actual?.indices ?? []).filter((index) => isImplicit(index, keys));
}

function asRequired({ isNullable: _isNullable, ...column }: ColumnModel): ColumnModel {
  return column;
}

interface ColumnContext {
  readonly connection: Connection;
  readonly tableCollation: string;
}

function plainColumn(
  wanted: ColumnModel,
  actual: ColumnModel | undefined,
  { connection, tableCollation }: ColumnContext,
): ColumnModel {
  const { mysql, ...type } = plainType(wanted);
  const { default: value, asExpression, collation, comment } = wanted;
  const isGenerated = asExpression !== undefined;
  // MariaDB's generated columns may all be NULL.
  const isNullable = wanted.isNullable || (isGenerated && connection.isMariaDb);
  const hasCollation = isText(type.type) && collation !== undefined && collation !== tableCollation;
  return withHandMade(
    {
      name: wanted.name,
      ...type,
      ...(wanted.textKind && { textKind: wanted.textKind }),
      ...(isNullable && { isNullable: true }),
      ...(value !== undefined && !isGenerated && { default: defaultSpelledAs(actual, value, type.type) }),
      ...(comment && { comment }),
      ...(hasCollation && { collation }),
      ...(wanted.generationStrategy === 'increment' && { generationStrategy: 'increment' }),
      ...(isGenerated && {
        asExpression: spelledAs(actual?.asExpression, asExpression),
        generatedType: wanted.generatedType ?? 'VIRTUAL',
      }),
      ...partOf('mysql', {
        ...mysql,
        charset: isText(type.type) && collation === undefined ? wanted.mysql?.charset : undefined,
        onUpdate: wanted.mysql?.onUpdate && spelledAs(actual?.mysql?.onUpdate, wanted.mysql.onUpdate),
        invisible: wanted.mysql?.invisible,
        check: wanted.mysql?.check,
      }),
    },
    actual,
  );
}

/** A column with what its actual one has by hand, and no entity can take away: zeros before numbers, invisibility, a check. */
export function withHandMade(wanted: ColumnModel, actual: ColumnModel | undefined): ColumnModel {
  if (actual?.mysql === undefined) return wanted;
  const { zerofill, width, invisible, check } = actual.mysql;
  const { mysql, ...column } = wanted;
  const isSameNumber = wanted.type === actual.type && (zerofill === undefined || mysql?.unsigned === true);
  return {
    ...column,
    ...partOf('mysql', {
      ...mysql,
      ...(isSameNumber && { zerofill: mysql?.zerofill ?? zerofill, width: mysql?.width ?? width }),
      invisible: mysql?.invisible ?? invisible,
      check: mysql?.check ?? (wanted.type === actual.type ? check : undefined),
    }),
  };
}

/** A foreign key whose RESTRICT is NO ACTION, as which the model has it, unless it is a new one: that is written as it is wanted. */
function plainForeignKey(
  { deferrable: _deferrable, ...key }: ForeignKeyModel,
  actual: TableModel | undefined,
): ForeignKeyModel {
  if (!actual?.foreignKeys.some(({ name }) => name === key.name)) return key;
  const { onDelete, onUpdate, ...rest } = key;
  const [deleting, updating] = [actionOf(onDelete), actionOf(onUpdate)];
  return { ...rest, ...(deleting && { onDelete: deleting }), ...(updating && { onUpdate: updating }) };
}

/** The indexes, among them the unique constraints, which are indexes here. */
function plainIndices(table: TableModel, actual: TableModel | undefined): IndexModel[] {
  const byName = new Map(actual?.indices.map((index) => [index.name, index]));
  return withUniquesAsIndexes(table).indices.map((index) => {
    const { isConcurrent: _isConcurrent, where: _where, include: _include, nullsNotDistinct: _nulls, ...plain } = index;
    const namesake = byName.get(index.name);
    // A unique index that is too long for InnoDB is one of hashes.
    const type = plain.type?.toUpperCase() ?? (hasSameColumns(index, namesake) ? namesake?.type : undefined);
    const { type: _type, ...rest } = plain;
    return { ...rest, ...(type !== undefined && type !== 'BTREE' && { type }), ...optionsOf(index, namesake) };
  });
}

type Keyed = Pick<IndexModel, 'columnNames' | 'columnOptions'>;

/** The options of a key's columns; those of the actual one where the wanted one has none. */
function optionsOf(wanted: Keyed, actual: Keyed | undefined): Pick<IndexModel, 'columnOptions'> {
  const found = wanted.columnOptions ?? (hasSameColumns(wanted, actual) ? actual?.columnOptions : undefined);
  return found ? { columnOptions: found } : {};
}

function hasSameColumns(one: Keyed, other: Keyed | undefined): boolean {
  return other !== undefined && one.columnNames.join('\0') === other.columnNames.join('\0');
}
