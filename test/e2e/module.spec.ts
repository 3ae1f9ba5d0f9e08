import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, EntitySchema } from 'typeorm';
import {
  getMigrationServiceToken,
  InjectMigrationService,
  MigrateModule,
  MigrateOptionsError,
  type MigrateOptions,
  type MigrateOptionsFactory,
  MigrationService,
} from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';

const entity = (name: string): EntitySchema =>
  new EntitySchema({ name, columns: { id: { type: 'integer', primary: true, generated: 'increment' } } });

describe('MigrateModule', () => {
  const opened: TestingModule[] = [];
  let first: TestDatabase;
  let second: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    first = await createSqliteDatabase();
    second = await createSqliteDatabase();
    repository = temporaryDirectory();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((module) => module.close()));
    await Promise.all([first.drop(), second.drop()]);
    repository.remove();
  });

  /** Starts an application on both databases: the default data source, and `analytics`. */
  async function start(
    imports: NonNullable<ModuleMetadata['imports']>,
    providers: ModuleMetadata['providers'] = [],
  ): Promise<TestingModule> {
    const typeOrm = [
      { ...first.options, entities: [entity('product')] },
      { ...second.options, name: 'analytics', entities: [entity('visit')] },
    ].map((options) => TypeOrmModule.forRoot({ ...options, retryAttempts: 0 } as TypeOrmModuleOptions));
    const module = await Test.createTestingModule({ imports: [...typeOrm, ...imports], providers }).compile();
    opened.push(module);
    await module.init();
    return module;
  }

  const directoryOf = async (module: TestingModule): Promise<string> =>
    (await module.get(MigrationService).init()).directory;

  describe('forRoot', () => {
    it('without an argument works on the default data source', async () => {
      const module = await start([MigrateModule.forRoot()]);
      expect(module.get(MigrationService).dataSources).toEqual(['default']);
    });

    it('takes names, objects, and one object with options for all', async () => {
      const names = await start([MigrateModule.forRoot(['analytics'])]);
      expect(names.get(MigrationService).dataSources).toEqual(['analytics']);

      const objects = await start([MigrateModule.forRoot([{ directory: repository.directory }])]);
      expect(await directoryOf(objects)).toBe(repository.directory);

      const directory = join(repository.directory, '..', 'other');
      const shared = await start([MigrateModule.forRoot({ dataSources: ['default', 'analytics'], directory })]);
      expect(shared.get(MigrationService).dataSources).toEqual(['default', 'analytics']);
      expect(await directoryOf(shared)).toBe(directory);
    });

    it('refuses a name given twice, and none at all', () => {
      expect(() => MigrateModule.forRoot(['default', { directory: 'elsewhere' }])).toThrow('"default" twice');
      expect(() => MigrateModule.forRoot([])).toThrow('at least one data source');
    });

    it('refuses to work on no data source, rather than on all or on the default one', async () => {
      const migrations = (await start([MigrateModule.forRoot(['default', 'analytics'])])).get(MigrationService);
      expect(() => migrations.with({ dataSources: [] })).toThrow(MigrateOptionsError);
      expect(() => migrations.with({ dataSources: ['reports'] })).toThrow('"reports"');
    });

    it('says which TypeOrmModule is missing when a name is used that is not registered', async () => {
      const { directory } = repository;
      const migrations = (await start([MigrateModule.forRoot({ dataSources: ['reports'], directory })])).get(
        MigrationService,
      );
      await migrations.init();
      expect(await migrations.heads()).toEqual([]);
      await expect(migrations.status()).rejects.toMatchObject({
        code: 'DATA_SOURCE_NOT_FOUND',
        message: expect.stringContaining('"reports"'),
        hint: expect.stringContaining("name: 'reports'"),
      });
    });

    it('says which drivers are supported when this one is not', async () => {
      const dataSource = new DataSource({
        type: 'cockroachdb',
        url: 'postgres://localhost',
        timeTravelQueries: false,
        entities: [entity('product')],
      });
      const module = await start([MigrateModule.forRoot([{ dataSource, directory: repository.directory }])]);
      const migrations = module.get(MigrationService);
      await migrations.init();
      await expect(migrations.migrate()).rejects.toMatchObject({
        code: 'UNSUPPORTED_DRIVER',
        message: expect.stringContaining('cockroachdb'),
        hint: expect.stringContaining('postgres'),
      });
    });

    it('opens a data source of the caller, and closes it again', async () => {
      const dataSource = new DataSource({ ...second.options, entities: [entity('visit')] });
      const module = await start([MigrateModule.forRoot([{ dataSource, directory: repository.directory }])]);
      const migrations = module.get(MigrationService);
      await migrations.init();
      await migrations.migrate({ message: 'visits' });
      await migrations.upgrade();
      expect(dataSource.isInitialized).toBe(true);
      expect(await tableNames(dataSource)).toContain('visit');
      await migrations.close();
      expect(dataSource.isInitialized).toBe(false);
    });
  });

  describe('forRootAsync', () => {
    @Injectable()
    class Settings implements MigrateOptionsFactory {
      constructor(@Inject('MIGRATIONS') private readonly directory: string) {}

      async createMigrateOptions(): Promise<MigrateOptions> {
        return { directory: this.directory };
      }
    }

    /** A module that supplies what the factories below ask for. */
    function settingsModule(): { module: new () => object; providers: []; exports: [] } {
      @Module({
        providers: [{ provide: 'MIGRATIONS', useValue: repository.directory }, Settings],
        exports: ['MIGRATIONS', Settings],
      })
      class SettingsModule {}
      return { module: SettingsModule, providers: [], exports: [] };
    }

    it('takes options from a factory with injected providers', async () => {
      const options = MigrateModule.forRootAsync({
        imports: [settingsModule()],
        inject: ['MIGRATIONS'],
        useFactory: async (directory: string) => ({ directory }),
      });
      expect(await directoryOf(await start([options]))).toBe(repository.directory);
    });

    it('takes options from a class that it makes', async () => {
      const options = MigrateModule.forRootAsync({ imports: [settingsModule()], useClass: Settings });
      expect(await directoryOf(await start([options]))).toBe(repository.directory);
    });

    it('takes options from a provider that is there', async () => {
      const options = MigrateModule.forRootAsync({ imports: [settingsModule()], useExisting: Settings });
      expect(await directoryOf(await start([options]))).toBe(repository.directory);
    });

    it('says what it needs', () => {
      expect(() => MigrateModule.forRootAsync({})).toThrow('useFactory, useClass and useExisting');
    });
  });

  describe('several data sources', () => {
    @Injectable()
    class Operator {
      constructor(
        readonly all: MigrationService,
        @InjectMigrationService('analytics') readonly analytics: MigrationService,
      ) {}
    }

    it('share one history when they name the same directory', async () => {
      const { directory } = repository;
      const module = await start(
        [MigrateModule.forRoot({ dataSources: ['default', 'analytics'], directory })],
        [Operator],
      );
      const { all, analytics } = module.get(Operator);
      expect(all.dataSources).toEqual(['default', 'analytics']);
      expect(analytics.dataSources).toEqual(['analytics']);
      expect(module.get<MigrationService>(getMigrationServiceToken('analytics'))).toBe(analytics);

      await all.init();
      const [revision] = await all.migrate({ message: 'both' });
      await analytics.upgrade();
      expect((await all.status()).map(({ dataSource, upToDate }) => [dataSource, upToDate])).toEqual([
        ['default', false],
        ['analytics', true],
      ]);
      const results = await all.upgrade();
      expect(results.map(({ dataSource, steps }) => [dataSource, steps.length])).toEqual([
        ['default', 1],
        ['analytics', 0],
      ]);
      expect(results.map(({ current }) => current)).toEqual([[revision?.revision], [revision?.revision]]);
      expect(await all.check()).toEqual([]);
      expect(await tableNames(module.get(DataSource))).toContain('product');
      expect(await tableNames(module.get('analyticsDataSource'))).toContain('visit');

      expect(await all.migrate({ message: 'nothing' })).toEqual([]);
      await module.get<DataSource>('analyticsDataSource').query('DROP TABLE visit');
      const [one] = await all.migrate({ message: 'one' });
      expect(readFileSync(one!.path, 'utf8')).toMatch(/upgrade = \{\n {2}analytics: upgradeAnalytics,\n\};/);
    });

    it('have histories of their own when they name directories of their own', async () => {
      const directory = join(repository.directory, '..', 'analytics');
      const module = await start(
        [MigrateModule.forRoot([{ directory: repository.directory }, { name: 'analytics', directory }])],
        [Operator],
      );
      const { all, analytics } = module.get(Operator);
      expect(all.dataSources).toEqual(['default']);
      await all.init();
      await analytics.init();
      await all.migrate({ message: 'products' });
      await analytics.migrate({ message: 'visits' });
      await all.upgrade();
      expect(await analytics.status()).toMatchObject([{ dataSource: 'analytics', upToDate: false }]);
      await analytics.upgrade();
      expect((await all.heads()).map(({ message }) => message)).toEqual(['products']);
      expect((await analytics.heads()).map(({ message }) => message)).toEqual(['visits']);
      expect([...(await all.check()), ...(await analytics.check())]).toEqual([]);
    });
  });
});
