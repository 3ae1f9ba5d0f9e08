import { DataSource } from 'typeorm';
import type { MigrateOptions } from '../../src/index.js';
import { type Column, type Entity, table } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';

const whatever = {
  checks: [{ name: 'CHK', expression: `"c" <> '7'` }],
  indices: [{ name: 'IDX', columns: ['id'], where: `"c" = '5'` }],
};

const entity = (c: Column): Entity => table('t', { c, d: { type: 'int', nullable: true } }, whatever);

const kinds: readonly (readonly [string, Column, Column])[] = [
  ['text to varchar', { type: 'text' }, { type: 'varchar' }],
  ['number to text', { type: 'int' }, { type: 'varchar' }],
  ['text to number', { type: 'varchar' }, { type: 'int' }],
  ['longer text', { type: 'varchar', length: 10 }, { type: 'varchar', length: 20 }],
];

const onPostgres: readonly (readonly [string, Column, Column])[] = [
  ['number with a default to text', { type: 'int', default: 5 }, { type: 'varchar', default: '5' }],
  ['enum to text', { type: 'enum', enum: ['5', '7'] }, { type: 'varchar' }],
  ['text to enum', { type: 'varchar' }, { type: 'enum', enum: ['5', '7'] }],
  [
    'enum to another',
    { type: 'enum', enum: ['5', '7'], enumName: 'one' },
    { type: 'enum', enum: ['5', '7'], enumName: 'two' },
  ],
];

const options: readonly MigrateOptions[] = [
  { compareType: false },
  { compareType: ({ wanted }) => (wanted.name === 'c' ? false : undefined) },
];

describe.each([
  ['postgres', createPostgresDatabase, [...kinds, ...onPostgres]],
  ['sqlite', createSqliteDatabase, kinds],
] as const)('a type that compareType leaves alone, on %s', (_dialect, create, cases) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  it.each(cases.flatMap((each) => options.map((option) => [...each, option] as const)))(
    'makes no difference of its default, check or index either: %s',
    async (_what, before, after, option) => {
      const dataSource = new DataSource({ ...database.options, entities: [entity(before)] } as never);
      await (await dataSource.initialize()).synchronize();
      await dataSource.destroy();
      await Workbench.on(
        database,
        (bench) =>
          bench.stage([entity(after)], async ({ migrations }) => {
            await migrations.init();
            expect(await migrations.migrate({ message: 'nothing' })).toEqual([]);
            expect(await migrations.check()).toEqual([]);
          }),
        option,
      );
    },
  );
});
