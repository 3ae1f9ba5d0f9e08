import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { rowidAlias } from './ddl.js';
import { isNull } from '../expression.js';
import { convertedList, isListConversion } from './list-conversion.js';
import { ROWID_NAMES } from '../reserved.js';
import { quote } from '../text.js';
import { affinityOf, formatType } from '../types.js';

/** The sources of the values in a rebuilt table. */
export interface Origins {
  /** Column of the new table → column of the old table whose values it gets. */
  readonly kept: ReadonlyMap<string, string>;
  /** Column of the new table → SQL expression that computes its value from the old row. */
  readonly using: ReadonlyMap<string, string>;
}

/** The INSERT … SELECT of a rebuild; undefined when there is nothing to copy. */
export function copyRowsSql(
  from: TableModel,
  to: TableModel,
  temporaryName: string,
  origins: Origins,
): string | undefined {
  const pairs = [...rowidPair(from, to, origins), ...columnPairs(from, to, origins)];
  if (pairs.length === 0) return undefined;
  const [targets, sources] = [pairs.map(([target]) => target), pairs.map(([, source]) => source)];
  // Otherwise the table's own ON CONFLICT REPLACE or IGNORE would drop rows that a new collation or type makes equal.
  const insert = hasConflictClause(to) ? 'INSERT OR ABORT INTO' : 'INSERT INTO';
  return `${insert} ${quote(temporaryName)} (${targets.join(', ')}) SELECT ${sources.join(', ')} FROM ${quote(from.name)}`;
}

function hasConflictClause({ columns, primaryKey, uniques }: TableModel): boolean {
  return [...columns, ...uniques, primaryKey].some((member) => member?.sqlite?.onConflict !== undefined);
}

/** Columns that require a value and for which rows of the old table may have none. */
export function columnsWithoutValue(from: TableModel, to: TableModel, { kept, using }: Origins): ColumnModel[] {
  return to.columns.filter((column) => {
    if (column.isNullable || hasDefault(column) || column.asExpression !== undefined) return false;
    if (rowidAlias(to) === column) return false;
    return !kept.has(column.name) || (isNullableIn(from, kept.get(column.name)) && !using.has(column.name));
  });
}

function columnPairs(from: TableModel, to: TableModel, origins: Origins): [string, string][] {
  return to.columns.flatMap((column): [string, string][] => {
    const value = copiedValue(column, from, origins);
    return value === undefined ? [] : [[quote(column.name), value]];
  });
}

/**
 * A SQL expression: the value of a column, from the old row, with the default for NULL; undefined when nothing is copied.
 */
export function copiedValue(column: ColumnModel, from: TableModel, { kept, using }: Origins): string | undefined {
  if (column.asExpression !== undefined || !kept.has(column.name)) return undefined;
  const old = from.columns.find(({ name }) => name === kept.get(column.name)) ?? column;
  const value = using.get(column.name) ?? converted(old, column, from.name);
  const fills = isNullableIn(from, old.name) && !column.isNullable && hasDefault(column);
  return fills ? `COALESCE(${value}, ${column.default})` : value;
}

/**
 * A SQL expression: the value converted to the type of its new column. Mostly the affinity of the column converts it on
 * insert, and unlike a CAST it never turns `'abc'` into 0. It does not convert between texts, blobs and binary JSON, nor in
 * a column without a type.
 */
function converted(from: ColumnModel, to: ColumnModel, table: string): string {
  const value = quote(from.name);
  if (isListConversion(from, to)) return convertedList(`${quote(table)}.${value}`, from, to);
  const [oldType, newType] = [formatType(from).toLowerCase(), formatType(to).toLowerCase()];
  if (oldType === newType || oldType === '' || newType === '') return value;
  if (newType === 'jsonb') return `jsonb(${value})`;
  if (oldType === 'jsonb') return `json(${value})`;
  if (affinityOf(newType) === 'blob') return affinityOf(oldType) === 'text' ? `CAST(${value} AS BLOB)` : value;
  if (affinityOf(newType) !== 'text') return value;
  if (affinityOf(oldType) === 'blob') return `CAST(${value} AS TEXT)`;
  return mayHoldReals(oldType) ? realAsText(value) : value;
}

function mayHoldReals(type: string): boolean {
  const affinity = affinityOf(type);
  return affinity === 'real' || (affinity === 'numeric' && !/^(bool|date|time)/.test(type));
}

/**
 * A real number as text without loss: older versions write only 15 of 17 digits, and none can parse its text of an
 * infinity.
 */
function realAsText(value: string): string {
  const isLost = `typeof(${value}) = 'real' AND CAST(CAST(${value} AS TEXT) AS REAL) <> ${value}`;
  return `iif(${isLost}, replace(printf('%!.17g', ${value}), 'Inf', '9e999'), ${value})`;
}

/**
 * The pair of columns that keeps row ids, on which full-text indexes and applications may rely; none if a column is the
 * row id.
 */
function rowidPair(from: TableModel, to: TableModel, { kept }: Origins): [string, string][] {
  if (from.sqlite?.withoutRowid || to.sqlite?.withoutRowid) return [];
  const alias = rowidAlias(to);
  if (alias && kept.has(alias.name)) return [];
  const taken = new Set([...from.columns, ...to.columns].map(({ name }) => name.toLowerCase()));
  const name = ROWID_NAMES.find((name) => !taken.has(name));
  return name === undefined ? [] : [[name, name]];
}

function isNullableIn(table: TableModel, name: string | undefined): boolean {
  return table.columns.find((column) => column.name === name)?.isNullable === true;
}

function hasDefault(column: ColumnModel): boolean {
  return column.default !== undefined && !isNull(column.default);
}
