import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { historyTableOf } from './history-table.js';
import { quoteQualifiedName, tableExists, withVersionTable } from './version-table.js';

/** One row of a history table. Times are ISO 8601 in UTC. */
export interface HistoryRow {
  readonly revision: string;
  readonly direction: string;
  readonly startedAt: string;
  /** Null while the step runs, and where its runner died. */
  readonly finishedAt: string | null;
  readonly ms: number | null;
  readonly statementsDone: number;
  readonly appliedBy: string | null;
  readonly packageVersion: string | null;
  readonly error: string | null;
}

const COLUMNS =
  'revision, direction, started_at, finished_at, duration_ms, statements_done, applied_by, package_version, error';

/**
 * The rows of a database's history table, newest first; none where there is no such table. Changes nothing.
 *
 * @param limit how many at most
 * @throws VersionTableError when the table cannot be read
 */
export async function readHistoryRows(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  limit?: number,
): Promise<readonly HistoryRow[]> {
  const end = limit === undefined ? '' : ` LIMIT ${dialect.literal(limit)}`;
  return (await queryHistory(runner, dialect, versionTable, `SELECT ${COLUMNS}`, `ORDER BY id DESC${end}`)).map(rowOf);
}

/** Rows of the history table, as the driver gives them; none where there is no such table. */
export async function queryHistory(
  runner: QueryRunner,
  dialect: Dialect,
  versionTable: QualifiedName,
  select: string,
  rest: string,
): Promise<readonly Record<string, unknown>[]> {
  const history = historyTableOf(versionTable);
  return withVersionTable(versionTable, dialect, async () => {
    if (!(await tableExists(runner, dialect, history))) return [];
    return (await runner.query(`${select} FROM ${quoteQualifiedName(dialect, history)} ${rest}`)) as Record<
      string,
      unknown
    >[];
  });
}

function rowOf(row: Record<string, unknown>): HistoryRow {
  return {
    revision: String(row['revision']),
    direction: String(row['direction']),
    startedAt: instantOf(row['started_at']),
    finishedAt: orNull(row['finished_at'], instantOf),
    ms: orNull(row['duration_ms'], Number),
    statementsDone: Number(row['statements_done']),
    appliedBy: orNull(row['applied_by'], String),
    packageVersion: orNull(row['package_version'], String),
    error: orNull(row['error'], String),
  };
}

function instantOf(value: unknown): string {
  return new Date(value as string | Date).toISOString();
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null || value === undefined ? null : read(value);
}
