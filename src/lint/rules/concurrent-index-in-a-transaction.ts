import { textOf } from '../by-hand.js';
import { autocommit } from '../fix.js';
import { subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** What is refused in a transaction, written by hand. */
export const rule: LintRule = {
  code: 'concurrent-index-in-a-transaction',
  class: 'fails-in-transaction',
  level: 'error',
  summary: 'A statement that the database refuses in a transaction is in that of the run.',
  explanation: `CONCURRENTLY, VACUUM, CREATE DATABASE and some others are refused by PostgreSQL in a transaction (25001), VACUUM by SQLite as well, and a run is one. \`op.autocommit\`
commits what is before it, and runs its statements outside; each must be a call of its own, since two statements of one text are a
transaction as well. \`op.createIndex\` and \`op.dropIndex\` with \`isConcurrent\` do that by themselves.`,
  databases: ['postgres', 'sqlite'],
  example: {
    unsafe: `await op.execute('CREATE INDEX CONCURRENTLY "IDX_title" ON "book" ("title")');`,
    target: 'book',
    safe: [`await op.autocommit(() => op.execute('CREATE INDEX CONCURRENTLY "IDX_title" ON "book" ("title")'));`],
  },
  statement: (statement, run) => {
    const { effects, transaction, call, isPart } = statement;
    if (!call.byHand || !effects.isOutside || (transaction === undefined && !isPart)) return [];
    const message = isPart
      ? 'This fails: it must be outside of any transaction, and several statements in one text, or a block, are one.'
      : 'This fails: it must be outside of any transaction, and it is in that of the run.';
    const sql = textOf(statement, run);
    return [
      { target: targetOf(subjectOf(statement, run)), message, fix: sql === undefined ? undefined : autocommit(sql) },
    ];
  },
};
