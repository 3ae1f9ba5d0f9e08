import { qualifiedKey, type QualifiedName, qualifiedNameOf } from '../../schema/schema.model.js';
import { closingIndex } from '../../sql/paths.js';
import { codeTokens } from '../../sql/scanner.js';
import { onlyAction } from '../by-hand.js';
import { asCode, execute, steps, checkInSteps, shortened } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf, type LintedCall, type LintedStatement, type LintRun } from '../subject.js';

/** ATTACH PARTITION without a check, and a new partition of a table that has a default one. */
export const rule: LintRule = {
  code: 'partition-scanned-under-lock',
  class: 'blocks-reads',
  level: 'warning',
  summary:
    'A partition is attached or created, and all rows of it or of the default partition are read under the strongest lock.',
  explanation: `ATTACH PARTITION reads the table that becomes a partition, unless a valid CHECK proves that its rows are within the bounds, and the default
partition, unless a CHECK proves that it has none of these rows. CREATE TABLE … PARTITION OF reads the default partition, too. So a CHECK with the
bounds comes first, NOT VALID and then validated; after ATTACH it can go.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.execute('CREATE TABLE "visit" ("at" date NOT NULL) PARTITION BY RANGE ("at")');
await op.execute('CREATE TABLE "visit_2026" ("at" date NOT NULL)');`,
    },
    unsafe: `await op.execute(\`ALTER TABLE "visit" ATTACH PARTITION "visit_2026" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')\`);`,
    target: 'visit_2026',
    safe: [
      `await op.execute(\`ALTER TABLE "visit_2026" ADD CONSTRAINT "bounds" CHECK ("at" >= '2026-01-01' AND "at" < '2027-01-01') NOT VALID\`);
await op.validateConstraint('visit_2026', 'bounds', { isConcurrent: true });
await op.execute(\`ALTER TABLE "visit" ATTACH PARTITION "visit_2026" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')\`);`,
    ],
  },
  statement: (statement, run) => [...attached(statement, run), ...created(statement, run)],
};

interface Scan {
  readonly target: string;
  readonly message: string;
  readonly fix?: string;
}

function attached(statement: LintedStatement, run: LintRun): readonly Scan[] {
  return actionsOn(statement, run, 'attachPartition').flatMap(({ table, action }) => {
    const partition = run.nameOf(action.partition);
    const isProved = isChecked(statement.call, partition);
    const own =
      isProved || run.isFree(partition)
        ? []
        : [
            {
              ...scanOf(partition),
              fix: fixOf(statement, table, partition, run),
            },
          ];
    return action.isDefault ? own : [...own, ...defaultOf(table, statement.call, run)];
  });
}

function created({ parsed, call }: LintedStatement, run: LintRun): readonly Scan[] {
  if (parsed.kind !== 'createTable' || parsed.partitionOf === undefined) return [];
  const parent = run.nameOf(parsed.partitionOf);
  return run.isFree(parent) ? [] : defaultOf(parent, call, run);
}

/** The default partition of a table, where there is one whose rows no check limits. */
function defaultOf(parent: QualifiedName, call: LintedCall, run: LintRun): readonly Scan[] {
  const key = qualifiedKey(parent);
  return (call.schema.partitions ?? [])
    .filter((partition) => partition.isDefault && qualifiedKey(partition.parent) === key)
    .filter((partition) => !partition.hasCheck && !isChecked(call, partition) && !run.isFree(partition))
    .map((partition) => scanOf(qualifiedNameOf(partition)));
}

/** Whether a table has a check that holds for all rows. */
function isChecked(call: LintedCall, name: QualifiedName): boolean {
  return tableOf(call, name)?.checks.some(({ isNotValid }) => isNotValid !== true) === true;
}

function scanOf(partition: QualifiedName): Scan {
  return {
    target: targetOf(partition),
    message: `Nobody can read or write ${targetOf(partition)} until all of its rows are read.`,
  };
}

/** A check of the bounds before, which proves them; undefined where the bounds are not those of one column. */
function fixOf(
  statement: LintedStatement,
  table: QualifiedName,
  partition: QualifiedName,
  run: LintRun,
): string | undefined {
  const only = onlyAction(statement, run);
  const key = tableOf(statement.call, table)?.postgres?.partitionedBy;
  const condition = only && key && conditionOf(key, only.sql, run);
  if (only === undefined || !condition) return undefined;
  const check = shortened(`${partition.name}_bounds`);
  return steps(
    checkInSteps(partition, check, condition),
    execute(only.sql),
    asCode({ kind: 'dropCheck', table: partition, name: check }),
  );
}

/** The bounds of `FOR VALUES` as a condition. */
function conditionOf(key: string, sql: string, run: LintRun): string | undefined {
  const [, method = '', column = ''] = /^(RANGE|LIST)\s*\(\s*("(?:[^"]|"")+"|\w+)\s*\)$/i.exec(key) ?? [];
  const code = codeTokens(sql, run.dialect.sqlRules);
  const values = (word: string): string | undefined => {
    const at = code.findIndex((token, index) => token.is(word) && code[index + 1]?.is('('));
    if (at < 0) return undefined;
    const end = closingIndex(code, at + 1);
    return sql.slice(code[at + 1]?.end, code[end]?.start);
  };
  if (/^LIST$/i.test(method)) {
    const list = values('IN');
    return list === undefined || /\bNULL\b/i.test(list) ? undefined : `${column} IN (${list})`;
  }
  const [from, to] = [values('FROM'), values('TO')];
  if (!/^RANGE$/i.test(method) || from === undefined || to === undefined) return undefined;
  const sides = [
    /^\s*MINVALUE\s*$/i.test(from) ? [] : [`${column} >= ${from.trim()}`],
    /^\s*MAXVALUE\s*$/i.test(to) ? [] : [`${column} < ${to.trim()}`],
  ].flat();
  return [`${column} IS NOT NULL`, ...sides].join(' AND ');
}
