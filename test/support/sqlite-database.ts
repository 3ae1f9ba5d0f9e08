import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import type { CompileContext, DialectSession, SessionOptions } from '../../src/dialects/dialect.js';
import { canonical } from '../../src/dialects/sqlite/canonical/canonical.js';
import { compile } from '../../src/dialects/sqlite/compile/compile.js';
import { reflect } from '../../src/dialects/sqlite/reflect/reflect.js';
import { openSession } from '../../src/dialects/sqlite/session/session.js';
import type { Operation } from '../../src/operations/operation.js';
import { emptySchema, type SchemaModel, type TableModel } from '../../src/schema/schema.model.js';
import { createSqliteDatabase } from './databases.js';

export const sessionOptions: SessionOptions = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 2000,
  versionTable: { name: 'migrate_version' },
};

/** A real SQLite file with the dialect on it. */
export class SqliteDatabase {
  private constructor(
    readonly dataSource: DataSource,
    readonly url: string,
    private readonly remove: () => Promise<void>,
  ) {}

  static async create(options: Partial<DataSourceOptions> = {}): Promise<SqliteDatabase> {
    const { options: own, url, drop } = await createSqliteDatabase();
    const dataSource = new DataSource({ ...own, ...options } as DataSourceOptions);
    return new SqliteDatabase(await dataSource.initialize(), url, drop);
  }

  /** Runs SQL as it is, several statements one by one. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.dataSource.query(sql);
  }

  rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.dataSource.query(sql);
  }

  /** The text by which SQLite knows a table, index, view or trigger. */
  async sqlOf(name: string): Promise<string> {
    const [row] = await this.rows(`SELECT sql FROM sqlite_master WHERE name = '${name}'`);
    return String(row?.['sql']);
  }

  schema(runner = this.dataSource.createQueryRunner()): Promise<SchemaModel> {
    return reflect(runner, { schemas: [], exclude: [] });
  }

  async table(name: string, runner?: QueryRunner): Promise<TableModel> {
    const { tables } = await this.schema(runner);
    return tables.find((table) => table.name === name)!;
  }

  async canonical(...tables: TableModel[]): Promise<readonly TableModel[]> {
    const wanted = { ...emptySchema, tables };
    const { tables: result } = await canonical(wanted, await this.schema(), this.dataSource.createQueryRunner());
    return result;
  }

  /** Compiles operations one after the other and runs them in one transaction of a session, as a run does. */
  async migrate(...operations: Operation[]): Promise<string[]> {
    const ran: string[] = [];
    const session = await openSession(this.dataSource, sessionOptions);
    try {
      await session.begin();
      for (const operation of operations) ran.push(...(await this.apply(session, operation)));
      await session.commit();
    } finally {
      await session.close();
    }
    return ran;
  }

  async apply(session: DialectSession, operation: Operation): Promise<string[]> {
    const statements = await compile(operation, this.context(session.runner));
    for (const statement of statements) await session.execute(statement);
    return statements.map(({ sql }) => sql);
  }

  async drop(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.remove();
  }

  /** What the session has done so far is seen on its own connection alone. */
  private context(runner: QueryRunner): CompileContext {
    return {
      offline: false,
      kept: new Map(),
      table: (name) => this.table(name.name, runner),
      schema: () => this.schema(runner),
      operations: async () => [],
      query: (sql, parameters) => runner.query(sql, [...(parameters ?? [])]),
    };
  }
}

/** A table model with nothing in it but what is given. */
export function tableModel(name: string, rest: Partial<TableModel> = {}): TableModel {
  return { name, columns: [], uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [], ...rest };
}
