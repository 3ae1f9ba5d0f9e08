import { textOf, withBehind } from '../by-hand.js';
import { autocommit } from '../fix.js';
import { subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** REINDEX without CONCURRENTLY. */
export const rule: LintRule = {
  code: 'reindex-stops-readers',
  class: 'blocks-reads',
  level: 'error',
  summary: 'An index is built again, and readers of its table wait as well as writers.',
  explanation: `REINDEX locks the table against writers and the index against everybody; as each query of the table opens all of its indexes,
readers wait too. REINDEX CONCURRENTLY keeps nobody waiting. It must be outside of a transaction.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.execute('REINDEX TABLE "book"');`,
    target: 'book',
    safe: [`await op.autocommit(() => op.execute('REINDEX TABLE CONCURRENTLY "book"'));`],
  },
  statement: (statement, run) => {
    const { parsed } = statement;
    if (parsed.kind !== 'reindex' || parsed.isConcurrent || parsed.object === 'SYSTEM') return [];
    const subject = subjectOf(statement, run);
    if (run.isFree(subject)) return [];
    return [
      {
        target: targetOf(subject),
        message: `Nobody can read or write ${targetOf(subject)} until the indexes are built.`,
        fix: fixOf(statement, run),
      },
    ];
  },
};

function fixOf(statement: LintedStatement, run: LintRun): string | undefined {
  const sql = textOf(statement, run);
  const concurrent = sql && withBehind(sql, run, ['INDEX', 'TABLE', 'SCHEMA', 'DATABASE'], 'CONCURRENTLY');
  return concurrent && autocommit(concurrent);
}
