import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { execute, quoted, steps } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { type LintedCall, type LintedStatement, type LintRun, tableOf, targetOf } from '../subject.js';

/** ATTACH PARTITION without a check, and a new partition of a table that has a default one. */
export const rule: LintRule = {
  code: 'partition-scanned-under-lock',
  class: 'blocks-reads',
  level: 'warning',
  summary:
    'A partition is attached or created, and all rows of it or of the default partition are read under the strongest lock.',
  explanation: `ATTACH PARTITION reads the table that becomes a partition, unless a valid CHECK says that its rows are within the bounds, and the default
partition, unless a CHECK says that it has none of these rows. CREATE TABLE … PARTITION OF reads the default partition, too. So a CHECK with the
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
    const isProved = tableOf(statement.call, partition)?.checks.some(({ isNotValid }) => isNotValid !== true);
    const own =
      isProved || run.isFree(partition)
        ? []
        : [
            {
              ...scanOf(partition),
              fix: steps(
                execute(`ALTER TABLE ${quoted(partition)} ADD CONSTRAINT "bounds" CHECK (…) NOT VALID`),
                `await op.validateConstraint('${targetOf(partition)}', 'bounds', { isConcurrent: true });`,
                '// then ATTACH PARTITION',
              ),
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

/** The default partition of a table, where there is one, by its usual name: the model does not say which it is. */
function defaultOf(parent: QualifiedName, { schema }: LintedCall, run: LintRun): readonly Scan[] {
  const key = qualifiedKey(parent);
  return schema.tables
    .filter(
      (table) =>
        /default/i.test(table.name) &&
        table.postgres?.inherits?.some((each) => qualifiedKey(each) === key) === true &&
        !run.isFree(table),
    )
    .map(scanOf);
}

function scanOf(partition: QualifiedName): Scan {
  return {
    target: targetOf(partition),
    message: `Nobody can read or write ${targetOf(partition)} until all of its rows are read.`,
  };
}
