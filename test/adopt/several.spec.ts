import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  Column,
  type DataSourceOptions,
  Entity,
  type MigrationInterface,
  PrimaryGeneratedColumn,
  type QueryRunner,
} from 'typeorm';
import { MigrateModule, MigrationService, type Notice } from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { OldApplication, onDataSource } from './old-application.js';

class MakeMain1600000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE main (id int)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE main');
  }
}
class MakeFacts1600000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE facts (id int)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE facts');
  }
}

describe('taking over several data sources that share a repository', () => {
  const made: TestDatabase[] = [];
  const repository = temporaryDirectory();

  afterEach(async () => {
    for (const database of made.splice(0)) await database.drop();
    repository.remove();
  });

  const keep = async (making: Promise<TestDatabase>): Promise<TestDatabase> => {
    const database = await making;
    made.push(database);
    return database;
  };

  async function start<T>(
    options: Readonly<Record<string, DataSourceOptions>>,
    work: (migrations: MigrationService) => Promise<T>,
  ): Promise<T> {
    const sources = Object.entries(options).map(([name, one]) =>
      TypeOrmModule.forRoot({ ...one, name, retryAttempts: 0 } as TypeOrmModuleOptions),
    );
    const migrate = MigrateModule.forRoot({
      dataSources: Object.keys(options),
      directory: repository.directory,
    });
    const module = await Test.createTestingModule({ imports: [...sources, migrate] }).compile();
    await module.init();
    try {
      return await work(module.get(MigrationService));
    } finally {
      await module.close();
    }
  }

  it('is one revision, with the classes of each on its own database, PostgreSQL and SQLite', async () => {
    const [main, facts] = [await keep(createPostgresDatabase()), await keep(createSqliteDatabase())];
    const options = {
      default: { ...main.options, migrations: [MakeMain1600000000001] },
      'fact store': { ...facts.options, migrations: [MakeFacts1600000000002], migrationsTableName: 'done' },
    } as unknown as Record<string, DataSourceOptions>;
    for (const one of Object.values(options)) await onDataSource(one, (dataSource) => dataSource.runMigrations());
    const result = await start(options, (migrations) => migrations.adopt({ revId: 'old' }));
    expect(result.dataSources).toMatchObject([
      { dataSource: 'default', table: 'migrations', migrations: ['MakeMain1600000000001'], stamped: true },
      { dataSource: 'fact store', table: 'done', migrations: ['MakeFacts1600000000002'], stamped: true },
    ]);
    const fresh = {
      default: { ...options['default'], ...(await keep(createPostgresDatabase())).options },
      'fact store': { ...options['fact store'], ...(await keep(createSqliteDatabase())).options },
    } as Record<string, DataSourceOptions>;
    await start(fresh, async (migrations) => {
      await migrations.upgrade();
      expect((await migrations.status()).every(({ upToDate }) => upToDate)).toBe(true);
    });
    await onDataSource(fresh['default']!, async (dataSource) => expect(await tableNames(dataSource)).toContain('main'));
    await onDataSource(fresh['fact store']!, async (dataSource) =>
      expect(await tableNames(dataSource)).toEqual(expect.arrayContaining(['done', 'facts'])),
    );
  });

  it('names each that is behind, writes nothing then, and warns of one without migrations', async () => {
    const [main, facts] = [await keep(createPostgresDatabase()), await keep(createSqliteDatabase())];
    const options = {
      default: { ...main.options, migrations: [MakeMain1600000000001] },
      facts: { ...facts.options, migrations: [MakeFacts1600000000002] },
    } as unknown as Record<string, DataSourceOptions>;
    await onDataSource(options['default']!, (dataSource) => dataSource.runMigrations());
    await start(options, async (migrations) => {
      await expect(migrations.adopt()).rejects.toMatchObject({
        code: 'NOT_AT_LAST_TYPEORM_MIGRATION',
        message: expect.stringContaining('"facts"'),
      });
      await expect(migrations.adopt({ folder: 'src' })).rejects.toMatchObject({
        hint: expect.stringContaining('NAME=PATH'),
      });
    });
    const notices: Notice[] = [];
    await start({ ...options, facts: facts.options }, (migrations) =>
      migrations.with({ onNotice: (notice) => void notices.push(notice) }).adopt(),
    );
    expect(notices).toContainEqual(expect.objectContaining({ level: 'warning', dataSource: 'facts' }));
    const [file = ''] = readdirSync(join(repository.directory, 'versions'));
    expect(readFileSync(join(repository.directory, 'versions', file), 'utf8')).not.toContain('facts');
  });
});

