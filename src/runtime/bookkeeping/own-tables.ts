import type { QueryRunner } from 'typeorm';
import type { CompileContext, Dialect } from '../../dialects/dialect.js';
import { cutName } from '../../schema/name-rules.js';
import { type ColumnModel, emptySchema, type QualifiedName, type TableModel } from '../../schema/schema.model.js';

/** The columns of the runner's own tables, the same on every database but for the types of `dialect.bookkeeping`. */

/** The version table, whose key is named as Alembic names it. */
export function versionTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  return tableOf(dialect, name, 'pkc', [text('version_num', 32)]);
}

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

export function decisionTableModel(name: QualifiedName, dialect: Dialect): TableModel {
  return tableOf(dialect, name, 'pk', [text('run_id', 32), text('decided_at', 32)]);
}

/** The first column is the key. */
function tableOf(dialect: Dialect, name: QualifiedName, suffix: string, columns: readonly ColumnModel[]): TableModel {
  return {
    ...name,
    columns,
    primaryKey: {
      name: cutName(name.name, dialect.rules.nameLimit, `_${suffix}`),
      columnNames: columns.slice(0, 1).map((column) => column.name),
    },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
  };
}

function text(name: string, length: number): ColumnModel {
  return { name, type: 'varchar', length: String(length) };
}

function optional(column: ColumnModel): ColumnModel {
  return { ...column, isNullable: true };
}

/** The statements that make such a table, as text for a script too. */
export async function creationOf(table: TableModel, dialect: Dialect): Promise<readonly string[]> {
  const statements = await dialect.compile({ kind: 'createTable', table }, NOTHING_THERE);
  return statements.map(({ sql }) => sql);
}

export async function createTable(runner: QueryRunner, table: TableModel, dialect: Dialect): Promise<void> {
  for (const sql of await creationOf(table, dialect)) await runner.query(sql);
}

/** A new table needs to know of no other one. */
const NOTHING_THERE: CompileContext = {
  offline: false,
  kept: new Map(),
  table: (name) => Promise.reject(new Error(`Nothing is known of ${name.name}.`)),
  schema: async () => emptySchema,
  operations: async () => [],
  query: async () => [],
};
