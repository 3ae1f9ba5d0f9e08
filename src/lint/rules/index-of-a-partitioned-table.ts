import { autocommit, execute, quoted, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { tableOf, targetOf } from '../subject.js';
import { quoteName, quoteNames } from '../../sql/identifiers.js';

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
  statement: ({ parsed, call }, run) => {
    if (parsed.kind !== 'createIndex' || parsed.isOnly) return [];
    const table = run.nameOf(parsed.table);
    if (run.isFree(table) || tableOf(call, table)?.postgres?.partitionedBy === undefined) return [];
    const index = parsed.index?.name ?? `IDX_${table.name}`;
    const columns = quoteNames(parsed.columns.flatMap((column) => column ?? []));
    const unique = parsed.isUnique ? 'UNIQUE ' : '';
    return [
      {
        target: targetOf(table),
        message: parsed.isConcurrent
          ? `It fails: PostgreSQL builds no index of the partitioned table ${targetOf(table)} with CONCURRENTLY.`
          : `Writers of all partitions of ${targetOf(table)} wait until each has the index.`,
        fix: steps(
          execute(`CREATE ${unique}INDEX ${quoteName(index)} ON ONLY ${quoted(table)} (${columns})`),
          '// Of each partition:',
          autocommit(`CREATE ${unique}INDEX CONCURRENTLY "${index}_1" ON "a_partition" (${columns})`),
          execute(`ALTER INDEX ${quoteName(index)} ATTACH PARTITION "${index}_1"`),
        ),
      },
    ];
  },
};
