import { stringLiteral } from '../literal.js';
import { castTypeText, type ColumnType, typeName } from '../types.js';
import { elementOf } from './casts.js';

/** What holds several values, or JSON: an array, a JSON document, or TypeORM's texts that hold the one or the other. */
type Shape = 'array' | 'json' | 'simple-array' | 'simple-json';

/** How a column of one shape becomes one of another. */
export interface ListConversion {
  readonly using: string;
  /** The function that `using` calls, where USING itself can not do it. */
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

/** Whether lists become lists of another kind, so that the elements stay. */
export function isListConversion(from: ColumnType, to: ColumnType): boolean {
  const [old, wanted] = [shapeOf(from), shapeOf(to)];
  if (old === undefined || wanted === undefined || old === wanted) return false;
  return ![old, wanted].every((shape) => shape === 'json' || shape === 'simple-json');
}

/**
 * Turns lists into lists: the elements of an array are those of the JSON list, and of the text with commas.
 *
 * @param name of the column, for the error of a value that does not fit.
 * @returns undefined where one side is no list, or where both have one form.
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

/** An array, or the text of one, as a JSON list. */
function documentOf(column: string, from: ColumnType, json: string): string {
  return `to_${json}(${shapeOf(from) === 'simple-array' ? split(column) : column})`;
}

/** TypeORM reads an empty text as a list of none, and so does PostgreSQL. */
function split(column: string): string {
  return `string_to_array(${column}::text, ',')`;
}

/** The elements as texts: a JSON string without its quotes. */
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

/** The elements of a list; what is no list is the only one, and JSON's null is none. */
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
 * A JSON list as an array of texts. USING may have no subselect, and nothing else does it but reading the list into a column
 * of that type: one of the catalog.
 */
function textsOfList(list: string, json: string): string {
  return `(${json}_populate_record(NULL::pg_catalog.pg_class, ${json}_build_object('reloptions', ${list}))).reloptions`;
}

/** Elements that are JSON themselves can only be had from a query, so that it takes a function. */
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

/** Texts with commas between them, where they are the same texts when they are read again. Others fail, by way of an integer. */
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
