import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  ConfigureMigrations,
  ListenToMigrations,
  type MigrateConfig,
  MigrateModule,
  MigrationService,
  provideConfigureHook,
} from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { tableNames } from '../support/application.js';
import { useScene } from '../support/scene.js';

const closed = (): DataSource => new DataSource({ type: 'better-sqlite3', database: ':memory:' });

/** Values that no option takes. */
const WRONG: readonly unknown[] = [null, 5n, Symbol('x'), Number.NaN];
const kinds: readonly (readonly [options: readonly string[], wrong: readonly unknown[]])[] = [
  [
    [
      'upgradeOnBootstrap',
      'transactionPerMigration',
      'twoPhase',
      'recursiveVersionLocations',
      'compareConstraintNames',
    ],
    ['anything', '', 'yes', 'TRUE', 0, 1, [], {}, () => true],
  ],
  [
    ['compareType', 'compareServerDefault'],
    ['yes', 1, [], {}],
  ],
  [
    ['lockTimeout', 'statementTimeout', 'revisionTimeout', 'runnerTimeout', 'connectTimeout', 'waitForDatabase'],
    ['soon', '', '-1', -1, Infinity, true, [], {}],
  ],
  [['lockAttempts'], ['soon', '', '0', 0, -1, 1.5, Infinity, true, [], {}]],
  [
    ['versionTable', 'versionTableSchema', 'directory'],
    ['', 'a\0b', 5, true, [], {}, () => 'x'],
  ],
  [
    ['includeSchemas', 'versionLocations', 'renames'],
    ['sales', [5], [null], {}, true],
  ],
  [
    ['includeName', 'includeObject', 'processRevisionDirectives', 'renderItem', 'onRunStart', 'onRunEnd'],
    ['no', true, {}],
  ],
  [
    ['onRevisionStart', 'onRevisionEnd', 'onVersionApply'],
    ['no', true, {}],
  ],
  [['xArgs'], ['a=b', ['a'], 5, { a: 5 }, { a: null }, { a: ['b'] }]],
  [['equalDefaults'], ['now()', {}, true, ['now()'], [['now()']], [['a', 5]], [['', 'b']]]],
  [['timezone'], ['Mars/Olympus', 5, {}]],
  [['fileTemplate'], ['', 5, 'a\0b', {}]],
  [['truncateSlugLength'], ['many', 0, 1.5, -1, true]],
  [
    ['postWriteHooks'],
    ['prettier', {}, [{ name: 'x' }], [{ name: 'x', command: 'a\0b' }], [{ name: 'x', command: 'y', args: ['\0'] }]],
  ],
];
const cases = kinds.flatMap(([options, wrong]) =>
  options.flatMap((option) => [...WRONG, ...wrong].map((value) => [option, value] as const)),
);

/** The service of an application whose options are these. */
async function start(
  options: object,
  providers: ReturnType<typeof provideConfigureHook>[] = [],
): Promise<MigrationService> {
  const module = await Test.createTestingModule({
    imports: [MigrateModule.forRoot({ dataSources: [{ dataSource: closed() }], ...options })],
    providers,
  }).compile();
  return module.get(MigrationService);
}

