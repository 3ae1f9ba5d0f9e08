import type { DataSource } from 'typeorm';
import { type ColumnMetadata, type EntityRules, textKindOf } from '../../schema/entity-rules.js';
import { partOf } from '../../schema/parts.js';
import type { ColumnModel, IndexModel, MysqlColumnPart } from '../../schema/schema.model.js';
import { MYSQL_SQL } from '../../sql/rules.js';
import { currentTime, mysqlDefault, onUpdateInDefault } from './entity-defaults.js';
import { withQuotedColumns } from './quoted-columns.js';
import { refuseUnsupported } from './refuse.js';
import { literal } from './text.js';
import { parseType, typeName } from './types.js';

/** Reads entities for MySQL and MariaDB: with types as the driver has them, and with databases for schemas. */
export const mysqlEntityRules: EntityRules = {
  sqlRules: MYSQL_SQL,
  defaultSchema: ({ driver }) => driver.database,
  // A database is part of every connection: names of the own one are written without it in any case.
  ownSchema: ({ driver }) => driver.database,
  // TypeORM takes a dot for the end of the database's name.
  tableName: ({ database, tableName }) => {
    const [name = '', inName] = tableName.split('.').reverse();
    const schema = database ?? inName;
    return schema === undefined ? { name } : { schema, name };
  },
  literal,

  column(metadata, _table, dataSource) {
    const type = typeOf(metadata, dataSource);
    const value = metadata.asExpression || isIncrement(metadata) ? undefined : mysqlDefault(metadata, type.type);
    const comment = metadata.comment?.replaceAll('\u0000', '');
    return {
      column: {
        name: metadata.databaseName,
        ...type,
        ...textKindOf(metadata),
        ...(metadata.isNullable && !metadata.isPrimary && { isNullable: true }),
        ...(value !== undefined && { default: value }),
        ...(comment && { comment }),
        ...(metadata.collation && { collation: metadata.collation }),
        ...(isIncrement(metadata) && { generationStrategy: 'increment' }),
        ...(metadata.asExpression && {
          asExpression: metadata.asExpression.trim(),
          generatedType: metadata.generatedType ?? 'VIRTUAL',
        }),
        ...partOf('mysql', mysqlPart(metadata)),
      },
    };
  },

  index: ({ name, columnNames, isUnique, isSpatial, isFulltext, columnOptions, mysql }) => ({
    name,
    columnNames,
    ...(isUnique && { isUnique }),
    ...(isSpatial && { isSpatial }),
    ...(isFulltext && { isFulltext }),
    ...(columnOptions && { columnOptions }),
    ...(mysql && { mysql }),
  }),

  // TypeORM makes a unique index of each `unique: true`, with the name of a plain index on the column.
  twinOf: (one, other) => (isSameButUnique(one, other) ? (one.isUnique ? one : other) : undefined),

  wholeIndex({ isConcurrent: _isConcurrent, columnOptions, ...index }) {
    refuseUnsupported({ kind: 'createIndex', table: { name: '' }, index });
    const options = Object.entries(columnOptions ?? {}).filter(([, option]) => option.trim().toUpperCase() !== 'ASC');
    return { ...index, ...(options.length > 0 && { columnOptions: Object.fromEntries(options) }) };
  },

  table: ({ sqlite: _sqlite, ...table }) => ({
    ...table,
    checks: table.checks.map((check) => withQuotedColumns(check, table)),
    exclusions: [],
  }),

  extensions: () => [],
  identifier: (name) => name,
};

function typeOf(
  column: ColumnMetadata,
  { driver }: DataSource,
): Pick<ColumnModel, 'type' | 'length' | 'enum' | 'precision' | 'scale'> {
  const type = typeName(driver.normalizeType(column));
  if (column.enum && (type === 'enum' || type === 'set')) return { type, enum: [...column.enum].map(String) };
  // Where the application takes the server for a MySQL, a uuid that it does not generate is a varchar(255).
  const length = driver.getColumnLength(column);
  if (length) return { type, length };
  // TypeORM 0.3 writes it in the place of a size, whatever the type is: `bit(4)`.
  const { width } = column as ColumnMetadata & OlderColumn;
  if (width) {
    const { mysql: _mysql, ...sized } = parseType(`${type}(${width})`);
    return sized;
  }
  return {
    type,
    ...(typeof column.precision === 'number' && { precision: column.precision }),
    ...(typeof column.scale === 'number' && { scale: column.scale }),
  };
}

/** What TypeORM 1.0 has no longer, and older ones have. */
type OlderColumn = Pick<MysqlColumnPart, 'width'> & { readonly zerofill?: boolean };

function mysqlPart(column: ColumnMetadata): MysqlColumnPart {
  const { zerofill, width } = column as ColumnMetadata & OlderColumn;
  const { unsigned, charset } = column;
  const onUpdate = column.onUpdate || onUpdateInDefault(column);
  return {
    unsigned: unsigned || zerofill ? true : undefined,
    zerofill: zerofill ? true : undefined,
    // That of other integers is no difference to anybody; `tinyint(1)` is what drivers know booleans by.
    width: zerofill || (width === 1 && typeName(String(column.type)) === 'tinyint') ? width : undefined,
    charset: charset || undefined,
    onUpdate: onUpdate ? currentTime(onUpdate, column) : undefined,
  };
}

function isIncrement({ isGenerated, generationStrategy }: ColumnMetadata): boolean {
  return isGenerated && generationStrategy === 'increment';
}

function isSameButUnique(one: IndexModel, other: IndexModel): boolean {
  return (
    one.columnNames.join('\0') === other.columnNames.join('\0') &&
    one.isFulltext === other.isFulltext &&
    one.isSpatial === other.isSpatial
  );
}
