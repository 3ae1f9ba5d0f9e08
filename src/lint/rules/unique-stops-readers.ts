import { keyFix } from '../constraint-fix.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD CONSTRAINT … UNIQUE, and ADD COLUMN … UNIQUE. */
export const rule: LintRule = {
  code: 'unique-stops-readers',
  class: 'blocks-reads',
  level: 'error',
  summary: 'A unique constraint is added to a table in use, and nobody may use it while its index is built.',
  explanation: `ADD CONSTRAINT … UNIQUE builds its index under the strongest lock. A unique index with CONCURRENTLY keeps nobody waiting, and ADD
CONSTRAINT … USING INDEX (\`fromIndex\`) then takes a moment: the index gets the name of the constraint.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createUniqueConstraint('book', { name: 'UQ_book_isbn', columnNames: ['isbn'] });`,
    target: 'book',
    safe: [
      `await op.createIndex('book', { name: 'UQ_book_isbn', columnNames: ['isbn'], isUnique: true, isConcurrent: true });
await op.createUniqueConstraint('book', { name: 'UQ_book_isbn', columnNames: ['isbn'] }, { fromIndex: true });`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'unique')
      .filter(({ constraint }) => constraint.usingIndex === undefined)
      .map((added) => {
        const { table, constraint, newColumn } = added;
        return {
          target: targetOf(table),
          message: `Nobody can read or write ${targetOf(table)} until the index of ${newColumn ?? constraint.columns.join(', ')} is built.`,
          fix: keyFix(statement, added, run, 'createUnique'),
        };
      }),
};