describe('an option of the wrong kind', () => {
  it.each(cases.filter(([option, value]) => option !== 'timezone' || value !== null))(
    'is an error that names it: %s %p',
    async (option, value) => {
      await expect(start({ [option]: value })).rejects.toMatchObject({
        code: 'MIGRATE_OPTIONS',
        message: expect.stringContaining(`"${option}" must be `) as string,
      });
    },
  );

  it.each(
    cases.filter(
      ([option, value]) => !/upgradeOnBootstrap|timezone/.test(option) || (option === 'timezone' && value !== null),
    ),
  )('is that error where a configure hook sets it: %s %p', async (option, value) => {
    const hook = provideConfigureHook((config) => void Object.assign(config, { [option]: value }));
    await expect((await start({}, [hook])).heads()).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: expect.stringContaining(`"${option}" must be `) as string,
    });
  });

  it.each(['versionTable', 'directory', 'transactionPerMigration', 'upgradeOnBootstrap'])(
    'is that error in an entry of a data source: %s',
    async (option) => {
      const dataSources = [{ dataSource: closed(), [option]: null }];
      await expect(start({ dataSources })).rejects.toMatchObject({
        code: 'MIGRATE_OPTIONS',
        message: expect.stringContaining(`"${option}"`) as string,
      });
    },
  );

  it.each(['directory', 'versionTable', 'lockTimeout', 'xArgs', 'includeSchemas', 'transactionPerMigration'])(
    'is that error where a configure hook takes it away: %s',
    async (option) => {
      for (const change of [
        (config: MigrateConfig) => void Object.assign(config, { [option]: undefined }),
        (config: MigrateConfig) => void Reflect.deleteProperty(config, option),
      ]) {
        await expect((await start({}, [provideConfigureHook(change)])).heads()).rejects.toMatchObject({
          code: 'MIGRATE_OPTIONS',
          message: expect.stringContaining(`The migration option "${option}" must be`) as string,
        });
      }
    },
  );

  it('counts as not given where it is undefined', async () => {
    const options = [...new Set(cases.map(([option]) => option))].map((option) => [option, undefined] as const);
    await expect(start(Object.fromEntries(options))).resolves.toBeInstanceOf(MigrationService);
  });

  it('is an error where a configure hook answers with something that cannot be read', async () => {
    const answers = [
      null,
      5,
      [],
      {
        get dataSource(): string {
          throw new Error('sealed');
        },
      },
    ];
    for (const answer of answers) {
      const migrations = await start({}, [provideConfigureHook(() => answer as never)]);
      await expect(migrations.heads()).rejects.toMatchObject({ code: 'CONFIGURE_HOOK' });
    }
  });
});

describe('an option that does not exist', () => {
  const refused = (name: string, hint: string): object => ({
    code: 'MIGRATE_OPTIONS',
    message: expect.stringContaining(`has no option "${name}"`) as string,
    hint: expect.stringContaining(hint) as string,
  });
  const misspelt: [string, string][] = [
    ['lockTimeOut', 'Did you mean "lockTimeout"?'],
    ['lock_timeout', 'Did you mean "lockTimeout"?'],
    ['version_table', 'Did you mean "versionTable"?'],
    ['transactionPerMigrations', 'Did you mean "transactionPerMigration"?'],
    ['migrationsTableName', 'versionTable, '],
    ['__proto', 'directory, '],
  ];

  it.each(misspelt)('of forRoot is an error that names it: %s', async (name, hint) => {
    await expect(start({ [name]: 'x' })).rejects.toMatchObject(refused(name, hint));
  });

  it.each(misspelt)('of a data source is an error that names it: %s', async (name, hint) => {
    const options = { dataSources: [{ dataSource: closed(), [name]: 'x' }] };
    const hintOfEntry = name.startsWith('transaction') ? 'transactionPerMigration' : hint;
    await expect(start(options)).rejects.toMatchObject(refused(name, hintOfEntry));
  });

  it('of all data sources alone is an error in an entry', async () => {
    const dataSources = [{ dataSource: closed(), twoPhase: true }];
    await expect(start({ dataSources })).rejects.toMatchObject(refused('twoPhase', 'Its options are '));
  });

  it.each(misspelt)('that a configure hook sets is an error that names it: %s', async (name, hint) => {
    const hook = provideConfigureHook((config) => void Object.assign(config, { [name]: 'x' }));
    await expect((await start({}, [hook])).heads()).rejects.toMatchObject(refused(name, hint));
  });

  it.each(misspelt)('that a factory of options gives is an error that names it: %s', async (name, hint) => {
    const dataSources = [{ dataSource: closed() }];
    const imports = [MigrateModule.forRootAsync({ dataSources, useFactory: () => ({ [name]: 'x' }) as object })];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toMatchObject(refused(name, hint));
  });

  it.each(['useFactroy', 'directory'])('of forRootAsync is an error that names it: %s', (name) => {
    const argument = { useFactory: () => ({}), [name]: 'x' };
    expect(() => MigrateModule.forRootAsync(argument as never)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`has no option "${name}"`) as string }),
    );
  });

  it('counts as not given where it is undefined', async () => {
    await expect(start({ lockTimeOut: undefined })).resolves.toBeInstanceOf(MigrationService);
  });
});

