import type { DataSource, QueryRunner } from 'typeorm';
import type { Dialect, StatementResult } from '../../dialects/dialect.js';
import { VersionRowError, VersionTableError } from '../../errors/runtime.errors.js';
import type { RowChange } from '../../repository/revision.js';
import { displayName, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { creationOf, versionTableModel } from './own-tables.js';
import { isRefusedStatement, reasonOf } from '../failure.js';

/** The version table of one database: a set of revision ids, one row for each head that the database is at. */
export class VersionTable {
  private readonly quoted: string;

  constructor(
    private readonly dialect: Dialect,
    readonly name: QualifiedName,
  ) {
    this.quoted = quoteQualifiedName(dialect, name);
  }

  /** The statements that create it. */
  creation(): Promise<readonly string[]> {
    return creationOf(versionTableModel(this.name, this.dialect), this.dialect);
  }

  changeSql(change: RowChange): string {
    const { quoted } = this;
    const literal = (id: string): string => this.dialect.literal(id);
    switch (change.kind) {
      case 'insert':
        return `INSERT INTO ${quoted} (version_num) VALUES (${literal(change.id)})`;
      case 'update':
        return `UPDATE ${quoted} SET version_num = ${literal(change.to)} WHERE version_num = ${literal(change.from)}`;
      case 'delete':
        return `DELETE FROM ${quoted} WHERE version_num = ${literal(change.id)}`;
    }
  }

  async exists(runner: QueryRunner): Promise<boolean> {
    return tableExists(runner, this.dialect, this.name);
  }

  async create(runner: QueryRunner): Promise<void> {
    for (const sql of await this.creation()) await runner.query(sql);
  }

  /** The query of the rows. */
  get reading(): string {
    return `SELECT version_num FROM ${this.quoted}`;
  }

  /** The rows that the query `reading` returned as the first of a batch, sorted. */
  rowsOf([result]: readonly StatementResult[]): readonly string[] {
    return (result?.rows ?? []).map((row) => String(row['version_num'])).sort();
  }

  /** The rows, sorted. */
  async read(runner: QueryRunner, where = ''): Promise<readonly string[]> {
    const rows = (await runner.query(`${this.reading}${where}`)) as { version_num: string }[];
    return rows.map((row) => row.version_num).sort();
  }

  /**
   * Reads the rows where it is not known that the table exists in its schema. Where the search path finds a table of that name in
   * another schema, which belongs to somebody else, there are no rows.
   */
  readIfOwn(runner: QueryRunner): Promise<readonly string[]> {
    return this.read(runner, ` WHERE (${this.dialect.bookkeeping.tableExists(this.name)}) = 1`);
  }

  async clear(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM ${this.quoted}`);
  }

  /** @throws VersionRowError when an UPDATE or DELETE among the changes did not change exactly one row. */
  requireChanged(changes: readonly RowChange[], results: readonly StatementResult[]): void {
    for (const [index, change] of changes.entries()) {
      const affected = results[index]?.affected;
      if (change.kind === 'insert' || affected === undefined || affected === 1) continue;
      throw new VersionRowError(displayName(this.name), change, affected);
    }
  }
}

/** Version tables that existed when the data source was last asked. */
const seen = new WeakMap<DataSource, Set<string>>();

/**
 * The version rows of a database, sorted; undefined when it has no version table. Creates nothing.
 *
 * One query once the table has been seen, so that health checks are cheap. Until then a first query asks whether it exists: to
 * select from a missing table would put an error into the log of the server, and end an open transaction.
 *
 * @throws VersionTableError when the table cannot be read
 */
export async function readRows(
  runner: QueryRunner,
  dialect: Dialect,
  table: QualifiedName,
): Promise<readonly string[] | undefined> {
  const versions = new VersionTable(dialect, table);
  const present = seen.get(runner.connection) ?? new Set<string>();
  seen.set(runner.connection, present);
  const key = qualifiedKey(table);
  return withVersionTable(table, dialect, async () => {
    const isKnown = present.has(key) && !runner.isTransactionActive;
    if (!isKnown && !(await versions.exists(runner))) return undefined;
    try {
      const rows = await versions.readIfOwn(runner);
      present.add(key);
      return rows;
    } catch (error) {
      present.delete(key);
      if (dialect.isUnreachable(error) || (await versions.exists(runner))) throw error;
      return undefined;
    }
  });
}

const ANOTHER_TABLE =
  'A table of that name exists that is no version table: set another `versionTable`, or rename the table.';

/**
 * Does work on the version table.
 *
 * @throws VersionTableError when the database refuses a statement of it
 */
export async function withVersionTable<T>(
  table: QualifiedName,
  { isUnreachable, refusalHint }: Dialect,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusedStatement(error) || isUnreachable(error)) throw error;
    const reason = reasonOf(error);
    const hint = reason.includes('version_num') ? ANOTHER_TABLE : refusalHint(error);
    throw new VersionTableError(displayName(table), reason, error, hint);
  }
}

export async function tableExists(runner: QueryRunner, dialect: Dialect, table: QualifiedName): Promise<boolean> {
  const rows = (await runner.query(dialect.bookkeeping.tableExists(table))) as { exists: unknown }[];
  return Number(rows[0]?.exists) === 1;
}

/** A qualified name, quoted for the dialect. */
export function quoteQualifiedName(dialect: Dialect, name: QualifiedName): string {
  const table = dialect.quote(name.name);
  return name.schema === undefined ? table : `${dialect.quote(name.schema)}.${table}`;
}

/** Whether two lists of version rows, both sorted, are the same. */
export function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
