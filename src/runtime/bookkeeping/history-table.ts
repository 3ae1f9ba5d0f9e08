import type { QueryRunner } from 'typeorm';
import { runBy } from '../../dialects/common/run-by.js';
import type { Dialect, StatementResult } from '../../dialects/dialect.js';
import type { PlanStep } from '../../repository/revision.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { version } from '../../version.js';
import { createTable, historyTableModel } from './own-tables.js';
import type { StepReport } from '../run.request.js';
import { nameOfStep } from '../step-text.js';
import { quoteQualifiedName, tableExists } from './version-table.js';

/** Longer error messages are cut: a driver may put a whole row into one. */
const MAX_ERROR_LENGTH = 4000;

/** The length of the column `revision`; only the several ids of one stamp can be longer. */
const MAX_REVISION_LENGTH = 32;

/** A step that is being run, as its row in the history table records it. */
export interface Attempt {
  readonly step: PlanStep;
  readonly startedAt: Date;
  readonly checksum?: string;
  /** When it ended, where it ended well before it is recorded. */
  readonly finishedAt?: Date;
  /** Statements of the step that have run. */
  statements: number;
  /** How many of its statements are committed already, whatever becomes of the rest. */
  committed: number;
  /** Whether the row has been written and committed, still without an end. */
  stored: boolean;
  /** The last error of what ran outside the transaction. */
  failedOutside?: unknown;
}

/** The report on an attempt that ends now. */
export function reportOf({ startedAt, finishedAt, statements }: Attempt): Pick<StepReport, 'ms' | 'statements'> {
  return { ms: (finishedAt?.getTime() ?? Date.now()) - startedAt.getTime(), statements };
}

/** One row of a history table. Times are ISO 8601 in UTC. */
export interface HistoryRow {
  readonly revision: string;
  readonly direction: string;
  readonly startedAt: string;
  /** Null while the step runs, and where its runner died. */
  readonly finishedAt: string | null;
  readonly ms: number | null;
  readonly statementsDone: number;
  /** Of the file that ran; null for a stamp. */
  readonly checksum: string | null;
  readonly appliedBy: string | null;
  readonly packageVersion: string | null;
  readonly error: string | null;
}

/** A step that was started and never ended: its runner died. */
export type UnfinishedStep = Pick<HistoryRow, 'revision' | 'direction' | 'startedAt' | 'statementsDone' | 'appliedBy'>;

/** The name of the history table: `<version table>_history`. */
export function historyTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: `${versionTable.name}_history` };
}

/** The history table of one database: a row for each step tried, for audits and for the next run after one that died. */
export class HistoryTable {
  readonly name: QualifiedName;
  /** The last attempt that was begun. */
  latest: Attempt | undefined;
  private readonly quoted: string;

  constructor(
    private readonly dialect: Dialect,
    versionTable: QualifiedName,
  ) {
    this.name = historyTableOf(versionTable);
    this.quoted = quoteQualifiedName(dialect, this.name);
  }

  exists(runner: QueryRunner): Promise<boolean> {
    return tableExists(runner, this.dialect, this.name);
  }

  async ensure(runner: QueryRunner): Promise<void> {
    if (await this.exists(runner)) return;
    await createTable(runner, historyTableModel(this.name, this.dialect), this.dialect);
  }

  begin(step: PlanStep, checksum?: string): Attempt {
    this.latest = { step, startedAt: new Date(), checksum, statements: 0, committed: 0, stored: false };
    return this.latest;
  }

  /** The attempt of a step that has ended well already. */
  ended(
    step: PlanStep,
    times: Pick<Attempt, 'startedAt' | 'finishedAt'>,
    statements: number,
    checksum?: string,
  ): Attempt {
    this.latest = { step, ...times, checksum, statements, committed: 0, stored: false };
    return this.latest;
  }

  /** The row of an attempt, where it is committed. */
  async find(runner: QueryRunner, attempt: Attempt): Promise<HistoryRow | undefined> {
    const [row] = await this.read(runner, `WHERE ${this.isRowOf(attempt)}`);
    return row;
  }

  /** The same attempt for another try of its step, which goes over what is committed again; undefined where it is of another step. */
  again(attempt: Attempt | undefined, step: PlanStep): Attempt | undefined {
    if (attempt?.step !== step) return undefined;
    return Object.assign(attempt, { statements: 0, committed: 0, failedOutside: undefined });
  }

