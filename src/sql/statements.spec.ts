import { isRead, tablesChangedBy, terminated } from './statements.js';
import { ANY_SQL } from './rules.js';

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
