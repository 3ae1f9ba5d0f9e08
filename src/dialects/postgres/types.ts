import { identifier, quoteQualified } from './names.js';
import type { ColumnModel, QualifiedName } from '../../schema/schema.model.js';

/** The fields of a column that make up its type. */
export type ColumnType = Pick<
  ColumnModel,
  'type' | 'length' | 'precision' | 'scale' | 'enum' | 'enumName' | 'enumSchema' | 'spatialFeatureType' | 'srid'
> & { readonly isArray?: boolean };

/** Other names of types, as TypeORM and users write them, and those that the catalog prints. */
const ALIASES: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  char: 'character',
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float: 'double precision',
  float4: 'real',
  float8: 'double precision',
  decimal: 'numeric',
  bool: 'boolean',
  varbit: 'bit varying',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  'simple-array': 'text',
  'simple-json': 'text',
  'simple-enum': 'enum',
};

/** The usual short names of types. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  character: 'char',
  'bit varying': 'varbit',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

const SPATIAL = new Set(['geometry', 'geography']);
const TIME = /^(timestamp|time|interval)\b/;
/** The precision of times when none is specified. */
const FULL_TIME_PRECISION = 6;

/** The catalog's own name of a type: `varchar` is `character varying`. */
export function typeName(type: string): string {
  return ALIASES[type.toLowerCase()] ?? type;
}

/** The usual short name of a type: `varchar` for `character varying`. */
export function shortName(type: string): string {
  return SHORT_NAMES[type] ?? type;
}

/** Whether a type, by its name in the catalog, has a precision of seconds. */
export function isTime({ type }: ColumnType): boolean {
  return TIME.test(type);
}

/** The name that TypeORM gives to the enum type that belongs to one column only: `table_column_enum`. */
export function ownEnumName(table: QualifiedName, column: string): QualifiedName {
  const name = identifier(`${table.name}_${column.toLowerCase()}_enum`);
  return table.schema === undefined ? { name } : { schema: table.schema, name };
}

/** The type as DDL, with length, precision and array brackets. */
export function typeText(column: ColumnType): string {
  return `${baseTypeText(column, typeArguments(column))}${column.isArray ? '[]' : ''}`;
}

/** Types that mean one character or bit without a length, and the types without that limit. */
const UNLIMITED: Readonly<Record<string, string>> = { character: 'bpchar', bit: 'bit varying' };

/** The type as DDL without length and precision: a cast to it truncates nothing. */
export function castTypeText(column: ColumnType): string {
  const base = UNLIMITED[typeName(column.type)] ?? baseTypeText(column, '');
  return `${base}${column.isArray ? '[]' : ''}`;
}

function baseTypeText(column: ColumnType, args: string): string {
  const type = column.type.startsWith('simple-') ? typeName(column.type) : column.type;
  if (type === 'enum' && column.enumName !== undefined) {
    return quoteQualified({ schema: column.enumSchema, name: column.enumName });
  }
  const zone = /^(timestamp|time)( with(?:out)? time zone)$/i.exec(type);
  return zone === null ? `${type}${args}` : `${zone[1]}${args}${zone[2]}`;
}

function typeArguments(column: ColumnType): string {
  if (column.length) return `(${column.length})`;
  if (column.precision !== undefined) {
    return column.scale === undefined ? `(${column.precision})` : `(${column.precision},${column.scale})`;
  }
  if (column.spatialFeatureType !== undefined) {
    return column.srid === undefined
      ? `(${column.spatialFeatureType})`
      : `(${column.spatialFeatureType},${column.srid})`;
  }
  return '';
}

/**
 * Parses what `format_type` prints for a type that is neither an array nor an enum.
 *
 * @example parseType('numeric(10,2)') // { type: 'numeric', precision: 10, scale: 2 }
 */
export function parseType(text: string): ColumnType {
  const match = text.startsWith('"') ? null : /^([^(]*)\(([^)]*)\)(.*)$/.exec(text);
  if (match === null) return { type: text };
  const [, head = '', inner = '', tail = ''] = match;
  const args = inner.split(',');
  const type = `${head}${tail}`;
  if (SPATIAL.has(type)) return spatialType(type, args);
  if (TIME.test(type)) return { type, precision: Number(inner) };
  if (type === 'numeric') return { type, precision: Number(args[0]), scale: Number(args[1] ?? 0) };
  return { type, length: inner };
}

function spatialType(type: string, [feature, srid]: readonly string[]): ColumnType {
  return {
    type,
    ...(feature === undefined ? {} : { spatialFeatureType: feature }),
    ...(srid === undefined ? {} : { srid: Number(srid) }),
  };
}

/** The column with its type as the catalog prints it: aliases are resolved, and the database's defaults are filled in. */
export function canonicalType<C extends ColumnType>(column: C): C {
  const type = typeName(column.type);
  if (type === 'numeric' && column.precision !== undefined) return { ...column, type, scale: column.scale ?? 0 };
  if ((type === 'character' || type === 'bit') && !column.length) return { ...column, type, length: '1' };
  return { ...column, type };
}

/** Whether both are the same type; the full precision of a time may be written or omitted. */
export function isSameType(one: ColumnType, other: ColumnType): boolean {
  return typeText(withoutFullPrecision(one)) === typeText(withoutFullPrecision(other));
}

function withoutFullPrecision(column: ColumnType): ColumnType {
  const { precision, ...rest } = canonicalType(column);
  const isUnsaid = precision === undefined || (TIME.test(rest.type) && precision === FULL_TIME_PRECISION);
  return isUnsaid ? rest : { ...rest, precision };
}
