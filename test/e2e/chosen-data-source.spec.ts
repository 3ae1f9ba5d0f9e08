import { join } from 'node:path';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { type MigrateConfig, type MigrationService, provideConfigureHook } from '../../src/index.js';
import { withApplication } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { writeRevisions } from '../support/write-revisions.js';

const Shelf = new EntitySchema({ name: 'shelf', columns: { n: { type: 'integer', primary: true } } });
const shelf = {
  upgrade: `await op.createTable({ name: 'shelf', columns: [{ name: 'n', type: 'integer', isPrimary: true }] });`,
  downgrade: `await op.dropTable('shelf');`,
};

const hook = (change: (config: MigrateConfig) => void) => [provideConfigureHook(change)];

describe('a schema that a configure hook chooses', () => {
  const scene = useScene(createPostgresDatabase);
  const bySchema = hook((config) => {
    if (config.xArgs['tenant'] !== undefined) config.schema = config.xArgs['tenant'];
  });
  const inApplication = (
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<void>,
    providers = bySchema,
  ): Promise<void> =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        writeRevisions(scene.directory, { a1: shelf });
        await work(migrations, dataSource);
      },
      { entities: [Shelf], providers },
    );
  const tables = async (dataSource: DataSource): Promise<string[]> => {
    const rows: { name: string }[] = await dataSource.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
       WHERE schemaname !~ '^pg_|^information' AND tablename !~ 'migrate' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };

  it('is where every command works for that call, and nothing of it stays open', async () => {
    await inApplication(async (migrations, dataSource) => {
      const tenant = (name: string): MigrationService => migrations.with({ xArgs: { tenant: name } });
      await tenant('acme').upgrade();
      await migrations.upgrade();
      expect(await tables(dataSource)).toEqual(['acme.shelf', 'public.shelf']);
      expect(await tenant('acme').check()).toEqual([]);
      expect(await tenant('acme').current({ verbose: true })).toMatchObject([
        { schema: 'acme', revisions: [{ revision: 'a1' }] },
      ]);
      await expect(tenant('globex').check()).rejects.toMatchObject({
        code: 'DATABASE_NOT_UP_TO_DATE',
        message: expect.stringContaining(', schema globex) is at <base>'),
      });
      expect(await tenant('globex').status()).toMatchObject([{ state: 'behind' }]);
      await tenant('acme').downgrade();
      expect(await tables(dataSource)).toEqual(['public.shelf']);
      const [{ count }] = await dataSource.query(
        `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()`,
      );
      expect(count).toBeLessThanOrEqual(3);
    });
  });

  it('is the same for a caller who gives a connection, or the call is refused', async () => {
    await inApplication(async (migrations, dataSource) => {
      const acme = await new DataSource({
        ...scene.database.options,
        schema: 'acme',
      } as DataSourceOptions).initialize();
      const tenant = migrations.with({ xArgs: { tenant: 'acme' } });
      await acme.transaction(({ queryRunner }) => tenant.upgrade('head', { queryRunner }));
      await expect(
        dataSource.transaction(({ queryRunner }) => tenant.upgrade('head', { queryRunner })),
      ).rejects.toMatchObject({ code: 'QUERY_RUNNER' });
      expect(await tables(dataSource)).toEqual(['acme.shelf']);
      await acme.destroy();
    });
  });

  it.each(['', null, 7])('that no schema can be called is refused by name: %p', async (schema) => {
    const providers = hook((config) => void Object.assign(config, { schema }));
    await scene.inApplication(
      async (migrations) => {
        await expect(migrations.upgrade()).rejects.toMatchObject({
          code: 'MIGRATE_OPTIONS',
          message: expect.stringContaining('The migration option "schema" must be a name'),
        });
      },
      { providers },
    );
  });

  it('is written by autogenerate with names that have none', async () => {
    await inApplication(async (migrations) => {
      const tenant = migrations.with({ xArgs: { tenant: 'acme' } });
      await tenant.stamp('a1');
      expect((await tenant.check()).map(({ kind }) => kind)).toEqual(['createTable']);
    });
  });
});

describe('options of the data source that a configure hook chooses', () => {
  let first: TestDatabase;
  let second: TestDatabase;
  const scene = useScene(createSqliteDatabase);

  const upgradeIn = async (database: TestDatabase, change: (config: MigrateConfig) => void): Promise<unknown> =>
    withApplication(
      { database, migrate: { directory: scene.directory }, providers: hook(change) },
      async ({ migrations, dataSource }) => {
        await migrations.upgrade();
        expect(await migrations.current()).toMatchObject([{ revisions: [{ revision: 'a1' }] }]);
        return dataSource.createQueryRunner().hasTable('shelf');
      },
    );

  beforeEach(() => writeRevisions(scene.directory, { a1: shelf }));

  it('are the database of another tenant, although the data source has a url', async () => {
    first = await createPostgresDatabase();
    second = await createPostgresDatabase();
    const database = new URL(second.url).pathname.slice(1);
    expect(await upgradeIn(first, (config) => void (config.dataSourceOptions = { database }))).toBe(false);
    const there = await new DataSource(second.options).initialize();
    expect(await there.createQueryRunner().hasTable('shelf')).toBe(true);
    await there.destroy();
    await first.drop();
    await second.drop();
  });

  it('are the file of another tenant', async () => {
    const file = join(scene.directory, '..', 'acme.sqlite');
    expect(await upgradeIn(scene.database, (config) => void (config.dataSourceOptions = { database: file }))).toBe(
      false,
    );
    const there = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
    expect(await there.createQueryRunner().hasTable('shelf')).toBe(true);
    await there.destroy();
  });

  it('cannot be a schema where there are none', async () => {
    await expect(upgradeIn(scene.database, (config) => void (config.schema = 'acme'))).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: 'The migration option "schema" is "acme" for data source "default", and its database has no schemas.',
    });
  });

  it.each(['text', [], true])('that are no object are refused: %p', async (given) => {
    const wrong = (config: MigrateConfig) => void Object.assign(config, { dataSourceOptions: given });
    await expect(upgradeIn(scene.database, wrong)).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: expect.stringContaining('"dataSourceOptions" must be an object'),
    });
  });
});
