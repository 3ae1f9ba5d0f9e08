import { type ColumnType, typeName } from '../types.js';

/** What a value becomes first on its way to another type: something that both know in the same words, mostly its text. */
export function firstStep(value: string, from: ColumnType, to: ColumnType): string {
  const [old, wanted] = [typeName(from.type), typeName(to.type)];
  if (old.endsWith('multirange') && old === wanted.replace(/range$/, 'multirange')) return rangeOf(value, from, wanted);
  // Elements of fixed length have their blanks in the text of the array.
  return `${value}${from.isArray && old === 'character' ? '::text[]' : ''}::text`;
}

/** The only range of a multirange. Of several, the text is no range, and fails; none is the empty range. */
function rangeOf(value: string, from: ColumnType, range: string): string {
  if (from.isArray) return `replace(replace(replace(${value}::text, '"{}"', 'empty'), '"{', '"'), '}"', '"')`;
  const one = `range_merge(${value})`;
  return `CASE WHEN multirange(${one}) = ${value} THEN ${one} ELSE ${value}::text::${range} END`;
}
