import { DataSource, type DataSourceOptions, type QueryRunner } from 'typeorm';
import { canonical } from '../../src/dialects/mysql/canonical/canonical.js';
import { mysqlEntityRules } from '../../src/dialects/mysql/entity-rules.js';
import { reflect } from '../../src/dialects/mysql/reflect/reflect.js';
import { schemaFromMetadata } from '../../src/schema/from-metadata.js';
import { compile } from '../../src/dialects/mysql/compile/compile.js';
import { inPinnedWords } from '../../src/dialects/mysql/server.js';
import type { CompileContext } from '../../src/dialects/dialect.js';
import { UnknownTableError } from '../../src/errors/operations.errors.js';
import { emptySchema, qualifiedKey, type SchemaModel, type TableModel } from '../../src/schema/schema.model.js';
import type { Operation } from '../../src/operations/operation.js';
import { rules } from '../../src/dialects/mysql/rules.js';
import { sqlSpelling } from '../../src/dialects/mysql/spelling.js';
import { quote } from '../../src/dialects/mysql/text.js';
import { compareSchemas } from '../../src/autogenerate/compare/compare.js';
import { MYSQL_SQL } from '../../src/sql/rules.js';
import { createMysqlDatabase, hasMysql } from './databases.js';

/** `describe` where the tests have a MariaDB or MySQL server; the setup of the run has printed why it is left out elsewhere. */
export const describeOnMysql = hasMysql ? describe : describe.skip;

/** A real MariaDB or MySQL database with the dialect on it. */
export class MysqlDatabase {
  private constructor(
    readonly dataSource: DataSource,
    readonly url: string,
    readonly options: DataSourceOptions,
    private readonly remove: () => Promise<void>,
  ) {}

  /** @param options what the data source has besides: entities, `type` … */
  static async create(options: object = {}, server?: string): Promise<MysqlDatabase> {
    const { url, options: own, drop } = await createMysqlDatabase(undefined, server);
    const all = { ...own, ...options } as DataSourceOptions;
    return new MysqlDatabase(await new DataSource(all).initialize(), url, all, drop);
  }

  /** Runs SQL as it is, several statements one by one. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.dataSource.query(sql);
  }

  rows(sql: string): Promise<Record<string, unknown>[]> {
    return this.dataSource.query(sql);
  }

  schema(schemas: readonly string[] = []): Promise<SchemaModel> {
    return this.using((runner) => reflect(runner, { schemas, exclude: [{ name: 'typeorm_metadata' }] }));
  }

  async table(name: string): Promise<TableModel> {
    const { tables } = await this.schema();
    return tables.find((table) => table.name === name)!;
  }

  /** What the entities of a data source want, as the server would print it. */
  async wanted(dataSource: DataSource = this.dataSource, schemas: readonly string[] = []): Promise<SchemaModel> {
    return this.canonical(schemaFromMetadata(dataSource, mysqlEntityRules), schemas);
  }

  /** The same, asked on a connection of the data source given. */
  async wantedBy(dataSource: DataSource): Promise<SchemaModel> {
    const actual = await this.schema();
    return using(dataSource, (runner) => canonical(schemaFromMetadata(dataSource, mysqlEntityRules), actual, runner));
  }

  /** A part of a schema as the dialect says that the server would print it. */
  async canonical(wanted: Partial<SchemaModel>, schemas: readonly string[] = []): Promise<SchemaModel> {
    const actual = await this.schema(schemas);
    return this.using((runner) => canonical({ ...emptySchema, ...wanted }, actual, runner));
  }

  /** Compiles operations one after the other and runs them, in the words of a session. */
  async migrate(...operations: readonly Operation[]): Promise<string[]> {
    const ran: string[] = [];
    await this.using(async (runner) => {
      await inPinnedWords(runner, async () => {
        const kept = new Map<string, unknown>();
        for (const operation of operations) {
          const context: CompileContext = {
            offline: false,
            kept,
            schema: () => reflect(runner, { schemas: [], exclude: [] }),
            table: async (name) => {
              const { tables } = await reflect(runner, {
                schemas: name.schema === undefined ? [] : [name.schema],
                exclude: [],
                tables: [name.name],
              });
              const found = tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
              if (found === undefined) throw new UnknownTableError(name, tables);
              return found;
            },
            operations: async () => [],
            query: (sql, parameters) => runner.query(sql, [...(parameters ?? [])]),
          };
          for (const { sql, parameters } of await compile(operation, context)) {
            await runner.query(sql, parameters && [...parameters]);
            ran.push(sql);
          }
        }
      });
    });
    return ran;
  }

  using<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    return using(this.dataSource, work);
  }

  async drop(): Promise<void> {
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
    await this.remove();
  }
}

async function using<T>(dataSource: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    return await work(runner);
  } finally {
    await runner.release();
  }
}

/** The operations that lead from one schema to another. */
export function mysqlOperations(actual: SchemaModel, wanted: SchemaModel): readonly Operation[] {
  const settings = { rules, quote, sqlRules: MYSQL_SQL, sqlSpelling, conversionRisk: () => undefined };
  return compareSchemas(actual, wanted, settings).operations;
}
