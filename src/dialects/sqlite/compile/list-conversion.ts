import type { ColumnModel } from '../../../schema/schema.model.js';

/** What holds several values, or JSON: a JSON column, or TypeORM's texts that hold the one or the other. */
type Shape = 'json' | 'jsonb' | 'simple-array' | 'simple-json';

function shapeOf({ type, textKind }: ColumnModel): Shape | undefined {
  const name = type.toLowerCase();
  return textKind ?? (name === 'json' || name === 'jsonb' ? name : undefined);
}

/** Whether a list with commas becomes JSON, or JSON such a list. */
export function isListConversion(from: ColumnModel, to: ColumnModel): boolean {
  const [old, wanted] = [shapeOf(from), shapeOf(to)];
  if (old === undefined || wanted === undefined) return false;
  return (old === 'simple-array') !== (wanted === 'simple-array');
}

/** Whether the list of a column goes over into a text with commas, which cannot hold every list. */
export function isJoined(from: ColumnModel, to: ColumnModel): boolean {
  return isListConversion(from, to) && shapeOf(to) === 'simple-array';
}

/**
 * A list in its new form. JSON that is no list becomes the only element.
 *
 * @param value the old column, with its table: the functions that read JSON have columns of their own.
 */
export function convertedList(value: string, from: ColumnModel, to: ColumnModel): string {
  if (isJoined(from, to)) return joined(value);
  const list = splitList(value);
  return shapeOf(to) === 'jsonb' ? `jsonb(${list})` : list;
}

/** TypeORM reads an empty text as a list of none. No escape of JSON has a comma in it. */
function splitList(value: string): string {
  const elements = `replace(json_quote(CAST(${value} AS TEXT)), ',', '","')`;
  return `CASE WHEN ${value} = '' THEN '[]' WHEN ${value} IS NOT NULL THEN '[' || ${elements} || ']' END`;
}

function joined(value: string): string {
  const elements =
    `SELECT group_concat(CASE type WHEN 'true' THEN type WHEN 'false' THEN type ELSE value END, ',') ` +
    `FROM (SELECT type, value FROM json_each(${value}) ORDER BY key)`;
  // A script and a revision of SQL look at no row before: there it fails as JSON that is none.
  return (
    `CASE WHEN ${cannotBeJoined(value)} THEN json('no simple-array: ' || ${value}) ` +
    `ELSE CASE json_type(${value}) WHEN 'array' THEN coalesce((${elements}), '') ` +
    `WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_extract(${value}, '$') END END`
  );
}

/** A condition that is true of rows whose list a text with commas cannot hold: it would be read as another one. */
export function cannotBeJoined(value: string): string {
  const elements = `FROM json_each(${value})`;
  return (
    `CASE json_type(${value}) WHEN 'array' THEN ` +
    `EXISTS (SELECT 1 ${elements} WHERE type IN ('null', 'array', 'object') OR instr(value, ',') > 0) ` +
    `OR (json_array_length(${value}) = 1 AND json_extract(${value}, '$[0]') = '') ` +
    `WHEN 'object' THEN 1 ELSE instr(coalesce(json_extract(${value}, '$'), ''), ',') > 0 END`
  );
}
