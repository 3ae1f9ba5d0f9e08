import { Script } from 'node:vm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import type { TableSize } from '../../src/dialects/effects.js';
import { lintRevisions } from '../../src/lint/lint.js';
import type { LintRules } from '../../src/lint/lint-rules.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import type { PlanStep } from '../../src/repository/revision.js';
import type { LintFinding } from '../../src/results.js';
import { recordPlan } from '../../src/runtime/index.js';

const OPTIONS = {
  postgres: { type: 'postgres' },
  mysql: { type: 'mysql' },
  sqlite: { type: 'better-sqlite3', database: ':memory:' },
} as const satisfies Record<string, DataSourceOptions>;

/** Readers, authors and their books, which are in use. */
export const LIBRARY = `
  await op.createTable({ name: 'author', columns: [
    { name: 'id', type: 'integer', isPrimary: true },
    { name: 'name', type: 'varchar', length: '100' },
  ] });
  await op.createTable({ name: 'book', columns: [
    { name: 'id', type: 'integer', isPrimary: true },
    { name: 'title', type: 'varchar', length: '200' },
    { name: 'isbn', type: 'varchar', length: '20', isNullable: true },
    { name: 'pages', type: 'integer', isNullable: true },
    { name: 'price', type: 'numeric', precision: 10, scale: 2, isNullable: true },
    { name: 'published', type: 'timestamp', isNullable: true },
    { name: 'authorId', type: 'integer', isNullable: true },
  ] });
  await op.createTable({ name: 'loan', columns: [
    { name: 'id', type: 'integer', isPrimary: true },
    { name: 'bookId', type: 'integer' },
    { name: 'state', type: 'varchar', length: '10', default: "'open'" },
  ],
  foreignKeys: [{ name: 'FK_loan_book', columnNames: ['bookId'], referencedTableName: 'book', referencedColumnNames: ['id'] }],
  indices: [{ name: 'IDX_loan_book', columnNames: ['bookId'] }] });`;

/** What is linted, and what is known. */
export interface Linting {
  readonly database?: keyof typeof OPTIONS;
  /** The body of the revision before. @default LIBRARY */
  readonly scene?: string;
  readonly options?: LintRules;
  readonly version?: number;
  /** The version as the server has it. */
  readonly server?: string;
  readonly timeZone?: string;
  /** Rows of tables, as a database has them; absent where none is asked. */
  readonly rows?: Readonly<Record<string, number>>;
  readonly transactionPerMigration?: boolean;
  readonly isRunEach?: boolean;
  /** The body of `downgrade` of each revision; absent for files without one. */
  readonly downgrade?: string;
  /** @default 2000 */
  readonly lockTimeout?: number;
}

/** The findings of revisions with these bodies of `upgrade`. Lines are those of the body; the revisions are r1, r2 … */
export async function lint(bodies: string | readonly string[], linting: Linting = {}): Promise<readonly LintFinding[]> {
  const { database = 'postgres', scene = LIBRARY, options = {}, version, server, timeZone, rows } = linting;
  const downgrade =
    linting.downgrade === undefined ? '' : `\nexport async function downgrade(op) {${linting.downgrade}}`;
  const dataSource = new DataSource(OPTIONS[database]);
  const dialect = dialectOf(dataSource);
  const sources = new Map<string, string>([['/r0.ts', scene]]);
  for (const [at, body] of [bodies].flat().entries()) sources.set(`/r${at + 1}.ts`, body);
  const stepsFor = [...sources.keys()].map((path, at): PlanStep => {
    const id = `r${at}`;
    const revision = { id, downRevisions: [], dependsOn: [], branchLabels: [], path, message: '', doc: '' };
    return { kind: 'upgrade', revision, from: [], to: [id], rowChanges: [], rows: [id] };
  });
  const [first, ...plan] = stepsFor as [PlanStep, ...PlanStep[]];
  const transactionPerMigration = linting.transactionPerMigration ?? false;
  const recorded = await recordPlan(
    {
      dataSource,
      dataSourceName: 'default',
      dialect,
      settings: {
        versionTable: { name: 'migrate_version' },
        transactionPerMigration,
        lockTimeout: 0,
        statementTimeout: 0,
        runnerTimeout: 0,
        xArgs: {},
      },
      load: async ({ path = '' }) => ({ checksum: '', upgrade: functionOf(path, sources.get(path) ?? '') }),
      get: () => {
        throw new Error('There is no application.');
      },
      startRows: ['r0'],
      history: [first],
      plan,
      ...(server !== undefined && { planned: { server } }),
    },
    { trustsRawSql: true },
  );
  const sizes =
    rows && new Map(Object.entries(rows).map(([name, count]): [string, TableSize] => [`\0${name}`, { rows: count }]));
  return lintRevisions({
    dataSource: 'default',
    reading: { dialect, read: await dialect.reader() },
    facts: {
      ...(version !== undefined && { version }),
      ...(server !== undefined && { server }),
      ...(timeZone !== undefined && { timeZone }),
      ...(sizes && { sizes }),
    },
    steps: recorded.map(({ step, statements, unknown }) => ({
      kind: 'upgrade',
      revision: step.revision?.id ?? '',
      message: '',
      path: step.revision?.path ?? '',
      isLinted: true,
      ...(unknown !== undefined && { unknown: unknown.message }),
      statements: statements.map((statement) => ({
        ...statement,
        line: () => lineOf(statement.place?.text ?? '', step.revision?.path ?? ''),
      })),
    })),
    isRunEach: linting.isRunEach ?? false,
    transactionPerMigration,
    lockTimeout: linting.lockTimeout ?? 2_000,
    options,
    sourceOf: (path) => `${sources.get(path) ?? ''}${downgrade}`,
  });
}

/** Findings as short texts: `2 index-stops-writers book`. */
export async function codes(bodies: string | readonly string[], linting: Linting = {}): Promise<readonly string[]> {
  const findings = await lint(bodies, linting);
  return findings.map(({ line, code, target }) => `${line} ${code} ${target}`);
}

function functionOf(filename: string, body: string): (op: Operations) => Promise<void> {
  return new Script(`(async (op) => {\n${body}\n})`, { filename, lineOffset: -1 }).runInThisContext() as never;
}

function lineOf(stack: string, path: string): number | undefined {
  const found = new RegExp(`${path}:(\\d+)`).exec(stack);
  return found === null ? undefined : Number(found[1]);
}
