import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';
import { rowidAlias } from './ddl.js';
import { isNull } from '../expression.js';
import { convertedList, isListConversion } from './list-conversion.js';
import { ROWID_NAMES } from '../reserved.js';
import { quote } from '../text.js';
import { affinityOf, formatType } from '../types.js';

/** Where the values of a rebuilt table come from. */
export interface Origins {
  /** Columns of the new table that take their values from one of the old table, and its name. */
  readonly kept: ReadonlyMap<string, string>;
  /** SQL that makes the new value out of the old row, by column. */
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
  // Without it the table's own ON CONFLICT REPLACE or IGNORE would drop rows that a new collation or type makes equal.
  const insert = hasConflictClause(to) ? 'INSERT OR ABORT INTO' : 'INSERT INTO';
  return `${insert} ${quote(temporaryName)} (${targets.join(', ')}) SELECT ${sources.join(', ')} FROM ${quote(from.name)}`;
}

function hasConflictClause({ columns, primaryKey, uniques }: TableModel): boolean {
  return [...columns, ...uniques, primaryKey].some((member) => member?.sqlite?.onConflict !== undefined);
}

/** Columns that rows of the old table have no value for, although they must have one. */
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

/** SQL that makes the value of a column out of the old row, NULL filled by the default; undefined where nothing is copied. */
export function copiedValue(column: ColumnModel, from: TableModel, { kept, using }: Origins): string | undefined {
  if (column.asExpression !== undefined || !kept.has(column.name)) return undefined;
  const old = from.columns.find(({ name }) => name === kept.get(column.name)) ?? column;
  const value = using.get(column.name) ?? converted(old, column, from.name);
  const fills = isNullableIn(from, old.name) && !column.isNullable && hasDefault(column);
  return fills ? `COALESCE(${value}, ${column.default})` : value;
}

/**
 * The value in the type of its new column. Mostly the column's affinity does that while the row goes in, and unlike a
 * CAST it never turns a text that is no number into 0. It does nothing between texts, blobs and binary JSON. A column without
 * a type holds anything as it is.
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

/** Older versions write 15 digits of a real number, which may need 17, and all write an infinity so that they cannot read it. */
function realAsText(value: string): string {
  const isLost = `typeof(${value}) = 'real' AND CAST(CAST(${value} AS TEXT) AS REAL) <> ${value}`;
  return `iif(${isLost}, replace(printf('%!.17g', ${value}), 'Inf', '9e999'), ${value})`;
}

/** Row ids are what full-text indexes and applications may hold on to, so they stay, unless a column is the row id. */
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
