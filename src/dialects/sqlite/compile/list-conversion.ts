import type { ColumnModel } from '../../../schema/schema.model.js';

/** How a column holds several values: as JSON, or as a text in which TypeORM keeps a list or JSON. */
type Shape = 'json' | 'jsonb' | 'simple-array' | 'simple-json';

function shapeOf({ type, textKind }: ColumnModel): Shape | undefined {
  const name = type.toLowerCase();
  return textKind ?? (name === 'json' || name === 'jsonb' ? name : undefined);
}

/** Whether a simple-array becomes JSON, or JSON a simple-array. */
export function isListConversion(from: ColumnModel, to: ColumnModel): boolean {
  const [old, wanted] = [shapeOf(from), shapeOf(to)];
  if (old === undefined || wanted === undefined) return false;
  return (old === 'simple-array') !== (wanted === 'simple-array');
}

/** Whether JSON becomes a simple-array, which cannot hold every list. */
export function isJoined(from: ColumnModel, to: ColumnModel): boolean {
  return isListConversion(from, to) && shapeOf(to) === 'simple-array';
}

/**
 * A SQL expression: a list in its new shape. JSON that is not a list becomes the only element.
 *
 * @param value the old column, qualified by its table: the table-valued functions for JSON have columns too.
 */
export function convertedList(value: string, from: ColumnModel, to: ColumnModel): string {
  if (isJoined(from, to)) return joined(value);
  const list = splitList(value);
  return shapeOf(to) === 'jsonb' ? `jsonb(${list})` : list;
}

/**
 * A SQL expression: a simple-array as a JSON list, empty for an empty text, as in TypeORM. No escape of JSON contains a
 * comma.
 */
function splitList(value: string): string {
  const elements = `replace(json_quote(CAST(${value} AS TEXT)), ',', '","')`;
  return `CASE WHEN ${value} = '' THEN '[]' WHEN ${value} IS NOT NULL THEN '[' || ${elements} || ']' END`;
}

function joined(value: string): string {
  const elements =
    `SELECT group_concat(CASE type WHEN 'true' THEN type WHEN 'false' THEN type ELSE value END, ',') ` +
    `FROM (SELECT type, value FROM json_each(${value}) ORDER BY key)`;
  // A script and `--sql-body` check no rows before: there the statement fails with invalid JSON.
  return (
    `CASE WHEN ${cannotBeJoined(value)} THEN json('no simple-array: ' || ${value}) ` +
    `ELSE CASE json_type(${value}) WHEN 'array' THEN coalesce((${elements}), '') ` +
    `WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_extract(${value}, '$') END END`
  );
}

/** A SQL condition: the list cannot be a simple-array, since it would be another list when it is read again. */
export function cannotBeJoined(value: string): string {
  const elements = `FROM json_each(${value})`;
  return (
    `CASE json_type(${value}) WHEN 'array' THEN ` +
    `EXISTS (SELECT 1 ${elements} WHERE type IN ('null', 'array', 'object') OR instr(value, ',') > 0) ` +
    `OR (json_array_length(${value}) = 1 AND json_extract(${value}, '$[0]') = '') ` +
    `WHEN 'object' THEN 1 ELSE instr(coalesce(json_extract(${value}, '$'), ''), ',') > 0 END`
  );
}