describe('an argument of the wrong kind', () => {
  const wrong = [null, 5, 'analytics', true, () => ({}), Symbol('x')];

  it.each(wrong)('of forRoot is an error of its own: %p', (value) => {
    expect(() => MigrateModule.forRoot(value as never)).toThrow(expect.objectContaining({ code: 'MIGRATE_OPTIONS' }));
  });

  it.each([...wrong, undefined, []])('of forRootAsync is an error of its own: %p', (value) => {
    expect(() => MigrateModule.forRootAsync(value as never)).toThrow(
      expect.objectContaining({ code: 'MIGRATE_OPTIONS' }),
    );
  });

  it.each<[string, unknown]>([
    ['dataSources', 'analytics'],
    ['dataSources', null],
    ['dataSources', { name: 'analytics' }],
    ['dataSources', [null]],
    ['dataSources', [5]],
    ['dataSources', ['']],
    ['name', [{ name: null }]],
    ['name', [{ name: '' }]],
    ['name', [{ name: Symbol('x') }]],
    ['dataSource', [{ dataSource: null }]],
    ['dataSource', [{ dataSource: 'sqlite' }]],
    ['inject', [{ dataSource: { inject: 'TOKEN' } }]],
    ['useFactory', [{ dataSource: { inject: ['TOKEN'], useFactory: 'make' } }]],
    ['upgradeOnBootstrap', [{ upgradeOnBootstrap: 'anything' }]],
    ['command', null],
    ['command', 5],
    ['command', ''],
    ['command', '--json'],
    ['command', 'two words'],
  ])('of both names what is wrong: %s %p', (name, value) => {
    const options = name === 'command' ? { command: value } : { dataSources: value };
    const refused = expect.objectContaining({ code: 'MIGRATE_OPTIONS' }) as Error;
    expect(() => MigrateModule.forRoot(options as never)).toThrow(refused);
    expect(() => MigrateModule.forRootAsync({ ...options, useFactory: () => ({}) } as never)).toThrow(refused);
  });

  it.each<[object]>([
    [{ useFactory: null }],
    [{ useFactory: {} }],
    [{ useFactory: () => ({}), inject: 'TOKEN' }],
    [{ useFactory: () => ({}), imports: {} }],
    [{ useClass: 'Options' }],
    [{ useClass: null }],
    [{ useExisting: 5 }],
    [{ useExisting: '' }],
  ])('of forRootAsync names what is wrong: %p', (options) => {
    expect(() => MigrateModule.forRootAsync(options as never)).toThrow(
      expect.objectContaining({
        code: 'MIGRATE_OPTIONS',
        message: expect.stringContaining(Object.keys(options).at(-1) ?? '') as string,
      }),
    );
  });

  class NoFactory {}

  it.each<[string, object]>([
    ['undefined', { useFactory: () => undefined }],
    ['null', { useFactory: () => null }],
    ['"db"', { useFactory: () => Promise.resolve('db') }],
    ['a list', { useFactory: () => [] }],
    ['NoFactory', { useClass: NoFactory }],
    ['"lockTimeout"', { useFactory: () => ({ lockTimeout: null }) }],
  ])('is named where a factory of options gives it: %s', async (named, options) => {
    const imports = [MigrateModule.forRootAsync({ dataSources: [{ dataSource: closed() }], ...options } as never)];
    await expect(Test.createTestingModule({ imports }).compile()).rejects.toMatchObject({
      code: 'MIGRATE_OPTIONS',
      message: expect.stringContaining(named) as string,
    });
  });

  it.each([null, 'analytics', { dataSource: 5 }, { dataSource: '' }, { order: 'first' }, { order: Number.NaN }])(
    'of what marks a hook or a listener is an error of its own: %p',
    (options) => {
      const refused = expect.objectContaining({ code: 'MIGRATE_OPTIONS' }) as Error;
      expect(() => ConfigureMigrations(options as never)).toThrow(refused);
      expect(() => ListenToMigrations(options as never)).toThrow(refused);
      expect(() => provideConfigureHook(() => undefined, options as never)).toThrow(refused);
    },
  );

  it.each([null, undefined, 'hook', {}, { useFactory: 5 }])('is no configure hook: %p', (hook) => {
    expect(() => provideConfigureHook(hook as never)).toThrow(expect.objectContaining({ code: 'MIGRATE_OPTIONS' }));
  });

  it('is an error where nothing is given to with()', async () => {
    const migrations = await start({});
    expect(() => migrations.with(undefined as never)).toThrow(expect.objectContaining({ code: 'MIGRATE_OPTIONS' }));
    for (const directory of ['', 'a\0b']) {
      expect(() => migrations.with({ directory })).toThrow(expect.objectContaining({ code: 'MIGRATE_OPTIONS' }));
    }
  });
});

