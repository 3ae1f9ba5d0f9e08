import { convertedToEnum, labelsTakenAway } from '../enums.js';
import { quoted } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf, type LintRun } from '../subject.js';

/** A change of type that fails over values which the new type does not hold. */
export const rule: LintRule = {
  code: 'type-may-not-fit',
  class: 'fails-on-rows',
  level: 'warning',
  summary: 'A column gets a type that not every value of the old one fits, and one row is enough for it to fail.',
  explanation: `A shorter text, a smaller number, another type for text: the statement fails at the first value that does not fit, after it has read or written the
rows before it. Look first, on the database itself: \`SELECT max(length("title")) FROM "book"\`.`,
  example: {
    unsafe: `await op.alterColumn('book', 'title', { type: 'varchar', length: '50' });`,
    target: 'book.title',
    safe: [`await op.alterColumn('book', 'title', { type: 'varchar', length: '300' });`],
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  statement: (statement, run) => {
    const ofLabels = [
      // Where the labels are known, it is known as well which of them are taken away.
      ...convertedToEnum(statement, run).filter(({ from }) => !statement.call.byHand || from !== undefined),
      ...labelsTakenAway(statement.call, run),
    ];
    const others = new Set(ofLabels.map(({ table, column }) => targetOf(table, column)));
    return statement.effects.fails
      .filter(({ on, table, column }) => on === 'values' && !others.has(targetOf(table, column)))
      .map(({ table, column }) => ({
        target: targetOf(table, column),
        message: `This fails at the first value of ${targetOf(table, column)} that does not fit the new type.`,
        look:
          column && lookAt(columnOf(statement.call, table, column)?.type ?? 'text', column, quoted(table, run), run),
      }));
  },
};

/** The largest values, or the longest: what does not fit is among them. */
function lookAt(type: string, column: string, table: string, { dialect }: LintRun): string {
  const name = dialect.quote(column);
  if (/int|serial|numeric|decimal|float|real|double/i.test(type))
    return `SELECT min(${name}), max(${name}) FROM ${table}`;
  const text = /char|text|clob/i.test(type) ? name : `CAST(${name} AS char(1000))`;
  return `SELECT max(${dialect.rules.characterCount}(${text})) FROM ${table}`;
}
