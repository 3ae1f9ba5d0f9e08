import type { QueryRunner } from 'typeorm';
import type { CompileContext, Dialect } from '../../dialects/dialect.js';
import { cutName } from '../../schema/name-rules.js';
import { type ColumnModel, emptySchema, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

// The models of the runner's own tables. Only the types in `dialect.bookkeeping` differ between databases.

/** The version table, whose key has the name that Alembic gives it. */
export function versionTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  return tableOf(dialect, name, 'pkc', [text('version_num', 32)]);
}

/** The history table: a row for each step tried. */
export function historyTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  const { counter, instant } = dialect.bookkeeping;
  return tableOf(dialect, name, 'pk', [
    { name: 'id', ...counter },
    text('revision', 32),
    text('direction', 16),
    { name: 'started_at', type: instant },
    optional({ name: 'finished_at', type: instant }),
    optional({ name: 'duration_ms', type: 'integer' }),
    { name: 'statements_done', type: 'integer', default: '0' },
    optional({ name: 'statements_total', type: 'integer' }),
    optional(text('checksum', 64)),
    optional({ name: 'applied_by', type: 'text' }),
    optional(text('package_version', 32)),
    optional({ name: 'error', type: 'text' }),
  ]);
}

/** The journal: a row for each statement of a revision that is done outside the transaction of its run, or is committed in parts. */
export function journalTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  const { counter, instant, longText = 'text' } = dialect.bookkeeping;
  return tableOf(dialect, name, 'pk', [
    { name: 'id', ...counter },
    text('revision', 32),
    text('direction', 16),
    { name: 'number', type: 'integer' },
    { name: 'part', type: 'integer' },
    text('hash', 64),
    { name: 'statement', type: longText },
    { name: 'statements', type: 'integer' },
    text('state', 16),
    optional({ name: 'begun_at', type: instant }),
    optional({ name: 'done_at', type: instant }),
    optional({ name: 'details', type: longText }),
  ]);
}

/** The decision table: a row for each two-phase run that was committed. */
export function decisionTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  return tableOf(dialect, name, 'pk', [text('run_id', 32), text('decided_at', 32)]);
}

/** A table whose primary key is its first column, or several of them. */
export function tableOf(
  dialect: Dialect,
  name: QualifiedName,
  suffix: string,
  columns: readonly ColumnModel[],
  keys = 1,
): TableModel {
  return {
    ...name,
    columns,
    primaryKey: {
      name: cutName(name.name, dialect.rules.nameLimit, `_${suffix}`),
      columnNames: columns.slice(0, keys).map((column) => column.name),
    },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
    ...dialect.bookkeeping.table,
  };
}

export function text(name: string, length: number): ColumnModel {
  return { name, type: 'varchar', length: String(length) };
}

export function optional(column: ColumnModel): ColumnModel {
  return { ...column, isNullable: true };
}

/** The statements that create a table of the runner, for a run and for a script. */
export async function creationOf(table: TableModel, dialect: Dialect): Promise<readonly string[]> {
  const statements = await dialect.compile({ kind: 'createTable', table }, EMPTY_DATABASE);
  return statements.map(({ sql }) => sql);
}

export async function createTable(runner: QueryRunner, table: TableModel, dialect: Dialect): Promise<void> {
  for (const sql of await creationOf(table, dialect)) await runner.query(sql);
}

/** The context of an empty database: to compile a new table, no other one need be known. */
const EMPTY_DATABASE: CompileContext = {
  offline: false,
  kept: new Map(),
  table: (name) => Promise.reject(new Error(`Nothing is known of ${name.name}.`)),
  schema: async () => emptySchema,
  operations: async () => [],
  query: async () => [],
};
