import { postgresVersion } from '../../../../../test/support/databases.js';
import { PostgresDatabase } from '../../../../../test/support/postgres-database.js';
import type { Operation } from '../../../../operations/operation.js';

const tables = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  COMMENT ON TYPE mood IS 'how one feels';
  GRANT USAGE ON TYPE mood TO pg_monitor WITH GRANT OPTION;
  REVOKE USAGE ON TYPE mood FROM PUBLIC;
  CREATE TABLE p (id int PRIMARY KEY);
  CREATE TABLE t (
    id int PRIMARY KEY REFERENCES p,
    c int UNIQUE CONSTRAINT "Small" CHECK (c < 100) NO INHERIT,
    m mood DEFAULT 'sad',
    g int GENERATED ALWAYS AS (c * 2) STORED
  );
  ALTER TABLE t ADD CONSTRAINT later CHECK (g > 5 AND m <> 'glad' AND c > 1) NOT VALID;
  COMMENT ON CONSTRAINT later ON t IS 'some day';
  CREATE TABLE child (c int REFERENCES t (c) DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE log (c int)`;

/** All that hangs on the columns, and how. */
const dependents = [
  `CREATE INDEX filled ON t (c, g) WITH (fillfactor = 70) WHERE m = 'sad'`,
  `COMMENT ON INDEX filled IS 'to be kept'`,
  `CREATE INDEX words ON t USING gist (((c + g)::text::tsvector) tsvector_ops (siglen = 100))`,
  `CREATE STATISTICS pair (dependencies, ndistinct) ON c, g, m FROM t`,
  `ALTER STATISTICS pair SET STATISTICS 77`,
  `GRANT SELECT (c, g, m), UPDATE (g) ON t TO pg_monitor WITH GRANT OPTION`,
  `CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
  `CREATE TRIGGER when_c AFTER UPDATE OF c, m ON t FOR EACH ROW WHEN (OLD.g > 3 AND NEW.m = 'sad') EXECUTE FUNCTION fire()`,
  `COMMENT ON TRIGGER when_c ON t IS 'fires'`,
  `ALTER TABLE t DISABLE TRIGGER when_c`,
  `CREATE RULE remember AS ON UPDATE TO t WHERE NEW.m = 'sad' DO ALSO INSERT INTO log VALUES (NEW.c + NEW.g)`,
  `ALTER TABLE t ENABLE ALWAYS RULE remember`,
  `CREATE RULE elsewhere AS ON DELETE TO log DO ALSO UPDATE t SET m = 'sad' WHERE t.c = OLD.c AND t.g > 7`,
  `ALTER TABLE t ENABLE ROW LEVEL SECURITY`,
  `CREATE POLICY glad ON t AS RESTRICTIVE FOR UPDATE TO pg_monitor, pg_read_all_data USING (c > 5 AND m = 'sad') WITH CHECK (g < 9)`,
  `COMMENT ON POLICY glad ON t IS 'for the glad'`,
  `CREATE VIEW below WITH (security_barrier = true) AS SELECT c, g, m FROM t WHERE m = 'sad'`,
  `ALTER VIEW below ALTER COLUMN g SET DEFAULT 5`,
  `COMMENT ON COLUMN below.c IS 'a number'`,
  `GRANT SELECT (c) ON below TO pg_monitor`,
  `GRANT INSERT ON below TO PUBLIC`,
  `CREATE RULE through AS ON INSERT TO below DO INSTEAD INSERT INTO log VALUES (NEW.c)`,
  `CREATE VIEW above AS SELECT c + g AS sum FROM below`,
  `CREATE MATERIALIZED VIEW empty AS SELECT c, g, m FROM t WITH NO DATA`,
  `CREATE UNIQUE INDEX empty_c ON empty (c)`,
  `CREATE INDEX empty_sad ON empty ((m = 'sad')) WHERE m <> 'glad'`,
  `CREATE STATISTICS empty_pair ON (m = 'sad'), c FROM empty`,
  `ALTER VIEW below ALTER COLUMN m SET DEFAULT 'glad'`,
  `CREATE POLICY subquery ON log USING (EXISTS (SELECT FROM above WHERE sum > 5) OR EXISTS (SELECT FROM t WHERE t.g = log.c))`,
];

