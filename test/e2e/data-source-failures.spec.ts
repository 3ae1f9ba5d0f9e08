import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliWorkspace, type CommandRun, nestCmd } from './cli.workspace.js';

/** What every application here begins with; its root module imports `database` and MigrateModule. */
const head = `
const { Global, Inject, Injectable, Module } = require('@nestjs/common');
const { ConfigModule, ConfigService } = require('@nestjs/config');
const { TypeOrmModule } = require('@nestjs/typeorm');
const { DataSource, EntitySchema } = require('typeorm');
const { MigrateModule } = require('nestjs-migrate');
const sqlite = { type: 'better-sqlite3', database: 'app.sqlite' };
const thing = new EntitySchema({ name: 'thing', columns: { id: { type: 'integer', primary: true } } });
`;

describe('a data source that the application cannot make', () => {
  let workspace: CliWorkspace;
  let made = 0;

  beforeAll(() => {
    workspace = new CliWorkspace();
  });
  afterAll(() => workspace.remove());

  /** An application whose data source comes from `database`, an import of its root module. */
  function application(database: string, files: Readonly<Record<string, string>> = {}): string {
    const folder = join(workspace.root, `app-${(made += 1)}`);
    const source = `${head}
class AppModule {}
exports.AppModule = { module: AppModule, imports: [${database}, MigrateModule.forRoot()] };`;
    const manifest = JSON.stringify({ name: 'app', private: true, 'nest-cmd': { app: 'app.js#AppModule' } });
    for (const [name, text] of Object.entries({ 'app.js': source, 'package.json': manifest, ...files })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  }

  const fails = async (folder: string, ...args: string[]): Promise<CommandRun> => {
    const run = await nestCmd(folder, ['db', ...(args.length === 0 ? ['current'] : args)]);
    expect(run).toMatchObject({ code: 1, stdout: '' });
    expect(run.stderr).not.toContain('There is no data source');
    return run;
  };

  const forRootAsync = (factory: string): string => `TypeOrmModule.forRootAsync({ ${factory} })`;
  const withFactory = (body: string): string =>
    forRootAsync(`useFactory: () => sqlite,
      dataSourceFactory: async (options) => { ${body} }`);

  it.each<[string, string, RegExp]>([
    [
      'a variable is missing',
      forRootAsync(`imports: [ConfigModule.forRoot()], inject: [ConfigService],
        useFactory: (config) => ({ type: 'postgres', url: config.getOrThrow('MISSING_URL') })`),
      /^Error: Cannot make data source "default": app\.js:\d+: TypeError: Configuration key "MISSING_URL" does not exist/,
    ],
    [
      'the factory throws',
      forRootAsync(`useFactory: () => { throw new Error('no tenant is chosen'); }`),
      /^Error: Cannot make data source "default": app\.js:\d+: no tenant is chosen\n/,
    ],
    [
      'the factory makes a mistake, later',
      forRootAsync(`useFactory: async () => { await null; return undefined.url; }`),
      /app\.js:\d+: TypeError: Cannot read properties of undefined \(reading 'url'\)/,
    ],
    [
      'the factory throws a text',
      forRootAsync(`useFactory: async () => { throw 'secrets are sealed'; }`),
      /: secrets are sealed\n/,
    ],
    [
      'the factory throws undefined',
      forRootAsync(`useFactory: async () => { throw undefined; }`),
      /: undefined was thrown\n/,
    ],
    [
      'the factory throws an object',
      forRootAsync(`useFactory: () => Promise.reject({ status: 503 })`),
      /: \{ status: 503 \} was thrown/,
    ],
    [
      'several attempts of the factory fail',
      forRootAsync(
        `useFactory: () => Promise.any([Promise.reject(new Error('vault a')), Promise.reject(new Error('vault b'))])`,
      ),
      /: All promises were rejected: vault a; vault b/,
    ],
    [
      'the factory wraps an error',
      forRootAsync(`useFactory: async () => {
        const refused = new Error('connect ECONNREFUSED 10.0.0.1:8200');
        throw new Error('settings', { cause: new Error('vault', { cause: refused }) });
      }`),
      /app\.js:\d+: settings \(first cause: connect ECONNREFUSED 10\.0\.0\.1:8200\)/,
    ],
    ['the factory returns nothing', forRootAsync('useFactory: () => undefined'), /its options have no `type`/],
    [
      'a class that makes the options throws',
      `(() => {
        class Options { createTypeOrmOptions() { throw new Error('no region'); } }
        return TypeOrmModule.forRootAsync({ useClass: Options });
      })()`,
      /app\.js:\d+: no region/,
    ],
    [
      'the constructor of an existing provider that makes the options throws',
      `(() => {
        class Options { constructor() { throw new Error('no region'); } }
        const settings = { module: class SettingsModule {}, providers: [Options], exports: [Options] };
        return TypeOrmModule.forRootAsync({ imports: [settings], useExisting: Options });
      })()`,
      /app\.js:\d+: no region/,
    ],
    [
      'the factory injects what no module provides',
      forRootAsync(`inject: ['SECRETS'], useFactory: () => sqlite`),
      /: Nest can't resolve dependencies of the TypeOrmModuleOptions \(\?\)\..*"?SECRETS"? at index \[0\].*\n.*imports/,
    ],
    [
      'what the factory injects fails',
      `(() => {
        const secrets = { provide: 'SECRETS', useFactory: async () => { throw new Error('token has expired'); } };
        const vault = { module: class VaultModule {}, providers: [secrets], exports: ['SECRETS'] };
        return TypeOrmModule.forRootAsync({ imports: [vault], inject: ['SECRETS'], useFactory: () => sqlite });
      })()`,
      /app\.js:\d+: token has expired/,
    ],
    [
      'the type has a wrong name',
      `TypeOrmModule.forRoot({ type: 'postgresql' })`,
      /`type: 'postgresql'`\.\n.*`type: 'postgres'`/,
    ],
    [
      'the type is none',
      forRootAsync(`useFactory: () => ({ type: 'dbase' })`),
      /`type: 'dbase'`\.\n.*'postgres', 'mysql', 'mariadb' or 'better-sqlite3'/,
    ],
    [
      'the type is the name of a driver of MySQL',
      `TypeOrmModule.forRoot({ type: 'mysql2' })`,
      /`type: 'mysql2'`\.\n.*`type: 'mysql'`/,
    ],
    [
      'the type is MariaDB with capitals',
      `TypeOrmModule.forRoot({ type: 'MariaDB' })`,
      /`type: 'MariaDB'`\.\n.*`type: 'mariadb'`/,
    ],
    ['the factory of the data source throws', withFactory(`throw new Error('no pool');`), /app\.js:\d+: no pool\n/],
    [
      'the factory of the data source queries',
      withFactory(`const source = await new DataSource(options).initialize();
        await source.query('SELECT 1');
        return source;`),
      /app\.js:\d+: this queries the database, and nothing is connected while nest-cmd makes the data sources\.\n.*isInitialized/,
    ],
    [
      'the factory of the data source migrates by itself',
      withFactory(`const source = await new DataSource(options).initialize();
        await source.runMigrations();
        return source;`),
      /app\.js:\d+: Cannot execute operation.*: nothing is connected while nest-cmd makes the data sources\.\n/,
    ],
    [
      'the factory of the data source reads a table',
      withFactory(`const source = await new DataSource({ ...options, entities: [thing] }).initialize();
        await source.getRepository(thing).find();
        return source;`),
      /app\.js:\d+: No metadata for "thing" was found: nothing is connected while nest-cmd makes the data sources\.\n/,
    ],
    [
      'the factory of the data source asks whether it is connected',
      withFactory(`const source = await new DataSource(options).initialize();
        if (!source.isInitialized) throw new Error('no connection');
        return source;`),
      /app\.js:\d+: no connection\n.*initialize\(\) did nothing before this error/,
    ],
    [
      'the factory of the data source forgets to return it',
      withFactory('await new DataSource(options).initialize();'),
      /^Error: Cannot make data source "default": its dataSourceFactory returns undefined, and no DataSource\.\nReturn one: /,
    ],
    ['the factory of the data source returns null', withFactory('return null;'), /returns null, and no DataSource/],
    [
      'the factory of the data source returns the options',
      withFactory('return { ...options };'),
      /returns a value of type Object, and no DataSource/,
    ],
    [
      'the factory of the data source returns the class',
      withFactory('return DataSource;'),
      /returns a value of type function, and no DataSource/,
    ],
    [
      'the factory of the data source returns another value, and the entities load themselves',
      forRootAsync(`useFactory: () => ({ ...sqlite, autoLoadEntities: true, manualInitialization: true }),
        dataSourceFactory: async () => 'app.sqlite'`),
      /returns a value of type string, and no DataSource/,
    ],
  ])('says why when %s', async (_, database, message) => {
    const { stderr } = await fails(application(database));
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });

  const unsupported = ['mssql', 'mongodb', 'aurora-mysql', 'oracle', 'cockroachdb', 'sap', 'spanner'];

  it.each([...unsupported, 'aurora-postgres', 'expo'])(
    'refuses a database of type %s by its name, installed or not',
    async (type) => {
      const { stderr } = await fails(application(`TypeOrmModule.forRoot({ type: '${type}', database: 'shop' })`));
      // TypeORM's driver of Spanner prints an error of its own before that.
      expect(stderr).toContain(
        `Error: The data source uses the driver "${type}", which has no migrations support.\n` +
          'Supported drivers: postgres, better-sqlite3, sqlite, sqljs, mysql, mariadb.\n',
      );
      expect(stderr).not.toContain('npm install');
    },
  );

  it.each([
    ['where a file makes it while it is loaded', `(new DataSource({ type: 'oracle' }), TypeOrmModule.forRoot(sqlite))`],
    ['where a factory makes it', withFactory(`return new DataSource({ type: 'oracle' });`)],
    [
      'where code gives the error as a cause',
      withFactory(`try { return new DataSource({ type: 'oracle' }); }
        catch (cause) { throw new Error('no database', { cause }); }`),
    ],
  ])('refuses the driver of an unsupported database by its name %s', async (_, database) => {
    const { stderr } = await fails(application(database));
    expect(stderr).toMatch(/^Error: The data source uses the driver "oracle", which has no migrations support\.\n/);
    expect(stderr).not.toContain('npm install');
  });

  it.each([
    ['an object', `TypeOrmModule.forRoot({ type: 'postgresql' })`],
    ['a frozen object', `TypeOrmModule.forRoot(Object.freeze({ type: 'postgresql' }))`],
    ['a factory', forRootAsync(`useFactory: () => Object.freeze({ type: 'postgresql' })`)],
  ])('does not try again what cannot get better, where the options come from %s', async (_, database) => {
    const { stderr } = await fails(application(database));
    expect(stderr).not.toContain('Retrying');
  });

  it('lets commands that need only files run', async () => {
    const folder = application(forRootAsync(`useFactory: () => { throw new Error('no url'); }`));
    expect(await nestCmd(folder, ['db', 'init'])).toMatchObject({ code: 0 });
    expect(await nestCmd(folder, ['db', 'revision', '-m', 'by hand', '--rev-id', 'a1'])).toMatchObject({ code: 0 });
    expect(await nestCmd(folder, ['db', 'heads'])).toMatchObject({ code: 0, stdout: 'a1 (head)\n' });
    for (const args of [['upgrade'], ['migrate', '-m', 'x'], ['check'], ['stamp', 'head'], ['history', '-i']]) {
      expect((await fails(folder, ...args)).stderr).toMatch(/app\.js:\d+: no url/);
    }
  });

  it('shows the stacks of the error and its causes with --debug, and a code with --json', async () => {
    const folder = application(
      forRootAsync(`useFactory: async function readSettings() {
        throw new Error('settings', { cause: new AggregateError([new Error('vault a')], 'all failed') });
      }`),
    );
    const { stderr } = await nestCmd(folder, ['db', 'current', '--debug']);
    expect(stderr).toMatch(/at .*readSettings .*app\.js:\d+/);
    expect(stderr).toMatch(/Caused by: .*all failed\n[^]*Error: vault a\n\s+at /);
    const { stdout } = await nestCmd(folder, ['db', 'current', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'DATA_SOURCE_FAILED', dataSource: 'default' } });
  });

  it.each<[string, string]>([
    ['lacks a package', `require('oracledb-native');`],
    ['has a binary that does not load', `require('./oracledb.node');`],
  ])('refuses a database by its name also where its driver is installed and %s', async (_, code) => {
    const folder = application(`TypeOrmModule.forRoot({ type: 'oracle' })`, {
      'node_modules/oracledb/package.json': JSON.stringify({ name: 'oracledb', version: '1.0.0', main: 'index.js' }),
      'node_modules/oracledb/index.js': code,
      'node_modules/oracledb/oracledb.node': 'not a binary',
    });
    const { stderr } = await fails(folder);
    expect(stderr).toMatch(/^Error: The data source uses the driver "oracle", which has no migrations support\.\n/);
    expect(stderr).not.toMatch(/npm (?:install|rebuild)/);
  });

  it('says which of the options asked for a package that is not there', async () => {
    const folder = application(
      forRootAsync(`useFactory: () => ({ type: 'postgres', driver: require('pg').native ?? require('pg-native') })`),
    );
    expect((await fails(folder)).stderr).toMatch(/app\.js: cannot find package pg-native\.\n.*npm install pg-native/);
  });

  it.each<[string, string, RegExp]>([
    [
      'the binary of the driver is not where the options say',
      `TypeOrmModule.forRoot({ ...sqlite, nativeBinding: '/nowhere/better_sqlite3.node' })`,
      /^Error: Cannot initialise data source "default": its driver better-sqlite3 does not load: cannot find .*nowhere/,
    ],
    [
      'the binary of the driver is none',
      `TypeOrmModule.forRoot({ ...sqlite, nativeBinding: require('node:path').resolve('binary.node') })`,
      /^Error: Cannot initialise data source "default": its driver better-sqlite3 does not load: .*\n(.*\n)?npm rebuild better-sqlite3/,
    ],
    [
      'code of the application fails while it connects',
      `TypeOrmModule.forRoot({ ...sqlite, prepareDatabase: () => { throw new Error('no collation'); } })`,
      /^Error: Cannot initialise data source "default": app\.js:\d+: no collation\n/,
    ],
  ])('does not take it for a database that is down when %s', async (_, database, message) => {
    const folder = application(database, { 'binary.node': 'not a binary' });
    await nestCmd(folder, ['db', 'init']);
    const { stderr } = await fails(folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/reach|host, port/);
  });

  it('fails only what needs it, where the application has others', async () => {
    const folder = application('', {
      'app.js': `${head}
class AppModule {}
const analytics = { name: 'analytics', useFactory: () => { throw new Error('no url'); } };
exports.AppModule = { module: AppModule, imports: [
  TypeOrmModule.forRoot({ ...sqlite, entities: [thing] }),
  TypeOrmModule.forRootAsync(analytics),
  MigrateModule.forRoot(['default', { name: 'analytics', directory: 'migrations-analytics' }]),
] };`,
    });
    expect(await nestCmd(folder, ['db', 'init'])).toMatchObject({ code: 0 });
    expect(await nestCmd(folder, ['db', 'current'])).toMatchObject({ code: 0 });
    const { stderr } = await nestCmd(folder, ['db', '--data-source', 'analytics', 'current']);
    expect(stderr).toMatch(/Cannot make data source "analytics": app\.js:\d+: no url/);
  });

  it('lets libraries that wrap a data source at its creation connect it later', async () => {
    const folder = application(
      withFactory(`const source = new DataSource({ ...options, entities: [thing] });
        const { initialize, createQueryRunner } = source;
        source.initialize = () => initialize.call(source);
        source.createQueryRunner = (...args) => createQueryRunner.apply(source, args);
        return source;`),
    );
    for (const args of [['init'], ['migrate', '-m', 'first'], ['upgrade'], ['check']]) {
      expect(await nestCmd(folder, ['db', ...args])).toMatchObject({ code: 0 });
    }
  });
});
