import Sqlite from 'better-sqlite3';
import { DataSource } from 'typeorm';
import type { Operations } from '../../src/operations/operations.interface.js';
import { run, writeScript } from '../../src/runtime/index.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { TestHistory } from './history.js';

type Type = Readonly<{ type: string; isArray?: boolean }>;

const texts: Type = { type: 'text', isArray: true };
const json: Type = { type: 'json' };
const jsonb: Type = { type: 'jsonb' };
const jsons: Type = { type: 'jsonb', isArray: true };
const simpleArray: Type = { type: 'simple-array' };

const history = (from: Type, to: Type, isKnown = true): TestHistory =>
  new TestHistory({
    a: (op: Operations) => op.createTable({ name: 'post', columns: [{ name: 'tags', ...from }] }),
    b: (op: Operations) => op.alterColumn('post', 'tags', { ...to, existing: isKnown ? from : {} }),
  });

describe('a script that makes lists of another kind', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function scriptFor(revisions: TestHistory, value: string): Promise<string> {
    dataSource = await new DataSource(database.options).initialize();
    await run(revisions.request(dataSource, { plan: (rows) => revisions.upgrade(rows, 'a') }));
    await dataSource.query(`INSERT INTO post VALUES (${value})`);
    return String((await writeScript(revisions.script(dataSource, { startRows: ['a'] }))).sql);
  }

  it.each([
    [simpleArray, texts, `'red,green'`, ['red', 'green']],
    [texts, simpleArray, `'{red,green}'`, 'red,green'],
    [jsonb, texts, `'["red", "green"]'`, ['red', 'green']],
    [jsonb, jsons, `'[{"a": 1}, [2]]'`, [{ a: 1 }, [2]]],
    [jsons, jsonb, `ARRAY['1', '"x"']::jsonb[]`, [1, 'x']],
  ])('on PostgreSQL: %j to %j', async (from, to, value, expected) => {
    database = await createPostgresDatabase();
    await dataSourceRuns(await scriptFor(history(from, to), value));
    expect(await dataSource.query('SELECT tags FROM post')).toEqual([{ tags: expected }]);
  });

  it.each([
    [simpleArray, json, `'red,green'`, '["red","green"]'],
    [json, simpleArray, `'["red","green"]'`, 'red,green'],
  ])('on SQLite: %j to %j', async (from, to, value, expected) => {
    database = await createSqliteDatabase();
    runOnFile(await scriptFor(history(from, to), value));
    expect(await dataSource.query('SELECT tags FROM post')).toEqual([{ tags: expected }]);
  });

  it('takes a text for a text where the call does not say that it is a list, as a run does', async () => {
    database = await createPostgresDatabase();
    await dataSourceRuns(await scriptFor(history(simpleArray, texts, false), `'red,green'`));
    expect(await dataSource.query('SELECT tags FROM post')).toEqual([{ tags: ['red,green'] }]);
  });

  it('on SQLite fails where a list has an element with a comma, and leaves it', async () => {
    database = await createSqliteDatabase();
    const sql = await scriptFor(history(json, simpleArray), `'["a,b"]'`);
    expect(() => runOnFile(sql)).toThrow('malformed JSON');
    expect(await dataSource.query('SELECT tags FROM post')).toEqual([{ tags: '["a,b"]' }]);
  });

  const dataSourceRuns = (sql: string): Promise<unknown> => dataSource.query(sql);

  function runOnFile(sql: string): void {
    const file = new Sqlite(database.url);
    try {
      file.exec(sql);
    } finally {
      file.close();
    }
  }
});
