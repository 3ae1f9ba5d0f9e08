import type { QueryRunner } from 'typeorm';
import type { Dialect } from '../../dialects/dialect.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { createTable, journalTableModel } from '../bookkeeping/own-tables.js';
import { quoteQualifiedName, tableExists } from '../bookkeeping/version-table.js';

/**
 * How far a recorded statement is: `planned` behind others of its operation, `begun` and perhaps done, `done`, `failed` with an error
 * that its revision caught, or `read`, which changes nothing.
 */
export type EntryState = 'planned' | 'begun' | 'done' | 'failed' | 'read';

/** What is committed together: a statement, or the statements of an operation that are kept as a whole. */
export interface JournalRow {
  /** Of the call in its revision, from 1. A read has the number of the call behind it. */
  readonly number: number;
  /** Of the statement in an operation that is committed in parts, from 1; else 0. */
  readonly part: number;
  /** Of the operation as data, or of a statement with its parameters: SHA-256. */
  readonly hash: string;
  /** The statement, or a sentence about the operation. */
  readonly statement: string;
  /** How many statements it is. */
  readonly statements: number;
  readonly state: EntryState;
  /** The answer of a query runner, or how a planned statement is sent. */
  readonly details: string | null;
}

/** The rows of one revision in one direction, in their order. */
export interface OpenJournal {
  readonly revision: string;
  readonly direction: string;
  readonly rows: readonly JournalRow[];
}

/** The name of the journal: `<version table>_journal`. Only databases on which a revision has left the run's transaction have it. */
export function journalTableOf(versionTable: QualifiedName): QualifiedName {
  return { ...versionTable, name: `${versionTable.name}_journal` };
}

/** What identifies a row. */
type RowKey = Pick<JournalRow, 'number' | 'part' | 'state'>;

/** The SQL of the journal. Its rows are those of revisions that have begun and have not ended well. */
export class JournalTable {
  readonly name: QualifiedName;
  /** Of the statements that it keeps. */
  readonly rules: SqlRules;
  private readonly quoted: string;

  constructor(
    private readonly dialect: Dialect,
    versionTable: QualifiedName,
  ) {
    this.name = journalTableOf(versionTable);
    this.rules = dialect.sqlRules;
    this.quoted = quoteQualifiedName(dialect, this.name);
  }

  exists(runner: QueryRunner): Promise<boolean> {
    return tableExists(runner, this.dialect, this.name);
  }

  async ensure(runner: QueryRunner): Promise<void> {
    if (await this.exists(runner)) return;
    await createTable(runner, journalTableModel(this.name, this.dialect), this.dialect);
  }

  async read(runner: QueryRunner): Promise<readonly OpenJournal[]> {
    const rows = (await runner.query(`SELECT ${COLUMNS} FROM ${this.quoted} ORDER BY id`)) as Record<string, unknown>[];
    const journals = new Map<string, OpenJournal & { readonly rows: JournalRow[] }>();
    for (const row of rows) {
      const [revision, direction] = [String(row['revision']), String(row['direction'])];
      const key = `${direction} ${revision}`;
      const journal = journals.get(key) ?? { revision, direction, rows: [] };
      journals.set(key, journal);
      journal.rows.push(rowOf(row));
    }
    return [...journals.values()];
  }

  /** Adds rows, in one statement. */
  async add(runner: QueryRunner, revision: string, direction: string, rows: readonly JournalRow[]): Promise<void> {
    const now = new Date().toISOString();
    const values = rows.map(({ number, part, hash, statement, statements, state, details }) => {
      const begun = state === 'planned' ? null : now;
      const done = state === 'done' || state === 'read' ? now : null;
      return [revision, direction, number, part, hash, statement, statements, state, begun, done, details];
    });
    const list = values
      .map((row) => `(${row.map((value) => this.dialect.literal(clean(value))).join(', ')})`)
      .join(', ');
    await runner.query(
      `INSERT INTO ${this.quoted} (revision, direction, number, part, hash, statement, statements, state, begun_at, done_at, details) VALUES ${list}`,
    );
  }

  /** Writes what a row is now. */
  async update(runner: QueryRunner, revision: string, direction: string, was: RowKey, row: JournalRow): Promise<void> {
    const time = { begun: 'begun_at', done: 'done_at' }[row.state as string];
    const columns = {
      hash: row.hash,
      statement: row.statement,
      statements: row.statements,
      state: row.state,
      details: row.details,
      ...(time === undefined ? {} : { [time]: new Date().toISOString() }),
    };
    const assignments = Object.entries(columns).map(
      ([name, value]) => `${name} = ${this.dialect.literal(clean(value))}`,
    );
    await runner.query(
      `UPDATE ${this.quoted} SET ${assignments.join(', ')}${this.where(revision, direction)}` +
        ` AND number = ${was.number} AND part = ${was.part} AND state = ${this.dialect.literal(was.state)}`,
    );
  }

  /** Deletes the rows of a revision from a number on. */
  async cut(runner: QueryRunner, revision: string, direction: string, number: number): Promise<void> {
    await runner.query(`DELETE FROM ${this.quoted}${this.where(revision, direction)} AND number >= ${number}`);
  }

  /** Deletes the reads of a revision from a number on. */
  async cutReads(runner: QueryRunner, revision: string, direction: string, number: number): Promise<void> {
    const reads = `${this.where(revision, direction)} AND number >= ${number} AND state = ${this.dialect.literal('read')}`;
    await runner.query(`DELETE FROM ${this.quoted}${reads}`);
  }

  /** Deletes the rows of one call of a revision, all its parts. */
  async removeCall(runner: QueryRunner, revision: string, direction: string, number: number): Promise<void> {
    const call = `${this.where(revision, direction)} AND number = ${number} AND state <> ${this.dialect.literal('read')}`;
    await runner.query(`DELETE FROM ${this.quoted}${call}`);
  }

  /** The statement that deletes the rows of a revision. */
  deletion({ revision, direction }: Pick<OpenJournal, 'revision' | 'direction'>): string {
    return `DELETE FROM ${this.quoted}${this.where(revision, direction)}`;
  }

  private where(revision: string, direction: string): string {
    return ` WHERE revision = ${this.dialect.literal(revision)} AND direction = ${this.dialect.literal(direction)}`;
  }
}

const COLUMNS = 'revision, direction, number, part, hash, statement, statements, state, details';

/** PostgreSQL stores no NUL. */
function clean(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\\x00') : value;
}

function rowOf(row: Record<string, unknown>): JournalRow {
  const details = row['details'];
  return {
    number: Number(row['number']),
    part: Number(row['part']),
    hash: String(row['hash']),
    statement: String(row['statement']),
    statements: Number(row['statements']),
    state: String(row['state']) as EntryState,
    details: details === null || details === undefined ? null : String(details),
  };
}
