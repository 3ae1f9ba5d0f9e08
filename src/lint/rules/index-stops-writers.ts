import { textOf, withBehind } from '../by-hand.js';
import { asCode, autocommit, rewritten } from '../fix.js';
import { isPartitioned } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

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
        // The index of a partitioned table is another rule's.
        fix: isPartitioned(statement.call, table) ? undefined : fixOf(statement, run),
        ...(isView && { level: 'note' as const }),
      },
    ];
  },
};

function fixOf(statement: LintedStatement, run: LintRun): string | undefined {
  const sql = textOf(statement, run);
  if (sql !== undefined) {
    const concurrent = withBehind(sql, run, ['INDEX'], 'CONCURRENTLY');
    return concurrent && autocommit(concurrent);
  }
  return rewritten(
    statement.call,
    'createIndex',
    () => true,
    (operation) => asCode({ ...operation, index: { ...operation.index, isConcurrent: true } }),
  );
}