  /**
   * Writes the row before the step has ended. Only called when a part of the step is about to be committed, or may be where DDL
   * commits by itself: a step that is one transaction leaves either a finished row or none.
   */
  async store(runner: QueryRunner, attempt: Attempt): Promise<void> {
    const done = { statements_done: attempt.statements };
    await runner.query(
      attempt.stored ? this.update(attempt, done) : this.insert({ ...this.startOf(attempt), ...done }),
    );
  }

  /** The statement that writes how the step ended: successfully, or with an error. */
  finishing(attempt: Attempt, error?: string): string {
    const end = this.endOf(attempt, error);
    return attempt.stored ? this.update(attempt, end) : this.insert({ ...this.startOf(attempt), ...end });
  }

  /** The statement that writes that several steps have ended well, of none of which a part is stored. */
  finishingAll(attempts: readonly Attempt[]): string {
    return this.insert(...attempts.map((attempt) => ({ ...this.startOf(attempt), ...this.endOf(attempt, undefined) })));
  }

  /** @param clauses those after FROM, which choose and order the rows */
  async read(runner: QueryRunner, clauses: string): Promise<readonly HistoryRow[]> {
    const rows = (await runner.query(this.reading(clauses))) as Record<string, unknown>[];
    return rows.map(rowOf);
  }

  /** The query of the steps that were never ended. Without the lock they may still be running. */
  get readingUnfinished(): string {
    return this.reading(UNFINISHED);
  }

  /** The rows that the query `readingUnfinished` returned as the first of a batch. */
  rowsOf([result]: readonly StatementResult[]): readonly UnfinishedStep[] {
    return (result?.rows ?? []).map(rowOf);
  }

  private reading(clauses: string): string {
    return `SELECT ${COLUMNS} FROM ${this.quoted} ${clauses}`;
  }

  /** Ends the rows of unfinished steps, with an error. */
  async closeUnfinished(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE ${this.quoted} SET ${this.assignments({
        finished_at: new Date().toISOString(),
        error: 'The runner died, or lost the database, before the step was finished.',
      })} WHERE finished_at IS NULL`,
    );
  }

  private startOf(attempt: Attempt): Record<string, unknown> {
    const { step } = attempt;
    return {
      revision: nameOfStep(step).slice(0, MAX_REVISION_LENGTH),
      direction: step.kind,
      started_at: attempt.startedAt.toISOString(),
      checksum: attempt.checksum ?? null,
      applied_by: runBy(),
      package_version: version,
    };
  }

  private endOf(attempt: Attempt, error: string | undefined): Record<string, unknown> {
    const { finishedAt = new Date() } = attempt;
    return {
      finished_at: finishedAt.toISOString(),
      duration_ms: finishedAt.getTime() - attempt.startedAt.getTime(),
      statements_done: error === undefined ? attempt.statements : attempt.committed,
      statements_total: error === undefined ? attempt.statements : null,
      // PostgreSQL stores no NUL.
      error: error?.slice(0, MAX_ERROR_LENGTH).replaceAll('\0', '\\x00') ?? null,
    };
  }

  private insert(...rows: readonly Record<string, unknown>[]): string {
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    const valuesOf = (row: Record<string, unknown>): string =>
      `(${Object.values(row)
        .map((value) => this.dialect.literal(value))
        .join(', ')})`;
    return `INSERT INTO ${this.quoted} (${columns}) VALUES ${rows.map(valuesOf).join(', ')}`;
  }

  private update(attempt: Attempt, row: Record<string, unknown>): string {
    return `UPDATE ${this.quoted} SET ${this.assignments(row)} WHERE finished_at IS NULL AND ${this.isRowOf(attempt)}`;
  }

  private isRowOf(attempt: Attempt): string {
    const { revision, started_at: startedAt } = this.startOf(attempt);
    return `revision = ${this.dialect.literal(revision)} AND started_at = ${this.dialect.literal(startedAt)}`;
  }

  private assignments(row: Record<string, unknown>): string {
    return Object.entries(row)
      .map(([column, value]) => `${column} = ${this.dialect.literal(value)}`)
      .join(', ');
  }
}

/** The clauses that choose the steps that were never ended. */
export const UNFINISHED = 'WHERE finished_at IS NULL ORDER BY id';

const COLUMNS =
  'revision, direction, started_at, finished_at, duration_ms, statements_done, checksum, applied_by, package_version, error';

function rowOf(row: Record<string, unknown>): HistoryRow {
  return {
    revision: String(row['revision']),
    direction: String(row['direction']),
    startedAt: instantOf(row['started_at']),
    finishedAt: orNull(row['finished_at'], instantOf),
    ms: orNull(row['duration_ms'], Number),
    statementsDone: Number(row['statements_done']),
    checksum: orNull(row['checksum'], String),
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
