import { keyFix } from '../constraint-fix.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** ADD CONSTRAINT … PRIMARY KEY that builds its index. */
export const rule: LintRule = {
  code: 'primary-key-stops-readers',
  class: 'blocks-reads',
  level: 'error',
  summary: 'A primary key is added to a table in use, and nobody may use it while its index is built.',
  explanation: `ADD CONSTRAINT … PRIMARY KEY builds its index under the strongest lock, and reads all rows once more where a column may be
NULL. So the columns become NOT NULL first (see [not-null-scans-under-lock](not-null-scans-under-lock.md)); then a unique index with CONCURRENTLY,
and ADD CONSTRAINT … PRIMARY KEY USING INDEX, which takes a moment.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.createTable({ name: 'visit', columns: [{ name: 'id', type: 'bigint' }, { name: 'page', type: 'text' }] });`,
    },
    unsafe: `await op.createPrimaryKey('visit', ['id'], 'PK_visit');`,
    target: 'visit',
    safe: [
      `await op.createIndex('visit', { name: 'PK_visit', columnNames: ['id'], isUnique: true, isConcurrent: true });
await op.createPrimaryKey('visit', ['id'], 'PK_visit', { fromIndex: true });`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'primaryKey')
      .filter(({ constraint }) => constraint.usingIndex === undefined)
      .map((added) => ({
        target: targetOf(added.table),
        message: `Nobody can read or write ${targetOf(added.table)} until the index of the key is built.`,
        fix: keyFix(statement, added, run, 'createPrimaryKey'),
      })),
};
