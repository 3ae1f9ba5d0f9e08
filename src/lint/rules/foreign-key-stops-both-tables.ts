import { foreignKeyFix } from '../constraint-fix.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD CONSTRAINT … FOREIGN KEY between tables in use. */
export const rule: LintRule = {
  code: 'foreign-key-stops-both-tables',
  class: 'blocks-writes',
  level: 'error',
  summary: 'A foreign key is added to a table in use, and writers of both tables wait while all rows are checked.',
  explanation: `ADD CONSTRAINT … FOREIGN KEY keeps writers from the table and from the one that it refers to until every row is
checked. On PostgreSQL, NOT VALID leaves the old rows out, and VALIDATE CONSTRAINT checks them later, in a transaction of its own, while
everybody goes on. MariaDB and MySQL copy the table meanwhile; with \`foreign_key_checks = 0\` they do not look at old rows at all.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.createForeignKey('book', {
  name: 'FK_book_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'],
});`,
    target: 'book',
    safe: [
      `await op.createIndex('book', { name: 'IDX_book_author', columnNames: ['authorId'], isConcurrent: true });
await op.createForeignKey('book', {
  name: 'FK_book_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'], isValidated: false,
});
await op.validateConstraint('book', 'FK_book_author', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'foreignKey')
      // The rows of a new column that is NULL everywhere have nothing to look up.
      .filter(({ newColumn }) => newColumn === undefined || statement.effects.work.length > 0)
      // MySQL looks up nothing where the session has foreign_key_checks = 0.
      .filter(() => statement.effects.locks.some(({ blocks }) => blocks !== 'nothing'))
      .map((added) => {
        const { table, constraint } = added;
        const { referenced } = constraint;
        const parent = referenced === undefined ? table : run.nameOf(referenced);
        const both =
          targetOf(parent) === targetOf(table) ? targetOf(table) : `${targetOf(table)} and ${targetOf(parent)}`;
        return {
          target: targetOf(table),
          message: `Writers of ${both} wait until every row of ${targetOf(table)} is checked.`,
          fix: run.dialect.rules.validatesLater ? foreignKeyFix(statement, added, run) : undefined,
        };
      }),
};
