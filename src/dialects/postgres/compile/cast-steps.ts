import { type ColumnType, typeName } from '../types.js';

/** What a value becomes first on its way to another type: something that both know in the same words, mostly its text. */
export function firstStep(value: string, from: ColumnType, to: ColumnType): string {
  const [old, wanted] = [typeName(from.type), typeName(to.type)];
  const many = from.isArray ? '[]' : '';
  const own = STEPS[`${old}>${wanted}`];
  if (own !== undefined) return own(value, many);
  if (old.endsWith('multirange') && old === wanted.replace(/range$/, 'multirange')) return rangeOf(value, from, wanted);
  // Elements of fixed length have their blanks in the text of the array.
  return `${value}${old === 'character' && from.isArray ? '::text[]' : ''}::text`;
}

type Step = (value: string, many: string) => string;

const asInteger: Step = (value, many) => `${value}::integer${many}`;
const asNumeric: Step = (value, many) => `${value}::numeric${many}`;
/** A number that is whole without zeros after a point; any other is none of the words of a whole number, and fails. */
const asWhole: Step = (value, many) => `regexp_replace(${value}::numeric${many}::text, '[.]0+(?=[,}]|$)', '', 'g')`;

/** Pairs whose texts are not alike. */
const STEPS: Readonly<Record<string, Step>> = {
  'boolean>smallint': asInteger,
  'boolean>integer': asInteger,
  'boolean>bigint': asInteger,
  'boolean>numeric': asInteger,
  'boolean>real': asInteger,
  'boolean>double precision': asInteger,
  'boolean>money': asInteger,
  'smallint>money': asInteger,
  'money>smallint': asWhole,
  'money>integer': asWhole,
  'money>bigint': asWhole,
  'money>boolean': asWhole,
  'numeric>boolean': asWhole,
  'money>real': asNumeric,
  'money>double precision': asNumeric,
};

/** The only range of a multirange. Of several, the text is no range, and fails; none is the empty range. */
function rangeOf(value: string, from: ColumnType, range: string): string {
  if (from.isArray) return `replace(replace(replace(${value}::text, '"{}"', 'empty'), '"{', '"'), '}"', '"')`;
  const one = `range_merge(${value})`;
  return `CASE WHEN multirange(${one}) = ${value} THEN ${one} ELSE ${value}::text::${range} END`;
}
