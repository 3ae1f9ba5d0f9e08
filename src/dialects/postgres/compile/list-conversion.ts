import { stringLiteral } from '../literal.js';
import { castTypeText, type ColumnType, typeName } from '../types.js';
import { elementOf } from './casts.js';

/**
 * How a column holds several values: as an array, as a JSON document, or as a text in which TypeORM keeps a list or JSON.
 */
type Shape = 'array' | 'json' | 'simple-array' | 'simple-json';

/** The conversion of a column from one shape to another. */
export interface ListConversion {
  readonly using: string;
  /** The function that `using` calls, where an expression without a subselect is not enough. */
  readonly helper?: Helper;
}

export interface Helper {
  readonly create: string;
  readonly drop: string;
}

/** The shape of a column; undefined for a single value. */
export function shapeOf({ type, isArray }: ColumnType): Shape | undefined {
  if (isArray) return 'array';
  const name = type.toLowerCase();
  if (isJson(name)) return 'json';
  return isTextKind(name) ? (name as Shape) : undefined;
}

/** Whether a type is a text in which TypeORM keeps a list or JSON. */
export function isTextKind(type: string): boolean {
  return /^simple-(?:array|json)$/i.test(type);
}

/** Whether a list changes its shape, so that its elements must be converted. */
export function isListConversion(from: ColumnType, to: ColumnType): boolean {
  const [old, wanted] = [shapeOf(from), shapeOf(to)];
  if (old === undefined || wanted === undefined || old === wanted) return false;
  return ![old, wanted].every((shape) => shape === 'json' || shape === 'simple-json');
}

/**
 * Converts a list from one shape to another: the array `{a,b}`, the JSON list `["a","b"]` and the simple-array `a,b` have
 * the same elements.
 *
 * @param name of the column, for the error about a value that does not fit.
 * @returns undefined when one side is not a list, or both have the same shape.
 */
export function listConversion(
  name: string,
  column: string,
  from: ColumnType,
  to: ColumnType,
): ListConversion | undefined {
  if (!isListConversion(from, to)) return undefined;
  switch (shapeOf(to)) {
    case 'json':
      return { using: documentOf(column, from, typeName(to.type)) };
    case 'simple-json':
      return { using: `${documentOf(column, from, 'json')}::text` };
    case 'simple-array':
      return { using: joined(name, textsOf(column, from)) };
    default:
      return isJson(typeName(to.type)) ? jsonElements(column, from, to) : { using: elementsOf(column, from, to) };
  }
}

function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb';
}

/** A SQL expression: an array or a simple-array as a JSON list. */
function documentOf(column: string, from: ColumnType, json: string): string {
  return `to_${json}(${shapeOf(from) === 'simple-array' ? split(column) : column})`;
}

/** A SQL expression: the array of a simple-array. An empty text is an empty list, in TypeORM as well. */
function split(column: string): string {
  return `string_to_array(${column}::text, ',')`;
}

/** A SQL expression: the elements as `text[]`, JSON strings without their quotes. */
function textsOf(column: string, from: ColumnType): string {
  switch (shapeOf(from)) {
    case 'simple-array':
      return split(column);
    case 'array':
      if (isJson(typeName(from.type))) return textsOfList(`to_jsonb(${column})`, 'jsonb');
      return elementOf(column, from, { type: 'text', isArray: true });
    default:
      return elementsOf(column, from, { type: 'text', isArray: true });
  }
}

/** A SQL expression: the elements as an array. Of JSON that is not a list, its only element; of JSON's null, NULL. */
function elementsOf(column: string, from: ColumnType, to: ColumnType): string {
  const target = castTypeText(to);
  const cast = target === 'text[]' ? '' : `::${target}`;
  if (shapeOf(from) === 'simple-array') return `${split(column)}${cast}`;
  const { value, json } = documentIn(column, from);
  return (
    `CASE ${json}_typeof(${value}) WHEN 'array' THEN ${textsOfList(value, json)}${cast} WHEN 'null' THEN NULL ` +
    `ELSE CASE WHEN ${column} IS NOT NULL THEN ARRAY[${value} #>> '{}']${cast} END END`
  );
}

function documentIn(column: string, from: ColumnType): { readonly value: string; readonly json: string } {
  return shapeOf(from) === 'simple-json'
    ? { value: `${column}::json`, json: 'json' }
    : { value: column, json: typeName(from.type) };
}

/**
 * A SQL expression: a JSON list as `text[]`. USING may contain no subselect, and without one only `json_populate_record`
 * can do it: it reads the list into a column of that type, for which `pg_class.reloptions` serves.
 */
function textsOfList(list: string, json: string): string {
  return `(${json}_populate_record(NULL::pg_catalog.pg_class, ${json}_build_object('reloptions', ${list}))).reloptions`;
}

/**
 * The conversion to an array of JSON. Only a query can keep elements as JSON, and USING allows one only inside a function.
 */
function jsonElements(column: string, from: ColumnType, to: ColumnType): ListConversion {
  const [json, target] = [typeName(to.type), castTypeText(to)];
  const name = 'pg_temp.nestjs_migrate_elements';
  const isText = shapeOf(from) === 'simple-array';
  const list = isText ? documentOf(column, from, json) : `${column}::${json}`;
  const body =
    `SELECT CASE ${json}_typeof(list) WHEN 'array' ` +
    `THEN ARRAY(SELECT value FROM ${json}_array_elements(list) WITH ORDINALITY AS each (value, place) ORDER BY place) ` +
    `WHEN 'null' THEN NULL ELSE ARRAY[list] END`;
  return {
    using: `${name}(${list})`,
    helper: {
      create: `CREATE FUNCTION ${name}(list ${json}) RETURNS ${target} LANGUAGE sql STRICT AS ${stringLiteral(body)}`,
      drop: `DROP FUNCTION ${name}(${json})`,
    },
  };
}

/**
 * A SQL expression: the elements joined by commas, if splitting gives the same elements again. For others, such as `a,b`,
 * the statement fails: a message is cast to an integer, so that the error shows it.
 */
function joined(name: string, texts: string): string {
  const text = `array_to_string(${texts}, ',', '')`;
  const problem = stringLiteral(
    `"${name}": a simple-array cannot hold an element with a comma, NULL, a nested list or only an empty text: `,
  );
  return (
    `CASE WHEN string_to_array(${text}, ',') = ${texts} THEN ${text} ` +
    `ELSE (${problem} || ${texts}::text)::integer::text END`
  );
}
