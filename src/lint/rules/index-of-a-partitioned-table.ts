import type { QualifiedName } from '../../schema/schema.model.js';
import type { CreateIndex } from '../../sql/ddl/statement.js';
import { quoteName } from '../../sql/identifiers.js';
import { indexParts } from '../by-hand.js';
import { autocommit, execute, steps, quoted, shortened } from '../fix.js';
import { isPartitioned, partitionsOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** CREATE INDEX of a partitioned table. */
export const rule: LintRule = {
  code: 'index-of-a-partitioned-table',
  class: 'blocks-writes',
  level: 'warning',
  summary: 'An index of a partitioned table is built on all partitions at once, and CONCURRENTLY is refused there.',
  explanation: `CREATE INDEX of a partitioned table keeps writers from all partitions until each has its index; PostgreSQL refuses
CONCURRENTLY for it (0A000). In place of it: an index ON ONLY the table, which is invalid at first; an index of each partition with CONCURRENTLY;
then ALTER INDEX … ATTACH PARTITION for each of them, by which the first one becomes valid.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.execute('CREATE TABLE "visit" ("at" timestamptz NOT NULL, "page" text) PARTITION BY RANGE ("at")');`,
    },
    unsafe: `await op.execute('CREATE INDEX "IDX_page" ON "visit" ("page")');`,
    target: 'visit',
    safe: [`await op.execute('CREATE INDEX "IDX_page" ON ONLY "visit" ("page")');`],
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    if (parsed.kind !== 'createIndex' || parsed.isOnly) return [];
    const table = run.nameOf(parsed.table);
    if (run.isFree(table) || !isPartitioned(call, table)) return [];
    return [
      {
        target: targetOf(table),
        message: parsed.isConcurrent
          ? `This fails: PostgreSQL builds no index of the partitioned table ${targetOf(table)} with CONCURRENTLY.`
          : `Writers of all partitions of ${targetOf(table)} wait until each has the index.`,
        fix: fixOf(statement, table, parsed, run),
      },
    ];
  },
};

/** The index of the table alone, then one of each partition, which becomes a part of it. The partitions have to be known. */
function fixOf(
  { call, sql, isPart }: LintedStatement,
  table: QualifiedName,
  { index, columns, isUnique }: CreateIndex,
  run: LintRun,
): string | undefined {
  const partitions = partitionsOf(call, table);
  const isDeep = partitions.some((partition) => isPartitioned(call, partition));
  const rest = isPart ? undefined : indexParts(sql, run)?.rest;
  const isBatch = call.operation.kind === 'batch' && call.operation.operations.length > 1;
  if (partitions.length === 0 || isDeep || isBatch || rest === undefined) return undefined;
  const create = isUnique ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
  const name = index?.name ?? [table.name, ...columns.map((column) => column ?? 'expr'), 'idx'].join('_');
  const whole = quoted({ ...table, name: shortened(name) }, run);
  return steps(
    execute(`${create} ${quoteName(shortened(name))} ON ONLY ${quoted(table, run)} ${rest}`),
    ...partitions.map((partition) => {
      const own = shortened(`${partition.name}_${name}`);
      return steps(
        autocommit(`${create} CONCURRENTLY ${quoteName(own)} ON ${quoted(partition, run)} ${rest}`),
        execute(`ALTER INDEX ${whole} ATTACH PARTITION ${quoted({ ...partition, name: own }, run)}`),
      );
    }),
  );
}