/** Descriptions of the objects in the schema, and all of their dependencies. */
const state = `
  SELECT 'constraint' AS kind, concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated,
    connoinherit, obj_description(oid, 'pg_constraint')) AS text FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  UNION ALL SELECT 'index', concat_ws(' ', pg_get_indexdef(indexrelid), obj_description(indexrelid, 'pg_class'))
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'trigger', concat_ws(' ', pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger'))
    FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'rule', concat_ws(' ', pg_get_ruledef(r.oid), ev_enabled)
    FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'policy', concat_ws(' ', p.*::text, obj_description(q.oid, 'pg_policy'))
    FROM pg_policies p JOIN pg_policy q ON q.polname = p.policyname
  UNION ALL SELECT 'statistics', concat_ws(' ', pg_get_statisticsobjdef(oid), stxstattarget) FROM pg_statistic_ext
  UNION ALL SELECT 'relation', concat_ws(' ', relname, relkind, relispopulated, reloptions::text,
    (SELECT string_agg(g.*::text, ', ' ORDER BY g.*::text) FROM aclexplode(relacl) g))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')
  UNION ALL SELECT 'column', concat_ws(' ', relname, attname, col_description(c.oid, attnum), pg_get_expr(adbin, adrelid),
    (SELECT string_agg(g.*::text, ', ' ORDER BY g.*::text) FROM aclexplode(attacl) g))
    FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
    LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'v', 'm')
  UNION ALL SELECT 'type', concat_ws(' ', obj_description(oid, 'pg_type'),
    (SELECT string_agg(g.*::text, ', ' ORDER BY g.*::text) FROM aclexplode(typacl) g)) FROM pg_type WHERE typname = 'mood'
  UNION ALL SELECT DISTINCT 'dependency', concat_ws(' ', pg_describe_object(classid, objid, objsubid), '->',
    pg_describe_object(refclassid, refobjid, refobjsubid), deptype) FROM pg_depend
    WHERE refclassid IN ('pg_class'::regclass, 'pg_type'::regclass) AND objid > 16384 AND refobjid > 16384
    AND pg_describe_object(classid, objid, objsubid) !~ 'pg_toast'
  ORDER BY 1, 2`;

const table = { name: 't' };
const widen: Operation = { kind: 'alterColumn', table, column: 'c', to: { type: 'bigint' } };
const recompute: Operation = {
  kind: 'alterColumn',
  table,
  column: 'g',
  to: { type: 'integer', asExpression: 'c * 2', generatedType: 'STORED' },
};
const reorder: Operation = { kind: 'alterEnum', enum: { name: 'mood' }, values: ['glad', 'sad', 'so-so'] };

/** The same kind of change once more, of what the first one led to. */
function again(operation: Operation): Operation {
  if (operation.kind === 'alterEnum') return { ...operation, values: ['sad', 'so-so', 'glad'] };
  return operation === widen ? ({ ...widen, to: { type: 'integer' } } as Operation) : operation;
}

describe('what depends on a column that changes', () => {
  let database: PostgresDatabase;

  beforeEach(async () => {
    database = await PostgresDatabase.create();
    await database.run(tables, `INSERT INTO p VALUES (1); INSERT INTO t (id, c) VALUES (1, 4)`);
  });
  afterEach(() => database.drop());

  it.each([
    ['gets a wider type', widen],
    ['is re-created', recompute],
    ['is of an enum that is re-created', reorder],
  ])('is kept when the column %s, in a run and by a script', async (_what, operation) => {
    for (const sql of dependents) await database.run(sql);
    const before = await database.rows(state);
    await database.migrate(operation);
    expect(await database.rows(state)).toEqual(before);
    await database.migrateByScript(again(operation));
    expect(await database.rows(state)).toEqual(before);
  });

  it.each<readonly [string, Operation, string, string]>([
    [
      'a function with the column in its body',
      widen,
      `CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT max(c) FROM t; END`,
      'function f()',
    ],
    [
      'a function with a row of a view on it',
      recompute,
      `CREATE VIEW v AS SELECT g FROM t; CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v'`,
      'function f()',
    ],
    [
      'a table with a column of such rows',
      widen,
      'CREATE VIEW v AS SELECT c FROM t; CREATE TABLE u (rows v[])',
      'column rows of table u',
    ],
    [
      'a function with the enum',
      reorder,
      `CREATE FUNCTION f(mood) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
      'function f(mood)',
    ],
    ['a domain over the enum', reorder, 'CREATE DOMAIN feeling AS mood', 'type feeling'],
    [
      'a composite type with the enum',
      reorder,
      'CREATE TYPE two AS (a mood, b mood[])',
      'column a of composite type two',
    ],
    [
      'a text that is cast to the enum',
      reorder,
      `ALTER TABLE log ADD s text CHECK (s::mood = 'sad')`,
      'constraint log_s_check on table log',
    ],
    ...(postgresVersion < 15
      ? []
      : [
          [
            'a publication of some columns',
            widen,
            'CREATE PUBLICATION news FOR TABLE t (id, c)',
            'publication of table t',
          ] as const,
        ]),
  ])('stops the change before anything is done: %s', async (_what, operation, sql, object) => {
    await database.run(sql);
    const before = await database.rows(state);
    const error = await database.migrate(operation).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'DEPENDENT_OBJECTS', message: expect.stringContaining(object) });
    await expect(database.migrateByScript(operation)).rejects.toThrow(object);
    expect(await database.rows(state)).toEqual(before);
  });
});
