import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminusModule } from '@nestjs/terminus';
import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MigrateModule, type MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { MigrationHealthIndicator } from '../../src/module/health/migration.health.js';
import { migration } from '../adopt/adopting.js';
import { OldApplication, onDataSource } from '../adopt/old-application.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import {
  createMysqlDatabase,
  createPostgresDatabase,
  createSqliteDatabase,
  type TestDatabase,
} from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';

describeOnMysql('An application on MySQL', () => {
  let repository: ReturnType<typeof temporaryDirectory>;
  const made: Pick<TestDatabase, 'drop'>[] = [];

  beforeEach(() => void (repository = temporaryDirectory()));
  afterEach(async () => {
    repository.remove();
    for (const database of made.splice(0)) await database.drop();
  });

  async function newDatabase(
    make: () => Promise<Pick<TestDatabase, 'options' | 'drop'>> = createMysqlDatabase,
  ): Promise<DataSourceOptions> {
    const database = await make();
    made.push(database);
    return database.options;
  }

  function write(upgrade: string): void {
    mkdirSync(join(repository.directory, 'versions'), { recursive: true });
    const lines = [`export const revision = 'a1';`, `export const downRevision = null;`, upgrade];
    writeFileSync(join(repository.directory, 'versions', 'a1.ts'), lines.join('\n'));
  }

  const start = (sources: readonly DataSourceOptions[], migrate: MigrateModuleOptions) =>
    Test.createTestingModule({
      imports: [
        ...sources.map((options) => TypeOrmModule.forRoot({ ...options, retryAttempts: 0 } as TypeOrmModuleOptions)),
        MigrateModule.forRoot({ directory: repository.directory, ...migrate }),
      ],
    }).compile();

  it('upgrades once where replicas start together', async () => {
    write(`export async function upgrade(op) {
      await op.createTable({ name: 'shelf', columns: [{ name: 'id', type: 'int', isPrimary: true }] });
      await op.execute('INSERT INTO shelf VALUES (1)');
      await op.execute('INSERT INTO shelf SELECT MAX(id) + 1 FROM shelf');
    }
    export async function downgrade() {}`);
    const options = await newDatabase();
    const replicas = await Promise.all([1, 2, 3].map(() => start([options], { upgradeOnBootstrap: true })));
    await Promise.all(replicas.map((replica) => replica.init()));
    expect(await replicas[0]!.get(DataSource).query('SELECT id FROM shelf')).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await replicas[2]!.get(MigrationService).log()).length).toBe(1);
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('merges branches, opens a revision in an editor, and is healthy behind it', async () => {
    const revision = async (migrations: MigrationService, revId: string, head: string) =>
      migrations.revision({ message: revId, revId, head, splice: true });
    const module = await Test.createTestingModule({
      imports: [
        TerminusModule,
        TypeOrmModule.forRoot({ ...(await newDatabase()), retryAttempts: 0 } as TypeOrmModuleOptions),
        MigrateModule.forRoot({ directory: repository.directory }),
      ],
      providers: [MigrationHealthIndicator],
    }).compile();
    const migrations = module.get(MigrationService);
    const health = async (): Promise<unknown> => {
      const { migrations: found } = await module.get(MigrationHealthIndicator).isUpToDate('migrations');
      return [found?.status, found?.['dataSources'].default];
    };
    const editor = process.env['VISUAL'];
    try {
      await migrations.init();
      await revision(migrations, 'a1a1', 'base');
      await revision(migrations, 'b2b2', 'a1a1');
      await revision(migrations, 'c3c3', 'a1a1');
      await migrations.upgrade('b2b2');
      await migrations.merge([], { message: 'join', revId: 'd4d4' });
      expect(await health()).toEqual([
        'down',
        expect.objectContaining({ current: ['b2b2'], pending: ['c3c3', 'd4d4'] }),
      ]);
      await migrations.upgrade();
      expect(await health()).toEqual(['up', expect.objectContaining({ current: ['d4d4'], pending: [] })]);
      process.env['VISUAL'] = `${process.execPath} -e 0`;
      expect(await migrations.edit('current')).toMatchObject([{ revision: 'd4d4' }]);
      await migrations.downgrade('base');
      expect(await migrations.current()).toMatchObject([{ revisions: [] }]);
      await migrations.stamp('heads');
      await module.get(DataSource).query("UPDATE migrate_version SET version_num = 'gone'");
      expect(await health()).toEqual(['down', expect.objectContaining({ state: 'unknown', unknown: ['gone'] })]);
    } finally {
      if (editor === undefined) delete process.env['VISUAL'];
      else process.env['VISUAL'] = editor;
      await module.close();
    }
  });

  it("takes over TypeORM's migrations, and runs them on an empty database", async () => {
    const [production, empty] = [await newDatabase(), await newDatabase()];
    const classes = [
      migration('MakeA1600000000001', ['CREATE TABLE a (id int)', 'INSERT INTO a VALUES (1)'], 'DROP TABLE a'),
      migration('MakeB1600000000002', 'CREATE TABLE b (id int)', 'DROP TABLE b'),
    ];
    const app = new OldApplication({ migrations: classes }, { directory: repository.directory });
    await app.runOldMigrations(production);
    await app.start(production, (migrations) => migrations.adopt());
    await app.start(empty, async (migrations, dataSource) => {
      await migrations.upgrade();
      expect(await dataSource.query('SELECT id FROM a')).toEqual([{ id: 1 }]);
      expect(await migrations.status()).toMatchObject([{ upToDate: true }]);
      await migrations.downgrade('base');
      expect(await tableNames(dataSource)).not.toContain('a');
    });
  });

  it('shares a history with PostgreSQL and SQLite, not in two phases', async () => {
    write(`const make = (op) => op.createTable({ name: op.context.dialect, columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
      export const upgrade = { first: make, second: make, third: make };
      export const downgrade = Object.fromEntries(
        Object.keys(upgrade).map((name) => [name, (op) => op.dropTable(op.context.dialect)]));`);
    const sources = [
      { ...(await newDatabase(createPostgresDatabase)), name: 'first' },
      { ...(await newDatabase(createSqliteDatabase)), name: 'second' },
      { ...(await newDatabase()), name: 'third' },
    ];
    const dataSources = sources.map(({ name }) => name);
    const refused = await start(sources, { dataSources, twoPhase: true });
    await expect(refused.get(MigrationService).upgrade()).rejects.toMatchObject({
      code: 'TWO_PHASE_UNAVAILABLE',
      message: expect.stringContaining('third'),
    });
    await refused.close();
    const module = await start(sources, { dataSources });
    await module.get(MigrationService).upgrade();
    const tables = await Promise.all(sources.map((options) => onDataSource(options as DataSourceOptions, tableNames)));
    expect(['postgres', 'sqlite', 'mysql'].map((name, at) => tables[at]!.includes(name))).toEqual([true, true, true]);
    await module.get(MigrationService).downgrade('base');
    expect((await module.get(MigrationService).current()).flatMap(({ revisions }) => revisions)).toEqual([]);
    await module.close();
  });
});
