import { notNullSteps } from '../fix.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { notNullByCheck } from '../scenes.js';
import { targetOf, columnOf, tableOf } from '../subject.js';

/** PRIMARY KEY USING INDEX where a column may be NULL. */
export const rule: LintRule = {
  code: 'primary-key-of-a-nullable-column',
  class: 'blocks-reads',
  level: 'error',
  summary:
    'A primary key takes over an index of a column that may be NULL, and nobody may use the table while all rows are read.',
  explanation: `ADD PRIMARY KEY USING INDEX makes the columns NOT NULL, and reads all rows for that under the strongest lock. Where they are NOT NULL
already, or a validated check proves it, it takes a moment.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createIndex('tag', { name: 'PK_tag', columnNames: ['id'], isUnique: true, isConcurrent: true });
await op.execute('ALTER TABLE "tag" ADD CONSTRAINT "PK_tag" PRIMARY KEY USING INDEX "PK_tag"');`,
    facts: {
      scene: `await op.createTable({ name: 'tag', columns: [{ name: 'id', type: 'uuid', isNullable: true, default: 'gen_random_uuid()' }] });`,
    },
    target: 'tag.id',
    safe: [
      `${notNullByCheck('tag', 'id')}
await op.createIndex('tag', { name: 'PK_tag', columnNames: ['id'], isUnique: true, isConcurrent: true });
await op.execute('ALTER TABLE "tag" ADD CONSTRAINT "PK_tag" PRIMARY KEY USING INDEX "PK_tag"');`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'primaryKey').flatMap(({ table, constraint: { usingIndex } }) => {
      const isScan = statement.effects.work.some(({ kind }) => kind === 'scan');
      if (usingIndex === undefined || !isScan) return [];
      const index = tableOf(statement.call, table)?.indices.find(({ name }) => name === usingIndex);
      const columns = (index?.columnNames ?? []).filter(
        (column) => columnOf(statement.call, table, column)?.isNullable,
      );
      return columns.map((column) => ({
        target: targetOf(table, column),
        message: `Nobody can read or write ${targetOf(table)} until all of its rows are read: ${column} may be NULL.`,
        fix: notNullSteps(table, column),
        fixPlace: 'before' as const,
      }));
    }),
};
