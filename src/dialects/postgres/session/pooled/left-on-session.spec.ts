import { leftOnSession } from './left-on-session.js';

it.each<[string, readonly string[]]>([
  ['SET search_path = app, public', ['SET LOCAL search_path']],
  ['set session "app"."user" to 3', ['SET LOCAL "app"."user"']],
  [`/* first */ SET TIME ZONE 'UTC'`, ['SET LOCAL TIME ZONE']],
  ['SET ROLE admin; RESET ROLE', ['SET LOCAL ROLE', 'SET LOCAL ROLE TO DEFAULT']],
  ['SET SESSION AUTHORIZATION admin', ['SET LOCAL SESSION AUTHORIZATION']],
  ['SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY', ['SET TRANSACTION']],
  [`SELECT pg_catalog.set_config('search_path', '', false)`, ['set_config(…, true)']],
  [
    'SELECT pg_advisory_lock(1), pg_try_advisory_lock_shared(2)',
    ['pg_advisory_xact_lock', 'pg_try_advisory_xact_lock_shared'],
  ],
  ['CREATE TEMP TABLE a AS SELECT 1', ['ON COMMIT DROP']],
  ['CREATE LOCAL TEMPORARY TABLE a (id integer)', ['ON COMMIT DROP']],
  [
    "LISTEN changes; LOAD 'auto_explain'; PREPARE a AS SELECT 1",
    ['a connection to the server itself, outside of revisions', 'session_preload_libraries', 'the statement itself'],
  ],
  ['DECLARE c CURSOR WITH HOLD FOR SELECT 1', ['a cursor without it']],
])('%s is left on the session', (sql, instead) =>
  expect(leftOnSession(sql).map((left) => left.instead)).toEqual(instead),
);

it.each([
  'SET LOCAL search_path = app',
  'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE',
  'SET CONSTRAINTS ALL IMMEDIATE',
  `SELECT set_config('search_path', '', true)`,
  'SELECT pg_advisory_xact_lock(1)',
  'CREATE TEMP TABLE a (id integer) ON COMMIT DROP',
  'CREATE TEMP VIEW a AS SELECT 1',
  `PREPARE TRANSACTION 'a'`,
  'DECLARE c CURSOR FOR SELECT 1',
  `INSERT INTO note VALUES ('SET search_path = app; RESET ROLE')`,
  'UPDATE a SET "set_config" = 1; ALTER TABLE a SET SCHEMA b',
])('%s leaves nothing on the session', (sql) => expect(leftOnSession(sql)).toEqual([]));
