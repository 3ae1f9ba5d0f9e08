import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable, Module, Scope } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, EntitySchema } from 'typeorm';
import {
  getMigrationServiceToken,
  type MigrateDataSource,
  MigrateModule,
  type MigrateModuleOptions,
  MigrationService,
} from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { CliWorkspace, nestCmd } from './cli.workspace.js';

const visit = new EntitySchema({
  name: 'visit',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' } },
});

describe.each([
  ['PostgreSQL', createPostgresDatabase],
  ['SQLite', createSqliteDatabase],
])('a data source from a provider of the application, on %s', (_, createDatabase) => {
  const opened: TestingModule[] = [];
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    database = await createDatabase();
    repository = temporaryDirectory();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((module) => module.close()));
    await Promise.all(made.splice(0).map(async (source) => source.isInitialized && source.destroy()));
    await database.drop();
    repository.remove();
  });

  const made: DataSource[] = [];
  /** As Nest's recipe has it: a provider that makes the data source, and connects it. */
  const connected = async (): Promise<DataSource> => {
    const source = await new DataSource({ ...database.options, entities: [visit] }).initialize();
    made.push(source);
    return source;
  };

  /** A module that is not global, with the data source under a token. */
  const databaseModule = (provide: string | symbol | (abstract new (...args: never[]) => unknown)) => ({
    module: class DatabaseModule {},
    providers: [{ provide, useFactory: connected }],
    exports: [provide],
  });

  async function start(imports: NonNullable<Parameters<typeof Test.createTestingModule>[0]['imports']>) {
    const module = await Test.createTestingModule({ imports }).compile();
    opened.push(module);
    return module.init();
  }

  const withDirectory = (entry: MigrateDataSource): MigrateModuleOptions => ({
    dataSources: [entry],
    directory: repository.directory,
  });

  /** Writes the first revision, runs it and looks whether the table is there. */
  async function migrates(module: TestingModule, migrations = module.get(MigrationService)): Promise<void> {
    await migrations.init();
    await migrations.migrate({ message: 'first' });
    await migrations.upgrade();
    expect(await tableNames(made[0] as DataSource)).toEqual(expect.arrayContaining(['visit']));
    expect(await migrations.status()).toMatchObject([{ upToDate: true }]);
  }

  const symbol = Symbol('data source');
  abstract class Database {}

  it.each([
    ['a string', 'DATA_SOURCE'],
    ['a symbol', symbol],
    ['a class', Database],
    ["TypeORM's class", DataSource],
  ])('is found by %s, in a module that is not global', async (__, token) => {
    const imported = databaseModule(token);
    await migrates(
      await start([
        imported,
        MigrateModule.forRoot(withDirectory({ dataSource: { imports: [imported], inject: [token] } })),
      ]),
    );
    // The module is the application's own one, and not made again for MigrateModule.
    expect(made).toHaveLength(1);
  });

  it('is found without `imports` where its module is global', async () => {
    const imported = { ...databaseModule('DATA_SOURCE'), global: true };
    await migrates(
      await start([imported, MigrateModule.forRoot(withDirectory({ dataSource: { inject: ['DATA_SOURCE'] } }))]),
    );
  });

  it('may be a part of what a provider has', async () => {
    @Injectable()
    class Connections {
      readonly main = connected();
    }
    @Module({ providers: [Connections], exports: [Connections] })
    class ConnectionsModule {}
    const dataSource = {
      imports: [ConnectionsModule],
      inject: [Connections],
      useFactory: ({ main }: Connections) => main,
    };
    await migrates(await start([ConnectionsModule, MigrateModule.forRoot(withDirectory({ dataSource }))]));
  });

  it('has the name of its entry, in forRootAsync too', async () => {
    const imported = databaseModule('DATA_SOURCE');
    const settings = {
      module: class SettingsModule {},
      providers: [{ provide: 'FOLDER', useValue: repository.directory }],
      exports: ['FOLDER'],
    };
    const module = await start([
      imported,
      MigrateModule.forRootAsync({
        dataSources: [{ name: 'analytics', dataSource: { imports: [imported], inject: ['DATA_SOURCE'] } }],
        imports: [settings],
        inject: ['FOLDER'],
        useFactory: (directory: string) => ({ directory }),
      }),
    ]);
    expect(module.get(MigrationService).dataSources).toEqual(['analytics']);
    await migrates(module, module.get(getMigrationServiceToken('analytics')));
  });

  it('is upgraded when the application starts, and shares a history with one of TypeOrmModule', async () => {
    const other = await createSqliteDatabase();
    try {
      const imported = databaseModule('DATA_SOURCE');
      const typeOrm = { ...other.options, entities: [visit], retryAttempts: 0 } as TypeOrmModuleOptions;
      const modules = (upgradeOnBootstrap: boolean) => [
        imported,
        TypeOrmModule.forRoot(typeOrm),
        MigrateModule.forRoot({
          dataSources: ['default', { name: 'own', dataSource: { imports: [imported], inject: ['DATA_SOURCE'] } }],
          directory: repository.directory,
          upgradeOnBootstrap,
        }),
      ];
      const migrations = (await start(modules(false))).get(MigrationService);
      expect(migrations.dataSources).toEqual(['default', 'own']);
      await migrations.init();
      await migrations.migrate({ message: 'first' });
      const upgraded = (await start(modules(true))).get(MigrationService);
      expect(await upgraded.status()).toMatchObject([{ upToDate: true }, { upToDate: true }]);
      expect(await tableNames(made.at(-1) as DataSource)).toEqual(expect.arrayContaining(['visit']));
    } finally {
      await Promise.all(opened.splice(0).map((module) => module.close()));
      await other.drop();
    }
  });

  it('fails the start with its own error, and with the token where nobody provides it', async () => {
    const failing = {
      module: class FailingModule {},
      providers: [{ provide: 'DATA_SOURCE', useFactory: () => Promise.reject(new Error('secrets are sealed')) }],
      exports: ['DATA_SOURCE'],
    };
    const dataSource = { imports: [failing], inject: ['DATA_SOURCE'] };
    await expect(start([MigrateModule.forRoot([{ dataSource }])])).rejects.toThrow('secrets are sealed');
    await expect(
      start([MigrateModule.forRoot([{ name: 'own', dataSource: { inject: ['NOTHING'] } }])]),
    ).rejects.toThrow(/data source "own" of MigrateModule.*"?NOTHING"?/);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a value of type Object', { type: 'postgres' }],
    ['a value of type string', 'postgres://'],
  ])('is refused where it is %s', async (what, value) => {
    const dataSource = { inject: [], useFactory: () => value as DataSource };
    await expect(start([MigrateModule.forRoot([{ name: 'own', dataSource }])])).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: `Data source "own" of MigrateModule: useFactory gives no TypeORM DataSource, but ${what}.`,
    });
  });

  it('needs a provider', () => {
    expect(() => MigrateModule.forRoot([{ dataSource: {} }])).toThrow('"default" of MigrateModule names no provider');
    expect(() => MigrateModule.forRoot([{ dataSource: { inject: [undefined as never] } }])).toThrow(
      'injects undefined',
    );
    expect(() => MigrateModule.forRoot([{ dataSource: 'DATA_SOURCE' as never }])).toThrow('names no provider');
  });

  it('gives a migration service that lives for one request where the provider does', async () => {
    const imported = {
      module: class TenantModule {},
      providers: [{ provide: 'DATA_SOURCE', scope: Scope.REQUEST, useFactory: connected }],
      exports: ['DATA_SOURCE'],
    };
    const module = await start([
      MigrateModule.forRoot([{ dataSource: { imports: [imported], inject: ['DATA_SOURCE'] } }]),
    ]);
    await expect(module.resolve(MigrationService)).resolves.toBeInstanceOf(MigrationService);
  });
});

