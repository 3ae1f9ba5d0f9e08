import { asCode, shortened } from '../fix.js';
import { isIndexed, keysAddedBy } from '../keys.js';
import { isPartitioned } from '../parts.js';
import type { LintRule } from '../rule.js';
import { columnOf, tableOf, targetOf } from '../subject.js';

/** A foreign key whose columns no index begins with. */
export const rule: LintRule = {
  code: 'key-without-index',
  class: 'key-without-index',
  level: 'warning',
  summary: 'A foreign key is added whose columns no index begins with.',
  explanation: `PostgreSQL and SQLite create no index for a foreign key. Without one each DELETE in the other table, and each change of its key, reads all rows of this one,
and so does every join. Create the index before the key. A table that stays small, or one whose parents are never deleted, can do without: allow it there.`,
  databases: ['postgres', 'sqlite'],
  example: {
    unsafe: `await op.createForeignKey('book', {
  name: 'FK_book_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'], isValidated: false,
});
await op.validateConstraint('book', 'FK_book_author', { isConcurrent: true });`,
    target: 'book',
    safe: [
      `await op.createIndex('book', { name: 'IDX_book_author', columnNames: ['authorId'], isConcurrent: true });
await op.createForeignKey('book', {
  name: 'FK_book_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'], isValidated: false,
});
await op.validateConstraint('book', 'FK_book_author', { isConcurrent: true });`,
    ],
  },
  call: (call, run) =>
    keysAddedBy(call, run)
      .filter(({ table, created }) => created === undefined && !run.isFree(table) && tableOf(call, table) !== undefined)
      .filter(({ table, columns }) => !isIndexed(call, table, columns, run))
      .map(({ table, columns, parent }) => ({
        target: targetOf(table),
        // An index of a new column is often another revision's.
        ...(columns.every((column) => run.isNewColumn(table, column)) && { level: 'note' as const }),
        message: `Each DELETE in ${targetOf(parent)} reads all rows of ${targetOf(table)}, as no index begins with ${columns.join(', ')}.`,
        fixPlace: columns.every((column) => columnOf(call, table, column) !== undefined)
          ? ('before' as const)
          : ('after' as const),
        fix: asCode({
          kind: 'createIndex',
          table,
          index: {
            name: shortened(`IDX_${table.name}_${columns.join('_')}`),
            columnNames: columns,
            ...(run.dialect.rules.concurrentIndexes && !isPartitioned(call, table) && { isConcurrent: true }),
          },
        }),
      })),
};