describe('taking over a PostgreSQL database', () => {
  const made: TestDatabase[] = [];
  const repository = temporaryDirectory();
  afterEach(async () => {
    for (const database of made.splice(0)) await database.drop();
    repository.remove();
  });
  const newDatabase = async (): Promise<DataSourceOptions> => {
    const database = await createPostgresDatabase();
    made.push(database);
    return database.options;
  };

  @Entity()
  class Ticket {
    @PrimaryGeneratedColumn('uuid')
    id!: string;

    @Column({ type: 'text' })
    title!: string;
  }
  class MakeTickets1600000000001 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      // As TypeORM generates it: it counts on the extension, which TypeORM installs when it connects.
      await runner.query(
        `CREATE TABLE "ticket" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "title" text NOT NULL,
         CONSTRAINT "PK_d9a0835407701eb86f874474b7c" PRIMARY KEY ("id"))`,
      );
    }
    async down(runner: QueryRunner): Promise<void> {
      await runner.query('DROP TABLE "ticket"');
    }
  }

  it('installs what TypeORM would install when it connects, since the old migrations count on it', async () => {
    const app = new OldApplication(
      { entities: [Ticket], migrations: [MakeTickets1600000000001] },
      { directory: repository.directory },
    );
    const production = await newDatabase();
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    await app.start({ ...(await newDatabase()), installExtensions: false } as DataSourceOptions, async (migrations) => {
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade('base');
    });
  });

  it('puts names without a schema where TypeORM put them, and its table into the schema of the data source', async () => {
    class Unqualified1600000000001 implements MigrationInterface {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE by_hand (id int)');
        await runner.query('CREATE TABLE app.own (id int)');
        await runner.query(`SELECT pg_catalog.set_config('search_path', '', false)`);
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.query('DROP TABLE app.own');
        await runner.query('DROP TABLE by_hand');
      }
    }
    const app = new OldApplication({ migrations: [Unqualified1600000000001], schema: 'app' } as never, {
      directory: repository.directory,
    });
    const [production, empty] = [await newDatabase(), await newDatabase()];
    for (const database of [production, empty]) {
      await onDataSource(database, (dataSource) => dataSource.query('CREATE SCHEMA app'));
    }
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    const places = `SELECT schemaname || '.' || tablename AS place FROM pg_tables WHERE schemaname IN ('app', 'public') ORDER BY 1`;
    await app.start(empty, async (migrations, dataSource) => {
      await migrations.upgrade();
      const found = ((await dataSource.query(places)) as { place: string }[]).map(({ place }) => place);
      expect(found).toEqual([
        'app.migrate_version',
        'app.migrate_version_history',
        'app.migrations',
        'app.own',
        'public.by_hand',
      ]);
      await migrations.downgrade('base');
    });
  });

  it('runs a class that cannot be in a transaction', async () => {
    class Concurrent1600000000002 implements MigrationInterface {
      transaction = false;
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE INDEX CONCURRENTLY by_title ON ticket (title)');
      }
      async down(runner: QueryRunner): Promise<void> {
        await runner.query('DROP INDEX CONCURRENTLY by_title');
      }
    }
    const app = new OldApplication(
      {
        entities: [Ticket],
        migrations: [MakeTickets1600000000001, Concurrent1600000000002],
        migrationsTransactionMode: 'each',
      },
      { directory: repository.directory },
    );
    const production = await newDatabase();
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    await app.start(await newDatabase(), async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(await dataSource.query(`SELECT to_regclass('by_title')::text AS found`)).toEqual([{ found: 'by_title' }]);
    });
  });
});
