import type { LintedStatement } from '../subject.js';
import { targetOf } from '../subject.js';
import type { LintRule } from '../rule.js';
import { asCode, autocommit } from '../fix.js';

/** CREATE INDEX without CONCURRENTLY. */
export const rule: LintRule = {
  code: 'index-stops-writers',
  class: 'needs-concurrently',
  level: 'error',
  summary: 'An index of a table in use is built while its writers wait.',
  explanation: `CREATE INDEX locks the table against INSERT, UPDATE and DELETE until all of its rows are indexed. With CONCURRENTLY
nobody waits: the build takes longer, and is outside of the transaction. An index that a stopped build leaves behind is INVALID; the
next run drops it and begins again.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createIndex('book', { name: 'IDX_book_title', columnNames: ['title'] });`,
    target: 'book',
    safe: [`await op.createIndex('book', { name: 'IDX_book_title', columnNames: ['title'], isConcurrent: true });`],
  },
  statement: (statement, run) => {
    const { parsed, effects } = statement;
    if (parsed.kind !== 'createIndex' || parsed.isConcurrent || parsed.isOnly || effects.work.length === 0) return [];
    const table = run.nameOf(parsed.table);
    const isView = statement.call.schema.views.some((view) => targetOf(view) === targetOf(table));
    return [
      {
        target: targetOf(table),
        message: `Writers of ${targetOf(table)} wait until the index ${parsed.index?.name ?? ''} is built.`.replace(
          '  ',
          ' ',
        ),
        fix: fixOf(statement),
        ...(isView && { level: 'note' as const }),
      },
    ];
  },
};

function fixOf({ call: { operation }, sql }: LintedStatement): string {
  if (operation.kind === 'createIndex') {
    return asCode({ ...operation, index: { ...operation.index, isConcurrent: true } });
  }
  return autocommit(sql.trim().replace(/\bINDEX\b/i, 'INDEX CONCURRENTLY'));
}
