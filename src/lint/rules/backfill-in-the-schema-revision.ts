import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { textOf } from '../by-hand.js';
import { inBatches } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** UPDATE or DELETE of a table that the same transaction has altered. */
export const rule: LintRule = {
  code: 'backfill-in-the-schema-revision',
  class: 'lock-held-long',
  level: 'error',
  summary:
    'Rows of a table are changed in the transaction that has altered it, and its lock keeps everybody out meanwhile.',
  explanation: `ALTER TABLE takes a moment, but its lock lasts to the end of the transaction: readers and writers wait until the last row is changed. Change the
rows with \`op.inBatches\`, or in \`op.autocommit\`, which commit what came before, or in another revision with \`transactionPerMigration\`.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'pageCount', type: 'integer', isNullable: true });
await op.execute('UPDATE book SET "pageCount" = pages WHERE pages IS NOT NULL');`,
    target: 'book',
    safe: [
      `await op.addColumn('book', { name: 'pageCount', type: 'integer', isNullable: true });
await op.inBatches({ table: 'book', size: 1000 }, 'UPDATE book SET "pageCount" = pages WHERE pages IS NOT NULL');`,
    ],
  },
  statement: (statement, run) =>
    lockedChanges(statement, run).map((table) => ({
      target: targetOf(table),
      message: `Nobody can use ${targetOf(table)}, which this transaction has altered, until its rows are changed.`,
      fix: fixOf(statement, table, run),
    })),
};

function fixOf(statement: LintedStatement, table: QualifiedName, run: LintRun): string | undefined {
  const sql = textOf(statement, run);
  return sql === undefined ? undefined : inBatches(table, sql, statement.call, run);
}

/** The tables whose rows a statement changes while their lock is held, by earlier statements or by itself, if it is a block. */
function lockedChanges({ parsed, holds, transaction }: LintedStatement, run: LintRun): readonly QualifiedName[] {
  const held = new Set(holds.filter(({ object }) => object === 'table').map(({ name }) => qualifiedKey(name)));
  const found: QualifiedName[] = [];
  for (const one of statementsIn(parsed)) {
    if (one.kind === 'alterTable' && transaction !== undefined && !run.isFree(one.table)) {
      held.add(qualifiedKey(run.nameOf(one.table)));
    }
    if (one.kind !== 'update' && one.kind !== 'delete') continue;
    const table = run.nameOf(one.table);
    if (held.has(qualifiedKey(table))) found.push(table);
  }
  return found;
}
