import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** A change of type that rounds or cuts values without an error. */
export const rule: LintRule = {
  code: 'type-rounds-values',
  class: 'loses-data',
  level: 'error',
  summary: 'A column gets a type that holds less of each value, and the rest is lost without an error.',
  explanation: `Fewer digits behind the point, fewer digits of seconds, a date for a time, a floating point number for an exact one: the database rounds or cuts what
does not fit and reports nothing; a downgrade does not bring it back. Keep the old column, and fill a new one from it, so that both can be compared.`,
  example: {
    unsafe: `await op.alterColumn('book', 'price', { type: 'numeric', precision: 10, scale: 1 });`,
    target: 'book.price',
  },
  statement: ({ effects }) =>
    effects.loses
      .filter(({ what, isByTimeZone }) => what === 'precision' && isByTimeZone !== true)
      .map(({ name, column }) => ({
        target: targetOf(name, column),
        message: `Values of ${targetOf(name, column)} that do not fit the new type are rounded or cut, without an error.`,
      })),
};
