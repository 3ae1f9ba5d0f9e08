import type { QualifiedName, IndexModel } from '../../schema/schema.model.js';
import { textOf } from '../by-hand.js';
import { asCode, execute, steps } from '../fix.js';
import { isPartitioned, actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** A change of type that leaves the rows as they are, and builds indexes again. */
export const rule: LintRule = {
  code: 'type-rebuilds-indexes',
  class: 'blocks-reads',
  level: 'warning',
  summary:
    'A change of type leaves the rows as they are, but indexes of the column are built again under the strongest lock.',
  explanation: `Another collation, citext, timestamptz in UTC, and every change of a column in the expression or the condition of an index build these indexes
again, and nobody may use the table meanwhile. Drop them before, with CONCURRENTLY, and build them again after it, with CONCURRENTLY.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'mail', type: 'varchar', length: '50' }],
  indices: [{ name: 'IDX_mail', columnNames: ['mail'], where: "mail <> ''" }] });`,
    },
    unsafe: `await op.alterColumn('reader', 'mail', { type: 'varchar', length: '100' });`,
    target: 'reader.mail',
    safe: [
      `await op.dropIndex('reader', 'IDX_mail', { isConcurrent: true });
await op.alterColumn('reader', 'mail', { type: 'varchar', length: '100' });
await op.createIndex('reader', { name: 'IDX_mail', columnNames: ['mail'], where: "mail <> ''", isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    actionsOn(statement, run, 'setType').flatMap(({ table, action: { column } }) => {
      const names = statement.effects.work.flatMap(({ kind, index }) =>
        kind === 'build' && index !== undefined ? [index] : [],
      );
      const indexes = tableOf(statement.call, table)?.indices.filter(({ name }) => names.includes(name)) ?? [];
      if (names.length === 0) return [];
      return [
        {
          target: targetOf(table, column),
          message: `Nobody can read or write ${targetOf(table)} until ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} built again.`,
          fix: fixOf(statement, table, indexes.length === names.length ? indexes : [], run),
        },
      ];
    }),
};

function fixOf(
  statement: LintedStatement,
  table: QualifiedName,
  indexes: readonly IndexModel[],
  run: LintRun,
): string | undefined {
  const { call } = statement;
  const sql = textOf(statement, run);
  if (indexes.length === 0 || isPartitioned(call, table) || (call.byHand && sql === undefined)) return undefined;
  return steps(
    ...indexes.map(({ name }) => asCode({ kind: 'dropIndex', table, name, isConcurrent: true })),
    sql === undefined ? asCode(call.operation) : execute(sql),
    ...indexes.map((index) => asCode({ kind: 'createIndex', table, index: { ...index, isConcurrent: true } })),
  );
}
