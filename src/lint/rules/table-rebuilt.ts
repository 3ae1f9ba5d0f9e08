import type { QualifiedName } from '../../schema/schema.model.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement } from '../subject.js';

/** A table that SQLite makes again. */
export const rule: LintRule = {
  code: 'table-rebuilt',
  class: 'rewrites',
  level: 'note',
  summary: 'SQLite makes the table again: all rows are copied, and nobody may write meanwhile.',
  explanation: `SQLite changes little of a table in place: columns that may be NULL or have a constant default are added, columns and the table are renamed.
For anything else a new table is made, the rows are copied, and it gets the name of the old one. That takes as long as the table is large; one writer
is all that SQLite has, so that others wait until the commit. Changes of one table belong in one \`op.batch\`.`,
  databases: ['sqlite'],
  example: {
    unsafe: `await op.alterColumn('book', 'title', { type: 'text' });`,
    target: 'book',
    safe: [`await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`],
  },
  statement: (statement) =>
    rebuiltBy(statement).map((table) => ({
      target: targetOf(table),
      message: `All rows of ${targetOf(table)} are copied, and nobody can write to the database meanwhile.`,
    })),
};

/** The table in use whose rows a statement copies into the one that takes its place. */
export function rebuiltBy({ parsed, effects }: LintedStatement): readonly QualifiedName[] {
  return parsed.kind === 'insert'
    ? effects.work.filter(({ kind }) => kind === 'rewrite').map(({ table }) => table)
    : [];
}
