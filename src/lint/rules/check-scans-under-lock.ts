import { checkFix } from '../constraint-fix.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD CONSTRAINT … CHECK, and ADD COLUMN … CHECK. */
export const rule: LintRule = {
  code: 'check-scans-under-lock',
  class: 'blocks-reads',
  level: 'error',
  summary: 'A check is added to a table in use, and nobody may use it while all rows are read.',
  explanation: `ADD CONSTRAINT … CHECK holds the strongest lock until every row is checked. With NOT VALID only new and changed rows
are checked, and the lock is held for a moment; VALIDATE CONSTRAINT then reads the rows while everybody goes on. The two must be in
different transactions.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_book_pages', expression: 'pages > 0' });`,
    target: 'book',
    safe: [
      `await op.createCheckConstraint('book', { name: 'CHK_book_pages', expression: 'pages > 0', isValidated: false });
await op.validateConstraint('book', 'CHK_book_pages', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'check').map((added) => ({
      target: targetOf(added.table),
      message: `Nobody can read or write ${targetOf(added.table)} until all of its rows are checked.`,
      fix: checkFix(statement, added, run),
    })),
};