describe('nest-cmd, where the data source comes from a provider of the application', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  const head = `
const { DataSource, EntitySchema } = require('typeorm');
const { MigrateModule } = require('nestjs-migrate');
const visit = new EntitySchema({ name: 'visit', columns: { id: { type: 'integer', primary: true } } });
const options = { type: 'better-sqlite3', database: process.env.FILE ?? 'app.sqlite', entities: [visit] };
class AppModule {}
const root = (...imports) => ({ module: AppModule, imports });
`;

  function application(folder: string, body: string): string {
    const path = join(workspace.root, folder);
    mkdirSync(path);
    writeFileSync(join(path, 'app.js'), `${head}${body}`);
    writeFileSync(join(path, 'package.json'), '{ "private": true, "nest-cmd": { "app": "app.js#AppModule" } }');
    return path;
  }

  const provided = `
const connect = async () => new DataSource(options).initialize();
const DatabaseModule = { module: class DatabaseModule {}, providers: [{ provide: TOKEN, useFactory: connect }], exports: [TOKEN] };
`;

  it.each([
    ['a string', `'DATA_SOURCE'`, 'forRoot([{ dataSource: { imports: [DatabaseModule], inject: [TOKEN] } }])'],
    ['a symbol', `Symbol('data source')`, 'forRoot([{ dataSource: { imports: [DatabaseModule], inject: [TOKEN] } }])'],
    [
      'a class, in forRootAsync',
      'DataSource',
      `forRootAsync({ dataSources: [{ name: 'own', dataSource: { imports: [DatabaseModule], inject: [TOKEN] } }], useFactory: () => ({}) })`,
    ],
  ])('migrates by the token of %s', async (name, token, migrate) => {
    const folder = application(
      name,
      `const TOKEN = ${token};${provided}exports.AppModule = root(DatabaseModule, MigrateModule.${migrate});`,
    );
    for (const args of [['init'], ['migrate', '-m', 'first', '--rev-id', 'f1'], ['upgrade'], ['check']]) {
      expect(await nestCmd(folder, ['db', ...args])).toMatchObject({ code: 0 });
    }
    const { stdout } = await nestCmd(folder, ['db', 'current']);
    expect(stdout).toContain('f1');
  });

  it('does not connect while it is made', async () => {
    const folder = application(
      'unconnected',
      `const TOKEN = 'DATA_SOURCE';${provided}exports.AppModule = root(DatabaseModule,
        MigrateModule.forRoot([{ dataSource: { imports: [DatabaseModule], inject: [TOKEN] } }]));`,
    );
    const env = { FILE: '/dev/null/nowhere.sqlite' };
    expect(await nestCmd(folder, ['db', 'init'], env)).toMatchObject({ code: 0 });
    expect(await nestCmd(folder, ['db', 'heads'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await nestCmd(folder, ['db', 'current'], env)).toMatchObject({ code: 1 });
  });

  it.each([
    [
      'a token that nobody provides',
      `exports.AppModule = root(MigrateModule.forRoot([{ dataSource: { inject: ['NOWHERE'] } }]));`,
      /Cannot make data source "default": MigrateModule does not see a provider "NOWHERE"\.\n.*imports/,
    ],
    [
      'a module that is not global and not named',
      `const TOKEN = 'DATA_SOURCE';${provided}
       exports.AppModule = root(DatabaseModule, MigrateModule.forRoot([{ dataSource: { inject: [TOKEN] } }]));`,
      /MigrateModule does not see a provider "DATA_SOURCE"\.\n.*imports: \[TheModule\]/,
    ],
    [
      "TypeORM's class in a module that is not global, without its token",
      `const TOKEN = DataSource;${provided}exports.AppModule = root(DatabaseModule, MigrateModule.forRoot());`,
      /MigrateModule does not see a provider DataSource\.\n.*imports: \[TheModule\], inject: \[DataSource\]/,
    ],
    [
      'a provider that fails',
      `const failing = { provide: 'DATA_SOURCE', useFactory: async () => { throw new Error('secrets are sealed'); } };
       const vault = { module: class VaultModule {}, providers: [failing], exports: ['DATA_SOURCE'] };
       exports.AppModule = root(MigrateModule.forRoot([{ name: 'own', dataSource: { imports: [vault], inject: ['DATA_SOURCE'] } }]));`,
      /Cannot make data source "own": app\.js:\d+: secrets are sealed/,
    ],
    [
      'a provider that is no data source',
      `const settingsProvider = { provide: 'DATA_SOURCE', useValue: { type: 'postgres' } };
       const settings = { module: class SettingsModule {}, providers: [settingsProvider], exports: ['DATA_SOURCE'] };
       exports.AppModule = root(MigrateModule.forRoot([{ dataSource: { imports: [settings], inject: ['DATA_SOURCE'] } }]));`,
      /the provider "DATA_SOURCE" gives no TypeORM DataSource, but a value of type Object/,
    ],
    [
      'a provider that lives for one request',
      `const tenant = { provide: 'DATA_SOURCE', scope: 2, useFactory: () => new DataSource(options) };
       const tenants = { module: class TenantModule {}, providers: [tenant], exports: ['DATA_SOURCE'] };
       exports.AppModule = root(MigrateModule.forRoot([{ dataSource: { imports: [tenants], inject: ['DATA_SOURCE'] } }]));`,
      /data source "default" of MigrateModule is request-scoped or transient/,
    ],
  ])('says what is wrong with %s', async (name, body, message) => {
    const folder = application(name, body);
    await nestCmd(folder, ['db', 'init']);
    const { code, stdout, stderr } = await nestCmd(folder, ['db', 'current']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