describe('an option that is text, as values of the environment are', () => {
  const scene = useScene(createSqliteDatabase);

  function writeRevisions(): void {
    mkdirSync(join(scene.directory, 'versions'), { recursive: true });
    const write = (id: string, down: string, body: string): void =>
      writeFileSync(
        join(scene.directory, 'versions', `${id}.ts`),
        `export const revision = '${id}';\nexport const downRevision = ${down};\n` +
          `export async function upgrade(op) { ${body} }\nexport async function downgrade() {}\n`,
      );
    write('a1', 'null', `await op.execute('CREATE TABLE shelf (id integer)');`);
    write('b2', `'a1'`, `throw new Error('broken');`);
  }

  it.each(['false', false])('does not upgrade at the start with %p', async (upgradeOnBootstrap) => {
    writeRevisions();
    const migrate = { upgradeOnBootstrap: upgradeOnBootstrap as boolean };
    await scene.inApplication(async (_, dataSource) => expect(await tableNames(dataSource)).toEqual([]), { migrate });
  });

  it("upgrades at the start with 'true'", async () => {
    writeRevisions();
    const migrate = { upgradeOnBootstrap: 'true' as unknown as boolean };
    await expect(scene.inApplication(async () => undefined, { migrate })).rejects.toThrow('broken');
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('keeps what ran before a failure with transactionPerMigration %p: %p', async (text, isKept) => {
    writeRevisions();
    const migrate = { transactionPerMigration: text as unknown as boolean };
    await scene.inApplication(
      async (migrations, dataSource) => {
        await expect(migrations.upgrade()).rejects.toThrow('broken');
        expect((await tableNames(dataSource)).includes('shelf')).toBe(isKept);
      },
      { migrate },
    );
  });

  it('is seen by configure hooks as what it means', async () => {
    const seen: unknown[] = [];
    const hook = provideConfigureHook(
      ({ twoPhase, compareType, lockTimeout, truncateSlugLength }) =>
        void seen.push(twoPhase, compareType, lockTimeout, truncateSlugLength),
    );
    const options = { twoPhase: 'false', compareType: 'true', lockTimeout: '2000', truncateSlugLength: '12' };
    await (await start({ ...options, directory: scene.directory }, [hook])).init();
    expect(seen).toEqual([false, true, 2_000, 12]);
  });

  it('may come from a configure hook', async () => {
    writeRevisions();
    const hook = provideConfigureHook((config) => void Object.assign(config, { transactionPerMigration: 'false' }));
    await scene.inApplication(
      async (migrations, dataSource) => {
        await expect(migrations.upgrade()).rejects.toThrow('broken');
        expect(await tableNames(dataSource)).not.toContain('shelf');
      },
      { providers: [hook] },
    );
  });
});
