import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { AutogenerateOptions } from '../../src/autogenerate/request.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { compare, upgrade, withDataSource } from './round-trip.js';

const id = { type: 'uuid', primary: true, generated: 'uuid' } as const;
const entity = (columns: Record<string, EntitySchemaColumnOptions>): EntitySchema =>
  new EntitySchema({ name: 't', columns });
const uuids: AutogenerateOptions = { equalDefaults: [['uuid_generate_v4()', 'gen_random_uuid()']] };
const byFunction: AutogenerateOptions = {
  compareServerDefault: ({ actual, wanted }) => {
    const isUuid = (sql?: string): boolean => /\b(?:uuid_generate_v4|gen_random_uuid)\(\)$/.test(sql ?? '');
    return isUuid(actual.default) && isUuid(wanted.default) ? false : undefined;
  },
};

describe('defaults that count as the same on PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it.each<[string, AutogenerateOptions]>([
    ['equalDefaults', uuids],
    ['compareServerDefault', byFunction],
  ])('are no difference by %s, and need no extension', async (_option, options) => {
    await withDataSource(
      database,
      [entity({ id })],
      async (dataSource) => {
        await dataSource.query(
          'CREATE TABLE t (id uuid NOT NULL DEFAULT gen_random_uuid(), CONSTRAINT "PK_e625b9c07ea4e5f7f5bb5f6e3ea" PRIMARY KEY (id))',
        );
        const kinds = async (given: AutogenerateOptions): Promise<string[]> =>
          (await compare(dataSource, { ...given, compareConstraintNames: false })).operations.map(({ kind }) => kind);
        expect(await kinds({})).toEqual(['createExtension', 'alterColumn']);
        expect(await kinds(options)).toEqual([]);
      },
      { installExtensions: false },
    );
  });

  it.each<[string, string, readonly string[], string]>([
    ['text', `'a'`, [`'a'`, `'b'`], 'b'],
    ['timestamp', 'localtimestamp', ['LOCALTIMESTAMP', 'now()'], 'now()'],
    ['uuid', 'extensions.made()', ['made()', 'gen_random_uuid()'], 'gen_random_uuid()'],
  ])(
    'are no difference by a group of equalDefaults: %s, %s in the database, the group %j',
    async (type, actual, group, wanted) => {
      const value = wanted.endsWith(')') ? (): string => wanted : wanted;
      const columns = {
        id: { type: 'int', primary: true },
        a: { type: type as 'text', default: value as string },
      } as const;
      await withDataSource(database, [entity(columns)], async (dataSource) => {
        await dataSource.query(
          `CREATE SCHEMA extensions; CREATE FUNCTION extensions.made() RETURNS uuid LANGUAGE sql AS 'SELECT gen_random_uuid()'`,
        );
        await upgrade(dataSource);
        await dataSource.query(`ALTER TABLE t ALTER a SET DEFAULT ${actual}`);
        expect((await compare(dataSource)).operations).toMatchObject([{ kind: 'alterColumn' }]);
        expect((await compare(dataSource, { equalDefaults: [group] })).operations).toEqual([]);
        const [first = ''] = group;
        expect((await compare(dataSource, { equalDefaults: [[first, 'other()']] })).operations).toHaveLength(1);
      });
    },
  );

  it('are still written where a table or a column is new', async () => {
    await withDataSource(database, [entity({ id })], async (dataSource) => {
      const { operations } = await upgrade(dataSource, uuids);
      expect(operations.map(({ kind }) => kind)).toEqual(['createExtension', 'createTable']);
      expect((await compare(dataSource, uuids)).operations).toEqual([]);
    });
  });

  it('stay as they are when something else of the column changes', async () => {
    const columns = {
      id: { type: 'int', primary: true },
      a: { type: 'uuid', generated: 'uuid', nullable: true },
    } as const;
    await withDataSource(database, [entity(columns)], async (dataSource) => {
      await dataSource.query('CREATE TABLE t (id integer PRIMARY KEY, a uuid NOT NULL DEFAULT gen_random_uuid())');
      const { operations } = await upgrade(dataSource, { ...uuids, compareConstraintNames: false });
      expect(operations).toMatchObject([
        { kind: 'alterColumn', to: { isNullable: true }, existing: { isNullable: false } },
      ]);
      expect(
        await dataSource.query(`SELECT column_default AS d FROM information_schema.columns WHERE column_name = 'a'`),
      ).toEqual([{ d: 'gen_random_uuid()' }]);
    });
  });
});

it('defaults of SQLite are no difference, however many parentheses are around them', async () => {
  const database = await createSqliteDatabase();
  const columns = {
    id: { type: 'int', primary: true },
    at: { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
  } as const;
  await withDataSource(database, [entity(columns)], async (dataSource) => {
    await dataSource.query(
      `CREATE TABLE t (id integer PRIMARY KEY NOT NULL, at datetime NOT NULL DEFAULT (strftime('%s', 'now')))`,
    );
    expect((await compare(dataSource)).operations).toHaveLength(1);
    const equalDefaults = [['current_timestamp', `strftime('%s','now')`]];
    expect((await compare(dataSource, { equalDefaults })).operations).toEqual([]);
    expect(
      (await compare(dataSource, { equalDefaults: [['current_timestamp', `strftime('%S','now')`]] })).operations,
    ).toHaveLength(1);
  });
  await database.drop();
});
