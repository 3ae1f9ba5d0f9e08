import { parseStatements } from '../../../sql/ddl/parse.js';
import { emptySchema } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { effects } from '../effects/effects.js';
import { reader } from './reader.js';

/** What is not known of a text's statements, as a plan prints it. */
async function unknownOf(sql: string): Promise<readonly string[]> {
  const read = await reader();
  return read(sql).flatMap((statement) => effects(statement, { schema: emptySchema }).opaque);
}

it.each([
  [
    'a change in a common table expression',
    'WITH gone AS (DELETE FROM old.item WHERE id < 9 RETURNING id) SELECT id FROM gone',
    [['delete', 'item']],
  ],
  [
    'two changes in one statement',
    'WITH gone AS (DELETE FROM item RETURNING id) INSERT INTO archive SELECT id FROM gone',
    [
      ['delete', 'item'],
      ['insert', 'archive'],
    ],
  ],
  ['EXPLAIN ANALYZE, which runs its statement', 'EXPLAIN (ANALYZE) UPDATE item SET a = 1', [['update', 'item']]],
])("PostgreSQL's own parser finds %s", async (_name, sql, changes) => {
  const [statement] = (await reader())(sql);
  const found = statement?.kind === 'block' ? statement.statements : [statement];
  expect(found.map((each) => each && 'table' in each && [each.kind, each.table.name])).toEqual(changes);
});

it('a block gives what each of its branches runs, and EXECUTE of a constant text', async () => {
  const read = await reader();
  const [block] = read(`DO $do$
    DECLARE one record;
    BEGIN
      IF EXISTS (SELECT FROM a) THEN UPDATE a SET b = 1; ELSE EXECUTE 'DROP TABLE c'; END IF;
      FOR one IN SELECT id FROM d LOOP PERFORM pg_notify('x', 'y'); END LOOP;
      EXECUTE $x$ALTER TABLE e ADD f integer$x$;
    END $do$`);
  expect(block).toMatchObject({
    kind: 'block',
    statements: [
      { kind: 'update', table: { name: 'a' } },
      { kind: 'drop', names: [{ name: 'c' }] },
      { kind: 'alterTable', table: { name: 'e' } },
    ],
  });
  expect(block).not.toHaveProperty('isDynamic');
});

it.each([
  ["DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'x'); END $$", 'what the block runs by EXECUTE'],
  ['DO LANGUAGE plperl $$ elog(); $$', 'what the block runs by EXECUTE'],
  ['DO $$ BEGIN this is none; END $$', 'what DO does: syntax error at or near "this"'],
  ['CREATE INDX x ON y (z)', 'what CREATE does: syntax error at or near "INDX"'],
  ['EXECUTE prepared(1)', 'what EXECUTE does'],
])('%s is not passed over', async (sql, unknown) => {
  expect(await unknownOf(sql)).toEqual([unknown]);
});

it.each(['LISTEN a', "NOTIFY a, 'b'", 'DISCARD ALL', 'CHECKPOINT', 'SELECT 1', 'EXPLAIN SELECT 1', 'SHOW all'])(
  '%s does nothing to tables, and no message is about it',
  async (sql) => expect(await unknownOf(sql)).toEqual([]),
);

it('names behind letters of several bytes are those of the text', async () => {
  const read = await reader();
  expect(read(`COMMENT ON TABLE a IS 'Größe 📏'; DROP TABLE "tÄble"; DELETE FROM b`)).toMatchObject([
    { kind: 'comment' },
    { kind: 'drop', names: [{ name: 'tÄble' }] },
    { kind: 'delete', table: { name: 'b' } },
  ]);
});

it.each([
  'ALTER TABLE ONLY a ADD CONSTRAINT b FOREIGN KEY (c) REFERENCES d (e) NOT VALID',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON b USING btree (c, lower(d)) WHERE e',
  'CREATE TABLE a (b integer PRIMARY KEY, c text DEFAULT now() NOT NULL, CHECK (b > 0))',
  'DROP TABLE IF EXISTS a, b CASCADE',
  'UPDATE ONLY a AS x SET b = 1 WHERE c',
  'INSERT INTO a (b) VALUES (1)',
  'TRUNCATE a, b RESTART IDENTITY CASCADE',
  'REFRESH MATERIALIZED VIEW CONCURRENTLY a',
  'ALTER INDEX a RENAME TO b',
  'LOCK TABLE a IN SHARE MODE',
  'BEGIN; SAVEPOINT a; COMMIT',
  "SELECT setval('a', 1)",
])('both parsers agree on %s', async (sql) => {
  expect((await reader())(sql)).toEqual(parseStatements(sql, POSTGRES_SQL));
});
