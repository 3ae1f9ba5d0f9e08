import { autocommit, quoted, steps, asCode } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { tableOf, targetOf } from '../subject.js';

/** DETACH PARTITION without CONCURRENTLY, and DROP TABLE of a partition. */
export const rule: LintRule = {
  code: 'partition-taken-off-under-lock',
  class: 'blocks-reads',
  level: 'note',
  summary: 'A partition is detached or dropped under the strongest lock of the partitioned table.',
  explanation: `DETACH PARTITION and DROP TABLE of a partition lock the whole partitioned table. That takes a moment, but it waits for all who read the table,
and who comes later waits behind it. DETACH PARTITION … CONCURRENTLY keeps nobody waiting; it must be outside of a transaction.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.execute('CREATE TABLE "visit" ("at" date NOT NULL) PARTITION BY RANGE ("at")');
await op.execute(\`CREATE TABLE "visit_2025" PARTITION OF "visit" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')\`);`,
    },
    unsafe: `await op.execute('ALTER TABLE "visit" DETACH PARTITION "visit_2025"');`,
    target: 'visit',
    safe: [`await op.autocommit(() => op.execute('ALTER TABLE "visit" DETACH PARTITION "visit_2025" CONCURRENTLY'));`],
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    const detached = actionsOn(statement, run, 'detachPartition')
      .filter(({ action }) => !action.isConcurrent)
      .map(({ table, action }) => ({ table, partition: run.nameOf(action.partition), isDropped: false }));
    const dropped =
      parsed.kind !== 'drop' || parsed.object !== 'TABLE'
        ? []
        : parsed.names.flatMap((name) => {
            const partition = run.nameOf(name);
            const parents = run.isNew(partition) ? [] : (tableOf(call, partition)?.postgres?.inherits ?? []);
            return parents
              .filter((table) => tableOf(call, table)?.postgres?.partitionedBy !== undefined && !run.isFree(table))
              .map((table) => ({ table, partition, isDropped: true }));
          });
    return [...detached, ...dropped].map(({ table, partition, isDropped }) => ({
      target: targetOf(table),
      message: `Who reads or writes ${targetOf(table)} may wait behind it.`,
      fix: steps(
        autocommit(`ALTER TABLE ${quoted(table)} DETACH PARTITION ${quoted(partition)} CONCURRENTLY`),
        isDropped ? asCode({ kind: 'dropTable', table: partition }) : undefined,
      ),
    }));
  },
};
