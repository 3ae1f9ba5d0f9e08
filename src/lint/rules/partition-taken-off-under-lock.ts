import type { QualifiedName } from '../../schema/schema.model.js';
import { textOf, onlyAction } from '../by-hand.js';
import { asCode, autocommit, execute, quoted, shortened, steps } from '../fix.js';
import { quoteName, unquotedName } from '../../sql/identifiers.js';
import { partitionsOf, actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { parentOf, targetOf, tableOf, type LintedCall, type LintedStatement, type LintRun } from '../subject.js';

/** DETACH PARTITION without CONCURRENTLY, and DROP TABLE of a partition. */
export const rule: LintRule = {
  code: 'partition-taken-off-under-lock',
  class: 'blocks-reads',
  level: 'note',
  summary: 'A partition is detached or dropped under the strongest lock of the partitioned table.',
  explanation: `DETACH PARTITION and DROP TABLE of a partition lock the whole partitioned table. That takes a moment, but it waits for the queries of the table that run,
and later ones wait behind it. DETACH PARTITION … CONCURRENTLY keeps nobody waiting; it must be outside of a transaction,
and it is refused where the table has a default partition.`,
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
            const table = run.isNew(partition) ? undefined : parentOf(call, partition);
            return table === undefined || run.isFree(table) ? [] : [{ table, partition, isDropped: true }];
          });
    return [...detached, ...dropped].map(({ table, partition, isDropped }) => ({
      target: targetOf(table),
      message: `Queries of ${targetOf(table)} may have to wait: this waits for those that run, and later ones wait behind it.`,
      fix:
        isAlone(statement, run) && !hasDefault(call, table)
          ? steps(
              autocommit(`ALTER TABLE ${quoted(table, run)} DETACH PARTITION ${quoted(partition, run)} CONCURRENTLY`),
              isDropped ? asCode({ kind: 'dropTable', table: partition }) : withoutCheck(call, table, partition, run),
            )
          : undefined,
    }));
  },
};

function isAlone(statement: LintedStatement, run: LintRun): boolean {
  const { parsed, call } = statement;
  if (!call.byHand) return call.operation.kind === 'dropTable';
  const isOne =
    parsed.kind === 'drop' ? parsed.names.length === 1 && !parsed.isCascade : onlyAction(statement, run) !== undefined;
  return isOne && textOf(statement, run) !== undefined;
}

/** Whether there is a default partition: PostgreSQL refuses CONCURRENTLY where there is one. */
function hasDefault(call: LintedCall, table: QualifiedName): boolean {
  return partitionsOf(call, table).some(({ isDefault }) => isDefault === true);
}

/** With CONCURRENTLY the partition keeps its bounds as a check, by the name that PostgreSQL gives one. */
function withoutCheck(
  call: LintedCall,
  table: QualifiedName,
  partition: QualifiedName,
  run: LintRun,
): string | undefined {
  const key = tableOf(call, table)?.postgres?.partitionedBy ?? '';
  const [, column] = /\(\s*("(?:[^"]|"")+"|\w+)\s*\)$/.exec(key) ?? [];
  if (column === undefined) return undefined;
  const check = shortened(`${partition.name}_${unquotedName(column)}_check`);
  return execute(`ALTER TABLE ${quoted(partition, run)} DROP CONSTRAINT IF EXISTS ${quoteName(check)}`);
}
