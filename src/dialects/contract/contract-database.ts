import { createConnection } from 'mysql2/promise';
import { DataSource, type QueryRunner } from 'typeorm';
import { TestHistory, type TestRevision } from '../../../test/faults/history.js';
import type { MigrationFailedError } from '../../errors/runtime.errors.js';
import type { Operation } from '../../operations/operation.js';
import type { RevisionFunction } from '../../operations/operations.interface.js';
import { applyOperations, run, type RunRequest } from '../../runtime/index.js';
import type { RunResult } from '../../results.js';
import { emptySchema, type TableModel } from '../../schema/schema.model.js';
import type { Dialect } from '../dialect.js';
import type { Subject } from './subjects.js';

export type Revisions = Readonly<Record<string, TestRevision | RevisionFunction>>;

/** A separate database for a test of the contract, with what a test does to it through the dialect. */
export class ContractDatabase {
  private constructor(
    readonly dialect: Dialect,
    readonly dataSource: DataSource,
    private readonly remove: () => Promise<void>,
  ) {}

  static async make({ dialect, make }: Subject): Promise<ContractDatabase> {
    const { options, drop } = await make();
    return new ContractDatabase(dialect, await new DataSource(options).initialize(), drop);
  }

  request(revisions: Revisions = {}, overrides: Partial<RunRequest> = {}): RunRequest {
    return new TestHistory(revisions).request(this.dataSource, { dialect: this.dialect, ...overrides });
  }

  upgrade(revisions: Revisions, overrides: Partial<RunRequest> = {}): Promise<RunResult> {
    return run(this.request(revisions, overrides));
  }

  /** Runs revisions that must fail, and returns the error. */
  failure(revisions: Revisions, overrides: Partial<RunRequest> = {}): Promise<MigrationFailedError> {
    return this.upgrade(revisions, overrides).then(
      () => Promise.reject(new Error('the run was expected to fail')),
      (error: MigrationFailedError) => error,
    );
  }

  /** Runs operations without a revision. */
  apply(...operations: readonly Operation[]): Promise<number> {
    return applyOperations(this.request(), operations);
  }

  query(sql: string): Promise<Record<string, unknown>[]> {
    return this.dataSource.query(sql);
  }

  /** Runs the text of a script in one call, as the clients of the databases do. */
  async runScript(sql: string): Promise<void> {
    const { options } = this.dataSource;
    if (options.type === 'mysql' || options.type === 'mariadb') return runOnMysql(String(options.url), sql);
    return this.using(async (runner) => {
      const client = (await runner.connect()) as { exec?(sql: string): void; query(sql: string): Promise<unknown> };
      if (client.exec === undefined) await client.query(sql);
      else client.exec(sql);
    });
  }

  /** The tables of the database, except the version and history tables, sorted by name. */
  async reflected(): Promise<readonly TableModel[]> {
    const { tables } = await this.using((runner) => this.dialect.reflect(runner, { schemas: [], exclude: [] }));
    return byName(tables.filter(({ name }) => !name.startsWith('migrate_version')));
  }

  /** Wanted tables as the database would print them. */
  async canonical(wanted: readonly TableModel[], actual: readonly TableModel[]): Promise<readonly TableModel[]> {
    const schema = (tables: readonly TableModel[]) => ({ ...emptySchema, tables });
    const { tables } = await this.using((runner) => this.dialect.canonical(schema(wanted), schema(actual), runner));
    return byName(tables);
  }

  /** Names of the version table and the others that runs keep. */
  async objectsOfRuns(): Promise<readonly string[]> {
    const { tables } = await this.using((runner) => this.dialect.reflect(runner, { schemas: [], exclude: [] }));
    return tables.map(({ name }) => name).filter((name) => name.startsWith('migrate_version'));
  }

  async tables(): Promise<readonly string[]> {
    return (await this.reflected()).map(({ name }) => name);
  }

  /** Names of tables and indexes. */
  async objects(): Promise<ReadonlySet<string>> {
    const tables = await this.reflected();
    return new Set(tables.flatMap(({ name, indices }) => [name, ...indices.map((index) => index.name)]));
  }

  async ids(table = 't'): Promise<readonly number[]> {
    return (await this.query(`SELECT id FROM ${table} ORDER BY id`)).map(({ id }) => Number(id));
  }

  history(): Promise<readonly Record<string, unknown>[]> {
    return this.query(
      'SELECT revision, statements_done, finished_at IS NOT NULL AS finished, error IS NOT NULL AS failed FROM migrate_version_history ORDER BY id',
    );
  }

  /** Connects again, as another process does. */
  async reconnect(): Promise<void> {
    await this.dataSource.destroy();
    await this.dataSource.initialize();
  }

  async drop(): Promise<void> {
    await this.dataSource.destroy();
    await this.remove();
  }

  private async using<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    return work(runner).finally(() => runner.release());
  }
}

/** Tables, and their indexes, by name: not every database keeps the order in which indexes were created. */
function byName(tables: readonly TableModel[]): readonly TableModel[] {
  const sorted = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    [...list].sort((one, other) => (one.name < other.name ? -1 : 1));
  return sorted(tables).map((table) => ({ ...table, indices: sorted(table.indices) }));
}

async function runOnMysql(uri: string, sql: string): Promise<void> {
  const client = await createConnection({ uri, multipleStatements: true });
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
