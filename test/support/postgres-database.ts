import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import type { CompileContext, SessionOptions } from '../../src/dialects/dialect.js';
import { canonical } from '../../src/dialects/postgres/canonical/canonical.js';
import { compile } from '../../src/dialects/postgres/compile/compile.js';
import { reflect } from '../../src/dialects/postgres/reflect/reflect.js';
import { openSession } from '../../src/dialects/postgres/session/open-session.js';
import { UnknownTableError } from '../../src/errors/operations.errors.js';
import type { Operation } from '../../src/operations/operation.js';
import {
  emptySchema,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../src/schema/schema.model.js';
import { createPostgresDatabase } from './databases.js';

const sessionOptions: SessionOptions = {
  lockTimeout: 1000,
  statementTimeout: 0,
  runnerTimeout: 2000,
  versionTable: { name: 'migrate_version' },
};

/** A real PostgreSQL database with the dialect on it. */
export class PostgresDatabase {
  private constructor(
    readonly dataSource: DataSource,
    readonly url: string,
    readonly options: DataSourceOptions,
    private readonly remove: () => Promise<void>,
    private readonly schemas: readonly string[],
  ) {}

  /** @param schemas schemas beside the own one that are read; they are made first. */
  static async create(schemas: readonly string[] = [], changes: object = {}): Promise<PostgresDatabase> {
    const { url, options, drop } = await createPostgresDatabase();
    const dataSource = await new DataSource({ ...options, ...changes } as DataSourceOptions).initialize();
    for (const schema of schemas) await dataSource.query(`CREATE SCHEMA "${schema}"`);
    return new PostgresDatabase(dataSource, url, options, drop, schemas);
  }

  /** Runs SQL as it is. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.dataSource.query(sql);
  }

  rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.dataSource.query(sql);
  }

  /** The values of one column, in the order of the first column. */
  async values(table: string, column: string): Promise<unknown[]> {
    return (await this.rows(`SELECT "${column}" AS value FROM ${table} ORDER BY 1`)).map((row) => row['value']);
  }

  schema(): Promise<SchemaModel> {
    return this.using((runner) => reflect(runner, { schemas: this.schemas, exclude: [] }));
  }

  async table(name: QualifiedName): Promise<TableModel> {
    const { tables } = await this.schema();
    const found = tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
    if (found === undefined) throw new UnknownTableError(name, tables);
    return found;
  }

  /** A part of a schema as the dialect says that the database would print it. */
  async canonical(wanted: Partial<SchemaModel>): Promise<SchemaModel> {
    const actual = await this.schema();
    return this.using((runner) => canonical({ ...emptySchema, ...wanted }, actual, runner));
  }

  /** Compiles operations one after the other and runs them in one transaction of a session, as a run does. */
  async migrate(...operations: Operation[]): Promise<string[]> {
    const ran: string[] = [];
    const session = await openSession(this.dataSource, sessionOptions);
    const scope = { schemas: this.schemas, exclude: [] };
    const context: CompileContext = {
      offline: false,
      kept: new Map(),
      schema: () => reflect(session.runner, scope),
      table: async (name) => {
        const { tables } = await reflect(session.runner, { ...scope, tables: [name.name] });
        const found = tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
        if (found === undefined) throw new UnknownTableError(name, tables);
        return found;
      },
      operations: async () => [],
      query: (sql, parameters) => session.runner.query(sql, [...(parameters ?? [])]),
    };
    try {
      await session.begin();
      for (const operation of operations) {
        for (const statement of await compile(operation, context)) {
          if (statement.outsideTransaction) await session.commit();
          await session.execute(statement);
          if (statement.outsideTransaction) await session.begin();
          ran.push(statement.sql);
        }
      }
      await session.commit();
    } finally {
      await session.close();
    }
    return ran;
  }

  /** Runs operations as a script does that knows the tables and nothing else: compiled without the database, sent as one text. */
  async migrateByScript(...operations: Operation[]): Promise<string> {
    const schema = await this.schema();
    const context: CompileContext = {
      ...offlineContext,
      schema: async () => schema,
      table: async (name) => {
        const found = schema.tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
        if (found === undefined) throw new UnknownTableError(name, schema.tables);
        return found;
      },
    };
    const script: string[] = [];
    for (const operation of operations) {
      for (const { sql, prelude } of await compile(operation, context)) {
        if (prelude !== undefined && !script.includes(prelude)) script.push(prelude);
        script.push(sql);
      }
    }
    const text = script.join(';\n');
    await this.run(text);
    return text;
  }

  async using<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      await runner.release();
    }
  }

  async drop(): Promise<void> {
    await this.dataSource.destroy();
    await this.remove();
  }
}

/** A table model with nothing in it but what is given. */
export function postgresTable(name: string, rest: Partial<TableModel> = {}): TableModel {
  return { name, columns: [], uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [], ...rest };
}

/** The operations of an offline script: nothing can be looked up. */
export const offlineContext: CompileContext = {
  offline: true,
  kept: new Map(),
  schema: async () => emptySchema,
  table: async (name) => {
    throw new UnknownTableError(name, []);
  },
  operations: async () => [],
  query: async () => [],
};
