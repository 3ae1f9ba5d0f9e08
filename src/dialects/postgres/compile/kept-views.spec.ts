import { PostgresDatabase } from '../../../../test/support/postgres-database.js';
import type { Operation } from '../../../operations/operation.js';

const view = { name: 'v' };
const text = (expression: string): Operation => ({
  kind: 'createView',
  view: { ...view, expression, indices: [], dependsOn: [] },
  restore: true,
});
const drop: Operation = { kind: 'dropView', view, keep: true };

describe('a view that is dropped with `keep` and created with `restore`', () => {
  let database: PostgresDatabase;
  beforeEach(async () => {
    database = await PostgresDatabase.create();
    await database.run(
      'CREATE TABLE t (id int, a text); CREATE VIEW v WITH (security_barrier) AS SELECT id, a FROM t',
      `COMMENT ON VIEW v IS 'it''s $$ours$$'; COMMENT ON COLUMN v.a IS 'a'; COMMENT ON COLUMN v.id IS '$migrate$'`,
      'GRANT SELECT ON v TO PUBLIC; GRANT UPDATE (a), INSERT (id) ON v TO PUBLIC; ALTER VIEW v ALTER id SET DEFAULT 7',
    );
  });
  afterEach(() => database.drop());

  const look = (): Promise<unknown[]> =>
    database.rows(
      `SELECT c.reloptions::text, c.relacl::text, obj_description(c.oid, 'pg_class') AS comment,
         (SELECT string_agg(concat_ws(' ', attname, attacl::text, col_description(c.oid, attnum), atthasdef), ', ' ORDER BY attname)
          FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS columns
       FROM pg_class c WHERE c.relname = 'v'`,
    );

  it.each(['migrate', 'migrateByScript'] as const)('keeps what was set on it: %s', async (how) => {
    const had = await look();
    await database[how](
      drop,
      { kind: 'renameTable', table: { name: 't' }, to: { name: 'u' } },
      text('SELECT a, id FROM u;'),
    );
    expect(await look()).toEqual(had);
    await database[how](drop, text('SELECT a, id FROM u'));
    expect(await look()).toEqual(had);
  });

  it.each(['migrate', 'migrateByScript'] as const)(
    'loses what was set on a column that it has no more: %s',
    async (how) => {
      await database[how](drop, text('SELECT id FROM t'));
      expect(await look()).toEqual([
        expect.objectContaining({
          comment: "it's $$ours$$",
          columns: expect.stringMatching(/^id .*=a\/.* \$migrate\$ t$/),
        }),
      ]);
    },
  );

  it.each(['migrate', 'migrateByScript'] as const)('is created where there was none: %s', async (how) => {
    await database.run('DROP VIEW v');
    await database[how]({ ...drop, ifExists: true } as Operation, text('SELECT id FROM t'));
    expect(await look()).toEqual([expect.objectContaining({ reloptions: null, relacl: null, comment: null })]);
  });
});
