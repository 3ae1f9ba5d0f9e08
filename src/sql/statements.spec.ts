import { isRead, keepsValues, tablesChangedBy, terminated } from './statements.js';
import { ANY_SQL, MYSQL_SQL, POSTGRES_SQL, SQLITE_SQL } from './rules.js';

describe('terminated', () => {
  it.each([
    ['SELECT 1', 'SELECT 1;'],
    ['SELECT 1;', 'SELECT 1;'],
    ['SELECT 1; -- done', 'SELECT 1; -- done'],
    ['SELECT 1 -- done;', 'SELECT 1 -- done;\n;'],
    ["SELECT ';'", "SELECT ';';"],
    ['  SELECT 1;\n\n', 'SELECT 1;'],
  ])('%s', (sql, expected) => {
    expect(terminated(sql, ANY_SQL)).toBe(expected);
  });
});

describe('isRead', () => {
  it.each([
    'SELECT 1',
    '-- all of them\n  select * from "user"',
    '(SELECT 1) UNION (SELECT 2)',
    "WITH a AS (SELECT 'INSERT') SELECT * FROM a",
    'PRAGMA table_info("user")',
    'SHOW server_version',
    'VALUES (1)',
  ])('%s only answers', (sql) => {
    expect(isRead(sql, ANY_SQL)).toBe(true);
  });

  it.each([
    'INSERT INTO t SELECT 1',
    'UPDATE t SET a = 1 RETURNING a',
    'WITH a AS (SELECT 1) DELETE FROM t',
    'SELECT * INTO copy FROM t',
    'PRAGMA foreign_keys = OFF',
    'CREATE TABLE t (a int)',
    'DO $$ SELECT $$',
  ])('%s changes something', (sql) => {
    expect(isRead(sql, ANY_SQL)).toBe(false);
  });
});

describe('tablesChangedBy', () => {
  it.each([
    ['CREATE TABLE "user" (id int)', ['user']],
    ['create unlogged table if not exists public.log (id int)', ['log']],
    ['ALTER TABLE ONLY "shop"."order" ADD x int', ['order']],
    ['ALTER TABLE post RENAME TO `article`', ['post', 'article']],
    ["INSERT INTO t VALUES ('ALTER TABLE x') -- DROP TABLE y", []],
    ['CREATE INDEX i ON t (a)', []],
  ])('%s', (sql, tables) => {
    expect(tablesChangedBy(sql, ANY_SQL)).toEqual(tables);
  });
});

describe.each([
  ['PostgreSQL', POSTGRES_SQL, String.raw`SELECT E'it\'s' /* ; /* ; */ ; */ -- ;`],
  ['SQLite', SQLITE_SQL, "SELECT 'it\\' /* ; /* ; */ -- ;"],
  ['MySQL', MYSQL_SQL, String.raw`SELECT 'it\'s' # ;`],
])('on %s', (_name, rules, sql) => {
  it('finds no semicolon in strings and comments', () => {
    expect(terminated(sql, rules)).toBe(`${sql}\n;`);
    expect(terminated(`${sql}\n;`, rules)).toBe(`${sql}\n;`);
  });
});

it('finds what a string with an escaped quote does not hide', () => {
  expect(isRead(String.raw`WITH a AS (SELECT E'it\'s') DELETE FROM t WHERE b = 'c'`, POSTGRES_SQL)).toBe(false);
  expect(isRead(String.raw`SELECT E'it\'s' INTO t`, POSTGRES_SQL)).toBe(false);
  expect(tablesChangedBy(String.raw`SELECT E'\''; DROP TABLE IF EXISTS s . "a""b"; SELECT '`, POSTGRES_SQL)).toEqual([
    'a"b',
  ]);
  expect(tablesChangedBy('ALTER TABLE [a b] RENAME TO c', SQLITE_SQL)).toEqual(['a b', 'c']);
  expect(tablesChangedBy('CREATE TEMP TABLE /* x */ IF NOT EXISTS Größe (a)', SQLITE_SQL)).toEqual(['Größe']);
});

it('reads a text of many words in time', () => {
  expect(tablesChangedBy(`CREATE ${'a '.repeat(500_000)}`, ANY_SQL)).toEqual([]);
});

describe('keepsValues', () => {
  const keeps = (sql: string): boolean => keepsValues(sql, 'post', 'tags', POSTGRES_SQL);
  it.each([
    ['CREATE UNIQUE INDEX i ON post (tags)'],
    ['-- for the list\nCREATE OR REPLACE VIEW v AS SELECT tags FROM post;'],
    [`INSERT INTO s."post" (tags) VALUES ('a;b'), ('on conflict');`],
    [`UPDATE post SET tags = '' WHERE "tags" IS NULL -- or not`],
  ])('%s', (sql) => {
    expect(keeps(sql)).toBe(true);
  });

  it.each([
    ['UPDATE post SET tags = upper(tags) -- where tags is null'],
    ["UPDATE post SET tags = upper(tags) WHERE note = E'it\\'s where tags is null"],
    ["INSERT INTO post (tags) VALUES ('a') ON CONFLICT (id) DO UPDATE SET tags = 'b'"],
    ['INSERT INTO posts (tags) SELECT tags FROM post'],
    ['CREATE VIEW v AS SELECT 1; UPDATE post SET tags = 1'],
    ['CREATE TABLE x AS SELECT tags FROM post'],
    ['UPDATE post SET tags = 1 WHERE tags IS NOT NULL'],
  ])('not %s', (sql) => {
    expect(keeps(sql)).toBe(false);
  });
});
