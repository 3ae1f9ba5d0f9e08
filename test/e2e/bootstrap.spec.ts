import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Injectable, Logger, Module, type ModuleMetadata, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import ts from 'typescript';
import { DataSource } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { MigrateModule, type MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { tableNames, temporaryDirectory } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
import { build, CliWorkspace, runNode } from './cli.workspace.js';

/** Writes a repository with one revision. */
function writeRepository(directory: string, upgrade: string, id = 'a1'): void {
  mkdirSync(join(directory, 'versions'), { recursive: true });
  const lines = [
    `import type { Operations } from 'nestjs-migrate';`,
    `export const revision = '${id}';`,
    'export const downRevision = null;',
    'export const branchLabels = null;',
    'export const dependsOn = null;',
    `export async function upgrade(op: Operations) { ${upgrade} }`,
    'export async function downgrade() {}',
  ];
  writeFileSync(join(directory, 'versions', `${id}.ts`), lines.join('\n'));
}

describe.each(databases)('upgradeOnBootstrap on %s', (name, make) => {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;
  let logged: string[];

  beforeEach(async () => {
    database = await make();
    repository = temporaryDirectory();
    logged = [];
    const note = (message: unknown): void => void logged.push(String(message));
    Logger.overrideLogger({ log: note, warn: note, error: note, fatal: note });
  });

  afterEach(async () => {
    Logger.overrideLogger(false);
    await database.drop();
    repository.remove();
  });

  /** A module whose provider queries a table when it is initialised: global, so that nothing but infinity comes before. */
  function shelfModule(found: unknown[]): new () => object {
    @Injectable()
    class Shelf implements OnModuleInit {
      constructor(private readonly dataSource: DataSource) {}
      async onModuleInit(): Promise<void> {
        found.push(...((await this.dataSource.query('SELECT n FROM shelf')) as unknown[]));
      }
    }
    Reflect.defineMetadata('design:paramtypes', [DataSource], Shelf);
    @Global()
    @Module({ providers: [Shelf] })
    class ShelfModule {}
    return ShelfModule;
  }

  /** Starts an application as `NestFactory` does, and lets `work` use it. */
  async function start<T>(
    imports: NonNullable<ModuleMetadata['imports']>,
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T> | T,
  ): Promise<T> {
    const options = { ...database.options, retryAttempts: 3, autoLoadEntities: true } as TypeOrmModuleOptions;
    @Module({ imports: [...imports, TypeOrmModule.forRoot(options)] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
    try {
      return await work(app.get(MigrationService), app.get(DataSource));
    } finally {
      await app.close();
    }
  }

  const options = (more: Partial<MigrateModuleOptions> = {}): MigrateModuleOptions => ({
    directory: repository.directory,
    upgradeOnBootstrap: true,
    ...more,
  });

  const makeShelf = `await op.execute('CREATE TABLE shelf (n integer)'); await op.execute('INSERT INTO shelf VALUES (1)');`;

  it('upgrades before any onModuleInit, those of global modules too, and says what it did', async () => {
    writeRepository(repository.directory, makeShelf);
    const found: unknown[] = [];
    await start([shelfModule(found), MigrateModule.forRoot(options())], async (migrations) => {
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
    });
    expect(found).toEqual([{ n: 1 }]);
    expect(logged).toContainEqual(expect.stringMatching(/^Upgraded data source "default" to a1 in \d+ ms: a1$/));

    await start([shelfModule(found), MigrateModule.forRoot(options())], () => undefined);
    expect(logged.at(-1)).not.toContain('Upgraded');
    expect(logged).toContain('Data source "default" is up to date');
  });

  it('works with options from a factory, with providers that a revision asks for, and does nothing unasked', async () => {
    writeRepository(
      repository.directory,
      `const counter = await op.get('COUNTER'); await op.execute('CREATE TABLE shelf (n integer)');
       await op.execute('INSERT INTO shelf VALUES (' + counter.next() + ')');`,
    );
    @Injectable()
    class Counter {
      private readonly start = 6;
      next(): number {
        return this.start + 1;
      }
    }
    @Global()
    @Module({ providers: [{ provide: 'COUNTER', useClass: Counter }], exports: ['COUNTER'] })
    class CounterModule {}
    const from = (settings: MigrateModuleOptions) =>
      MigrateModule.forRootAsync({ useFactory: async () => settings, imports: [CounterModule] });
    const unasked = [
      from(options({ upgradeOnBootstrap: false })),
      MigrateModule.forRoot({ directory: repository.directory }),
    ];
    for (const module of unasked) {
      await start([module, CounterModule], async (migrations) => {
        expect(await migrations.status()).toMatchObject([{ state: 'behind' }]);
      });
    }
    const found: unknown[] = [];
    await start([CounterModule, shelfModule(found), from(options())], () => undefined);
    expect(found).toEqual([{ n: 7 }]);
  });

  it('fails the start once, with the error of the migration', async () => {
    writeRepository(
      repository.directory,
      `await op.execute('CREATE TABLE shelf (n integer)'); throw new Error('no wood');`,
    );
    const found: unknown[] = [];
    const starting = start([shelfModule(found), MigrateModule.forRoot(options())], () => undefined);
    await expect(starting).rejects.toMatchObject({
      name: 'MigrationFailedError',
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/upgrade of a1 failed[\s\S]*no wood/),
    });
    const dataSource = await new DataSource(database.options).initialize();
    expect(await dataSource.query('SELECT revision, error FROM migrate_version_history')).toEqual([
      { revision: 'a1', error: 'no wood' },
    ]);
    expect(await tableNames(dataSource)).toEqual(['migrate_version_history']);
    await dataSource.destroy();
  });

  it('fails the start when another run holds the database for longer than runnerTimeout', async () => {
    writeRepository(repository.directory, makeShelf);
    const dataSource = await new DataSource(database.options).initialize();
    const session = await dialectOf(dataSource).openSession(dataSource, {
      lockTimeout: 1_000,
      statementTimeout: 0,
      runnerTimeout: 1_000,
      versionTable: { name: 'migrate_version' },
    });
    await session.lock();
    await session.begin();
    const starting = start([MigrateModule.forRoot(options({ runnerTimeout: 300 }))], () => undefined);
    await expect(starting).rejects.toMatchObject({ code: 'RUNNER_BUSY' });
    await session.close();
    await dataSource.destroy();
    // SQLite does not tell who writes.
    expect(logged).toContainEqual(
      expect.stringMatching(
        name === 'postgres'
          ? /^Data source "default": Another process is running migrations on this database; waiting for it to finish \(0\.3 s at most\): pid \d+, /
          : /^Data source "default": Another connection is writing to this database, a migration run or something else; waiting for it to finish \(0\.3 s at most\): file \//,
      ),
    );
  });

  it('starts on a database that newer code has upgraded, and says so; not on one with unknown rows', async () => {
    writeRepository(repository.directory, makeShelf);
    await start([MigrateModule.forRoot(options())], async (_, dataSource) => {
      await dataSource.query(`UPDATE migrate_version SET version_num = 'b2'`);
    });
    await expect(start([MigrateModule.forRoot(options())], () => undefined)).rejects.toMatchObject({
      code: 'REVISION_NOT_FOUND',
      source: 'version-table',
    });
    const dataSource = await new DataSource(database.options).initialize();
    const columns = 'revision, direction, started_at, finished_at, statements_done';
    const values = `'b2', 'upgrade', '2026-01-01', '2026-01-01', 0`;
    await dataSource.query(`INSERT INTO migrate_version_history (${columns}) VALUES (${values})`);
    await dataSource.destroy();
    await start([MigrateModule.forRoot(options())], () => undefined);
    expect(logged).toContain('Data source "default" was upgraded by newer code, to b2: left as it is');
  });
});

describe('upgradeOnBootstrap with several data sources', () => {
  it('runs those that ask for it, in repositories shared and of their own, and leaves closed ones closed', async () => {
    const made = await Promise.all([createPostgresDatabase(), createSqliteDatabase(), createSqliteDatabase()]);
    const [first, second, third] = made;
    const [shared, own] = [temporaryDirectory(), temporaryDirectory()];
    writeRepository(shared.directory, '');
    writeRepository(own.directory, `await op.execute('CREATE TABLE visit (n integer)');`, 'v1');
    const closed = new DataSource(third.options);
    @Module({
      imports: [
        TypeOrmModule.forRoot(first.options as TypeOrmModuleOptions),
        TypeOrmModule.forRoot({ ...second.options, name: 'second' } as TypeOrmModuleOptions),
        MigrateModule.forRoot({
          directory: shared.directory,
          upgradeOnBootstrap: true,
          dataSources: [
            'default',
            { name: 'second', upgradeOnBootstrap: false },
            { name: 'visits', dataSource: closed, directory: own.directory },
          ],
        }),
      ],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false, logger: false });
    expect(closed.isInitialized).toBe(false);
    expect((await app.get(MigrationService).status()).map(({ dataSource, state }) => [dataSource, state])).toEqual([
      ['default', 'current'],
      ['second', 'behind'],
    ]);
    await closed.initialize();
    expect(await closed.query('SELECT * FROM visit')).toEqual([]);
    await closed.destroy();
    await app.close();
    for (const { drop } of made) await drop();
    for (const { remove } of [shared, own]) remove();
  });
});

describe('replicas that start at once, as processes of their own', () => {
  let workspace: CliWorkspace;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });

  afterAll(() => workspace.remove());

  it.each(databases)('on %s: one upgrades, all start', async (dialect, make) => {
    const app = workspace.add('commonjs', `replicas on ${dialect}`);
    build(app, ts.ModuleKind.CommonJS);
    const id = `{ name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }`;
    const name = `{ name: 'name', type: 'varchar' }`;
    writeRepository(
      join(app, 'migrations'),
      `await op.createTable({ name: 'user', columns: [${id}, ${name}] });
       await op.execute(\`INSERT INTO "user" ("name") VALUES ('Ada')\`);
       await new Promise((resolve) => setTimeout(resolve, 500));`,
    );
    const database = await make();
    const where = dialect === 'postgres' ? 'DATABASE_URL' : 'DATABASE_FILE';
    const env = { [where]: database.url, REDIS_PORT: 'none', UPGRADE_ON_BOOTSTRAP: 'yes', NO_COLOR: '1' };
    const replicas = await Promise.all([1, 2, 3].map(() => runNode(app, [join(app, 'dist/replica.js')], env)));
    const said = replicas.map(({ stdout }) => stdout);
    expect(said).toEqual(Array(3).fill(expect.stringMatching(/^started Hello you, you are one of 2$/m)));
    expect(said.filter((output) => output.includes('Upgraded data source "default" to a1'))).toHaveLength(1);
    expect(said.filter((output) => output.includes('Data source "default" is up to date'))).toHaveLength(2);

    writeRepository(join(app, 'migrations'), `throw new Error('no room');`, 'a2');
    const file = join(app, 'migrations/versions/a2.ts');
    writeFileSync(file, ts.sys.readFile(file)!.replace('downRevision = null', `downRevision = 'a1'`));
    const failed = await runNode(app, [join(app, 'dist/replica.js')], env);
    expect(failed.code).toBe(1);
    const [, error = ''] = /^failed (.*)$/m.exec(failed.stdout) ?? [];
    expect(JSON.parse(error)).toMatchObject({ code: 'MIGRATION_FAILED', message: expect.stringContaining('no room') });
    await database.drop();
  });
});
