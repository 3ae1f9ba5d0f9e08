import { EntitySchema, ViewColumn, ViewEntity } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { compare, type Entities, upgrade, withDataSource } from './round-trip.js';

type Column = { readonly type: 'varchar' | 'text'; readonly length?: number };
const words = (column: Column | undefined, where = "n <> ''"): EntitySchema =>
  new EntitySchema({
    name: 't',
    columns: { id: { type: 'int', primary: true }, ...(column && { n: { ...column } }) },
    ...(column && {
      indices: [{ name: 'iw', columns: ['n'], where }],
      checks: [{ name: 'ck', expression: "n <> 'q'" }],
    }),
  });

const view = (materialized: boolean): new () => object => {
  class Seen {
    id!: number;
  }
  ViewEntity({ name: 'v', expression: 'SELECT id FROM t', materialized })(Seen);
  ViewColumn()(Seen.prototype, 'id');
  return Seen;
};

const byHand = [
  `COMMENT ON INDEX iw IS 'i'`,
  'ALTER INDEX iw SET (fillfactor = 55)',
  `COMMENT ON CONSTRAINT ck ON t IS 'c'`,
];
const short: Column = { type: 'varchar', length: 20 };
const INDEX = 'the index "iw" on "t" is dropped and made again, which loses its comment, its options (fillfactor=55)';
const CHECK = 'the constraint "ck" on "t" is dropped and made again, which loses its comment';

describe('what was set on a column or a view by hand', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  async function warned(before: Entities, sql: readonly string[], after: Entities): Promise<readonly string[]> {
    await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      for (const one of sql) await dataSource.query(one);
    });
    const { warnings } = await withDataSource(database, after, (dataSource) => compare(dataSource));
    return warnings.map(({ message }) => message);
  }

  it.each<[string, EntitySchema, readonly string[], readonly string[]]>([
    ['an index and a check on a column of another type', words({ type: 'text' }), byHand, [INDEX, CHECK]],
    ['an index with another condition', words(short, "n <> 'x'"), byHand, [INDEX]],
  ])('is warned of where it is lost: with %s', async (_what, after, sql, expected) => {
    const messages = (await warned([words(short)], sql, [after])).filter((message) => message.includes('loses'));
    expect(messages).toHaveLength(expected.length);
    for (const part of expected) expect(messages).toContainEqual(expect.stringContaining(part));
  });

  it.each([
    ['where nothing was set', words({ type: 'text' }), []],
    ['where it is kept', words({ type: 'varchar', length: 30 }), byHand],
  ])('is not warned of %s', async (_where, after, sql) => {
    expect(await warned([words(short)], sql, [after])).toEqual([]);
  });

  it.each([
    [
      'a view that becomes a materialised one',
      false,
      ['CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING'],
      ', its rule "r"',
    ],
    ['a materialised view that becomes a plain one', true, [], ''],
  ])('is warned of where it is lost: with %s', async (_what, materialized, more, rest) => {
    const t = words(short);
    const sql = ['GRANT SELECT ON v TO pg_monitor', `COMMENT ON COLUMN v.id IS 'c'`, ...more];
    const messages = await warned([t, view(materialized)], sql, [t, view(!materialized)]);
    expect(messages).toEqual([
      expect.stringContaining(
        `the view "v" is dropped and made again, which loses the comments on its columns, its privileges${rest}`,
      ),
    ]);
  });

  it.each([
    ['of its table', `CREATE POLICY p ON t USING (n <> '')`, 'the row policy "p" on "t" uses "t.n"'],
    [
      'of another table',
      `CREATE TABLE o (id int); CREATE POLICY q ON o USING (id IN (SELECT length(n) FROM t))`,
      'the row policy "q" on "o" uses "t.n"',
    ],
  ])('is warned of where it keeps a column from being dropped: a row policy %s', async (_whose, sql, expected) => {
    const messages = await warned([words(short)], [sql], [words(undefined)]);
    expect(messages).toContainEqual(expect.stringContaining(expected));
  });
});
