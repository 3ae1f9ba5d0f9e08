import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSourceOptions, MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrateError } from '../../src/index.js';
import type { TestDatabase } from '../support/databases.js';

/** A folder in which node_modules is found, and databases of one kind. Both are removed after each test. */
export class AdoptionBench {
  root = '';
  private readonly made: TestDatabase[] = [];

  private constructor(private readonly make: () => Promise<TestDatabase>) {}

  static use(make: () => Promise<TestDatabase>): AdoptionBench {
    const bench = new AdoptionBench(make);
    beforeEach(() => {
      bench.root = mkdtempSync(join(tmpdir(), 'nestjs-migrate-adopt-'));
      symlinkSync(join(__dirname, '../../node_modules'), join(bench.root, 'node_modules'));
    });
    afterEach(async () => {
      for (const database of bench.made.splice(0)) await database.drop();
      rmSync(bench.root, { recursive: true, force: true });
    });
    return bench;
  }

  get repository(): string {
    return join(this.root, 'repository');
  }

  async newDatabase(): Promise<DataSourceOptions> {
    const database = await this.make();
    this.made.push(database);
    return database.options;
  }
}

/** A migration class of TypeORM, by its statements. */
export function migration(
  name: string,
  up: string | readonly string[],
  down: string,
  transaction?: boolean,
): new () => MigrationInterface {
  return class {
    readonly name = name;
    readonly transaction = transaction;
    async up(runner: QueryRunner): Promise<void> {
      for (const statement of [up].flat()) await runner.query(statement);
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query(down);
    }
  };
}

/** What work throws; `text` is its message with its hint. */
export async function failure(work: Promise<unknown>): Promise<MigrateError & { text: string }> {
  try {
    await work;
  } catch (error) {
    const { message, hint = '' } = error as MigrateError;
    return Object.assign(error as MigrateError, { text: `${message}\n${hint}` });
  }
  throw new Error('nothing was thrown');
}

/** Names of the migrations in a table of TypeORM, in the order in which they ran. */
export async function ranIn(
  dataSource: { query(sql: string): Promise<unknown> },
  table = 'migrations',
): Promise<string[]> {
  const rows = (await dataSource.query(`SELECT name FROM ${table} ORDER BY id`)) as { name: string }[];
  return rows.map(({ name }) => name);
}
