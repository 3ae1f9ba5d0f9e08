import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { MigrateModule, MigrationService, type Notice } from '../../src/index.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const visit = new EntitySchema({ name: 'visit', columns: { id: { type: 'integer', primary: true } } });

describe('data sources that share a history', () => {
  const scene = useScene(createSqliteDatabase);

  async function withDataSources<T>(
    options: Readonly<Record<string, Partial<DataSourceOptions>>>,
    work: (migrations: MigrationService) => Promise<T>,
  ): Promise<T> {
    const dataSources = Object.entries(options).map(([name, own]) => ({
      name,
      dataSource: new DataSource({ ...scene.database.options, entities: [visit], ...own } as DataSourceOptions),
    }));
    const { directory } = scene;
    const module = await Test.createTestingModule({
      imports: [MigrateModule.forRoot({ dataSources, directory })],
    }).compile();
    const migrations = module.get(MigrationService);
    try {
      await migrations.init();
      return await work(migrations);
    } finally {
      await migrations.close();
      await module.close();
    }
  }

  it('may have any name; a part of one that is gone is reported and left out, and one that was added has nothing to do', async () => {
    const memory = { database: ':memory:' };
    await withDataSources({ default: {}, constructor: memory, toString: memory }, async (migrations) => {
      const part = (name: string): string => `export const ${name} = { 'default': (op) => op.execute('SELECT 1'),
        'old one': () => { throw new Error('nobody may run this'); } };`;
      writeFileSync(
        join(scene.directory, 'versions/a1.ts'),
        [`export const revision = 'a1';`, `export const downRevision = null;`, part('upgrade'), part('downgrade')].join(
          '\n',
        ),
      );
      const notices: Notice[] = [];
      const results = await migrations.with({ onNotice: (notice) => notices.push(notice) }).upgrade();
      expect(results.map(({ dataSource, current }) => [dataSource, current])).toEqual([
        ['default', ['a1']],
        ['constructor', ['a1']],
        ['toString', ['a1']],
      ]);
      expect(notices).toEqual([
        { level: 'warning', message: expect.stringMatching(/no data source "old one".*its part of a1 is left out/) },
      ]);
    });
  });

  it('are refused by migrate, check and upgrade when two of them are one database', async () => {
    symlinkSync(scene.database.url, `${scene.database.url}-alias`);
    const alias = { database: `${scene.database.url}-alias` };
    await withDataSources({ default: {}, alias }, async (migrations) => {
      const refused = {
        code: 'SAME_DATABASE',
        dataSources: ['default', 'alias'],
        hint: expect.stringContaining('alias'),
      };
      await expect(migrations.check()).rejects.toMatchObject(refused);
      await expect(migrations.migrate({ message: 'visits' })).rejects.toMatchObject(refused);
      await expect(migrations.upgrade()).rejects.toMatchObject(refused);
    });
  });
});

describe('a revision that was made on SQLite', () => {
  const scene = useScene(createSqliteDatabase);
  let postgres: TestDatabase;

  beforeAll(async () => {
    postgres = await createPostgresDatabase();
  });
  afterAll(() => postgres.drop());

  async function on<T>(
    { options }: TestDatabase,
    defaults: readonly [boolean, boolean],
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
  ): Promise<T> {
    const [isOpen, isPaid] = defaults.map((value) => ({ type: 'boolean', default: value }) as const);
    const order = new EntitySchema({
      name: 'order',
      columns: { id: { type: 'integer', primary: true }, isOpen: isOpen!, isPaid: isPaid! },
    });
    const dataSource = await new DataSource({ ...options, entities: [order] } as DataSourceOptions).initialize();
    const module = await Test.createTestingModule({
      imports: [MigrateModule.forRoot({ dataSources: [{ name: 'default', dataSource }], directory: scene.directory })],
    }).compile();
    try {
      return await work(module.get(MigrationService), dataSource);
    } finally {
      await module.close();
      await dataSource.destroy();
    }
  }

  it('gives boolean columns their defaults on PostgreSQL too, up and down', async () => {
    const [before, after] = [
      [true, false],
      [false, true],
    ] as const;
    await on(scene.database, before, async (migrations) => {
      await migrations.init();
      const [first] = await migrations.migrate({ message: 'orders' });
      const columns = readFileSync(first!.path, 'utf8').match(/name: 'is.*/g);
      expect(columns).toEqual([
        `name: 'isOpen', type: 'boolean', default: true },`,
        `name: 'isPaid', type: 'boolean', default: false },`,
      ]);
      await migrations.upgrade();
    });
    await on(scene.database, after, (migrations) => migrations.migrate({ message: 'the other way round' }));
    for (const database of [scene.database, postgres]) {
      await on(database, after, async (migrations, dataSource) => {
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
        await migrations.downgrade('-1');
      });
      await on(database, before, async (_migrations, dataSource) => {
        expect((await dataSource.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
      });
    }
  });
});
