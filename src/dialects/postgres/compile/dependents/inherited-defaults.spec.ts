import { PostgresDatabase } from '../../../../../test/support/postgres-database.js';
import type { ColumnChange, Operation } from '../../../../operations/operation.js';

const alter = (to: ColumnChange): Operation => ({ kind: 'alterColumn', table: { name: 't' }, column: 'k', to });

const partitioned = (column: string): string => `
  CREATE TABLE t (id int, k ${column}) PARTITION BY RANGE (id);
  CREATE TABLE c1 PARTITION OF t FOR VALUES FROM (0) TO (9);
  CREATE TABLE c2 PARTITION OF t FOR VALUES FROM (9) TO (99) PARTITION BY RANGE (id);
  CREATE TABLE c3 PARTITION OF c2 FOR VALUES FROM (9) TO (19)`;
const inherited = (column: string): string => `
  CREATE TABLE t (id int, k ${column}); CREATE TABLE c1 () INHERITS (t); CREATE TABLE c2 () INHERITS (t);
  CREATE TABLE c3 () INHERITS (c2)`;

describe.each([
  ['partitions', partitioned],
  ['tables that inherit', inherited],
])('the default of a column of %s whose parent changes its type', (_what, tables) => {
  let database: PostgresDatabase;

  beforeEach(async () => {
    database = await PostgresDatabase.create();
  });
  afterEach(() => database.drop());

  /** Without the casts that the catalog prints. */
  const defaults = async (): Promise<Record<string, string>> => {
    const rows = await database.rows(
      `SELECT c.relname AS name, pg_get_expr(d.adbin, d.adrelid) AS value FROM pg_attrdef d
       JOIN pg_class c ON c.oid = d.adrelid JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
       WHERE a.attname = 'k'`,
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, String(value).replace(/^(.*?)::.*$/, '$1')]));
  };
  const all = (value: string): Record<string, string> => ({ t: value, c1: value, c2: value, c3: value });

  it.each<[string, string, ColumnChange, Record<string, string>]>([
    ['is dropped with it', 'int DEFAULT 5', { type: 'varchar', default: null }, {}],
    ['is added with it', 'int', { type: 'varchar', default: `'x'` }, all(`'x'`)],
    ['is dropped where the types are alike', `text DEFAULT 'x'`, { type: 'varchar', length: '10', default: null }, {}],
    ['is dropped with a text that is no number', `varchar DEFAULT 'x'`, { type: 'integer', default: null }, {}],
    ['is replaced by the new one', `varchar DEFAULT 'x'`, { type: 'integer', default: '7' }, all('7')],
    ['is kept with it', 'int DEFAULT 5', { type: 'bigint' }, all('5')],
    ['is read as the new type', `varchar DEFAULT '5'`, { type: 'integer' }, all('5')],
  ])('follows that of the parent: it %s', async (_how, column, to, expected) => {
    await database.run(tables(column));
    await database.migrate(alter(to));
    expect(await defaults()).toEqual(expected);
  });

  it('is the same after the change and its reverse', async () => {
    await database.run(tables('varchar(10)'));
    await database.migrate(alter({ type: 'text', default: `'x'` }));
    await database.migrate(alter({ type: 'varchar', length: '10', default: null }));
    expect(await defaults()).toEqual({});
  });

  it('follows that of the parent in a script too', async () => {
    await database.run(tables('int DEFAULT 5'));
    await database.migrateByScript(alter({ type: 'varchar', default: null }));
    expect(await defaults()).toEqual({});
  });

  it.each<[string, string, string, ColumnChange, Record<string, string>]>([
    ['a number', 'int DEFAULT 5', '7', { type: 'bigint', default: null }, { c2: '7' }],
    [
      'a number as a text',
      'int',
      '7',
      { type: 'varchar', default: `'x'` },
      { t: `'x'`, c1: `'x'`, c2: '7', c3: `'x'` },
    ],
    ['a text as a number', 'varchar', `'7'`, { type: 'integer', default: '1' }, { t: '1', c1: '1', c2: `7`, c3: '1' }],
  ])('is kept where it differs from that of the parent: %s', async (_what, column, own, to, expected) => {
    await database.run(tables(column), `ALTER TABLE ONLY c2 ALTER k SET DEFAULT ${own}`);
    await database.migrate(alter(to));
    expect(withoutQuotesOfNumbers(await defaults())).toEqual(expected);
  });

  it('stays absent where it was dropped, although the parent has one', async () => {
    await database.run(tables('int DEFAULT 5'), 'ALTER TABLE ONLY c2 ALTER k DROP DEFAULT');
    await database.migrate(alter({ type: 'varchar' }));
    expect(withoutQuotesOfNumbers(await defaults())).toEqual({ t: '5', c1: '5', c3: '5' });
  });

  function withoutQuotesOfNumbers(values: Record<string, string>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value.replace(/^\(?'?(\d+)'?\)?$/, '$1')]),
    );
  }
});
