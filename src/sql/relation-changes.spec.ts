import { relationChanges } from './relation-changes.js';
import { POSTGRES_SQL } from './rules.js';

const changes = (sql: string): string[] =>
  relationChanges(sql, POSTGRES_SQL).map((change) =>
    Object.values({ ...change, ...('schema' in change ? { schema: `${change.schema}` } : {}) }).join(' '),
  );

it.each([
  ['CREATE TABLE s.t (id int)', ['create s t']],
  ['create unlogged table if not exists S."T""x" (id int)', ['create s T"x']],
  ['CREATE OR REPLACE RECURSIVE VIEW s.v AS SELECT 1', ['create s v']],
  ['CREATE TABLE s /* the table */ . -- of\n t (id int)', ['create s t']],
  ['DROP TABLE s.t, "S".u CASCADE', ['drop s t', 'drop S u']],
  ['DROP VIEW IF EXISTS s.v', []],
  ['ALTER TABLE ONLY s.t RENAME TO u', ['rename s t u']],
  ['ALTER MATERIALIZED VIEW IF EXISTS s.v SET SCHEMA other', ['move s v other']],
  ['ALTER TABLE t SET SCHEMA "Other"', ['move t Other']],
  ['ALTER SCHEMA s RENAME TO "S2"', ['renameSchema s S2']],
  ['DO $body$ BEGIN CREATE TABLE s.t (id int); END $body$', ['create s t']],
  ['CREATE TABLE t (id int); DROP VIEW s.v; CREATE VIEW s.v AS SELECT 1', ['drop s v', 'create s v']],
])('what a statement does to tables, views and schemas is read: %s', (sql, expected) => {
  expect(changes(sql)).toEqual(expected);
});

it.each([
  ["INSERT INTO log VALUES ('CREATE TABLE s.t (id int)')"],
  ["INSERT INTO log VALUES (E'it\\'s; CREATE TABLE s.t (id int)')"],
  ['/* CREATE TABLE s.t /* nested */ DROP TABLE s.u */ SELECT 1'],
  ['SELECT 1 -- DROP TABLE s.t'],
  ['SELECT "CREATE TABLE s.t" FROM x'],
  ['CREATE INDEX ON s.t (id)'],
  ['ALTER TABLE s.t DROP CONSTRAINT c'],
  ['CREATE TABLE'],
  ['ALTER SCHEMA s'],
  ['DROP TABLE s.'],
])('nothing is read out of comments, strings and other statements: %s', (sql) => {
  expect(changes(sql)).toEqual([]);
});
