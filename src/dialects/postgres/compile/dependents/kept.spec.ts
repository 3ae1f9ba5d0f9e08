import { PostgresDatabase } from '../../../../../test/support/postgres-database.js';
import type { Operation } from '../../../../operations/operation.js';

/** What PostgreSQL forgets or drops when a column, an index, a constraint or a view is re-created. */
const t = { name: 't' };
const storageOf = (relation: string): string =>
  `SELECT attname, attstorage, attcompression, attstattarget,
          ARRAY(SELECT o FROM unnest(attoptions) AS o WHERE o LIKE 'n%' ORDER BY 1)::text AS options FROM pg_attribute
   WHERE attrelid = '${relation}'::regclass AND attname IN ('c', 'g') ORDER BY attname`;
const indexesOf = (relation: string): string =>
  `SELECT c.relname, c.reloptions::text, indisclustered, indisreplident, pg_get_indexdef(c.oid) AS def, s.spcname,
          obj_description(c.oid, 'pg_class') AS comment,
          ARRAY(SELECT a.attstattarget::text FROM pg_attribute a WHERE a.attrelid = c.oid ORDER BY attnum)::text AS targets
   FROM pg_index JOIN pg_class c ON c.oid = indexrelid LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
   WHERE indrelid = '${relation}'::regclass ORDER BY 1`;
const relationOf = (name: string): string =>
  `SELECT c.reloptions::text, o.reloptions::text AS toast, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relacl::text,
          a.amname, obj_description(c.oid, 'pg_class') AS comment
   FROM pg_class c LEFT JOIN pg_class o ON o.oid = c.reltoastrelid LEFT JOIN pg_am a ON a.oid = c.relam
   WHERE c.oid = '${name}'::regclass`;
const statistics = `SELECT stxname, stxstattarget, pg_get_statisticsobjdef(oid) AS def, pg_get_userbyid(stxowner) AS owner,
    obj_description(oid, 'pg_statistic_ext') AS comment FROM pg_statistic_ext ORDER BY 1`;
const triggersAndRules = `SELECT tgname AS name, tgenabled AS state, obj_description(oid, 'pg_trigger') AS comment
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT rulename, ev_enabled, obj_description(oid, 'pg_rewrite') FROM pg_rewrite WHERE rulename = 'r' ORDER BY 1`;
const published = `SELECT tablename, pubname FROM pg_publication_tables ORDER BY 1`;
const sequences = `SELECT sequencename, increment_by, min_value, max_value, start_value, cache_size, cycle,
    obj_description(format('%I', sequencename)::regclass, 'pg_class') AS comment,
    has_sequence_privilege('pg_monitor', format('%I', sequencename)::regclass, 'USAGE') AS usable FROM pg_sequences`;

const table = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE t (id int PRIMARY KEY, c varchar(20), m mood NOT NULL, g text GENERATED ALWAYS AS (c || 'x') STORED NOT NULL)
    WITH (fillfactor = 70, toast.autovacuum_enabled = false);
  ALTER TABLE t ALTER c SET STORAGE EXTERNAL, ALTER c SET COMPRESSION pglz, ALTER c SET STATISTICS 77,
    ALTER c SET (n_distinct = 5), ALTER g SET STORAGE MAIN, ALTER g SET COMPRESSION pglz, ALTER g SET STATISTICS 78,
    ALTER g SET (n_distinct = 6, n_distinct_inherited = 7);
  ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE PUBLICATION news FOR TABLE t`;

const view = `
  CREATE MATERIALIZED VIEW mv WITH (fillfactor = 60, toast.autovacuum_enabled = false) AS SELECT c, g, m FROM t;
  ALTER MATERIALIZED VIEW mv ALTER c SET STATISTICS 9, ALTER g SET STORAGE EXTERNAL;
  CREATE UNIQUE INDEX mi ON mv (c) WITH (fillfactor = 40); COMMENT ON INDEX mi IS 'kept'; ALTER TABLE mv CLUSTER ON mi;
  CREATE STATISTICS ms ON c, g FROM mv; ALTER STATISTICS ms SET STATISTICS 8; COMMENT ON STATISTICS ms IS 'kept';
  CREATE VIEW v AS SELECT c, g, m FROM t;
  CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER vt INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION fire(); COMMENT ON TRIGGER vt ON v IS 'kept';
  CREATE RULE r AS ON INSERT TO v DO INSTEAD NOTHING; COMMENT ON RULE r ON v IS 'kept'`;

const indexes = `
  CREATE UNIQUE INDEX gi ON t (g); ALTER TABLE t REPLICA IDENTITY USING INDEX gi; COMMENT ON INDEX gi IS 'kept';
  ALTER TABLE t ADD CONSTRAINT gu UNIQUE (g, id) WITH (fillfactor = 50); ALTER TABLE t CLUSTER ON gu;
  COMMENT ON CONSTRAINT gu ON t IS 'kept';
  CREATE INDEX ei ON t ((m = 'sad'), c) WITH (fillfactor = 30); ALTER INDEX ei ALTER COLUMN 1 SET STATISTICS 66`;

const widen: Operation = { kind: 'alterColumn', table: t, column: 'c', to: { type: 'text' } };
const toText: Operation = { kind: 'alterColumn', table: t, column: 'm', to: { type: 'text' } };
const recompute: Operation = {
  kind: 'alterColumn',
  table: t,
  column: 'g',
  to: { type: 'text', asExpression: `c || 'y'`, generatedType: 'STORED' },
};
const bigger: Operation = { kind: 'alterColumn', table: t, column: 'c', to: { type: 'bigint' } };
const redouble: Operation = { ...recompute, to: { type: 'integer', asExpression: 'c + c', generatedType: 'STORED' } };
const reorder: Operation = { kind: 'alterEnum', enum: { name: 'mood' }, values: ['glad', 'sad'] };
const requery: Operation = { kind: 'alterView', view: { name: 'mv' }, expression: 'SELECT c, m, g FROM t' };
const requeryView: Operation = { kind: 'alterView', view: { name: 'v' }, expression: 'SELECT m, c, g FROM t' };
const number = (to: 'increment' | 'identity'): Operation => ({
  kind: 'alterColumn',
  table: { name: 's' },
  column: 'id',
  to: { generationStrategy: to },
});
const settings = `INCREMENT 10 MINVALUE 3 MAXVALUE 900 START 5 CACHE 7 CYCLE`;
const sequence = `COMMENT ON SEQUENCE s_id_seq IS '100 %'; GRANT USAGE ON SEQUENCE s_id_seq TO pg_monitor`;

const partitions = `
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE t (id int NOT NULL, c int, m mood DEFAULT 'sad', g int GENERATED ALWAYS AS (c * 2) STORED) PARTITION BY RANGE (id);
  CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (9); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (9) TO (99)
    PARTITION BY RANGE (id); CREATE TABLE t3 PARTITION OF t2 (m DEFAULT 'glad') FOR VALUES FROM (9) TO (19);
  CREATE INDEX ti ON t (c, g) WHERE m = 'sad'; CREATE INDEX own ON t3 (id, g) WHERE m = 'glad';
  COMMENT ON INDEX t1_c_g_idx IS 'kept'; CREATE VIEW v AS SELECT c, m FROM t3; CREATE STATISTICS st ON c, g FROM t1;
  CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
  CREATE TRIGGER tt AFTER UPDATE OF c, m ON t FOR EACH ROW EXECUTE FUNCTION fire();
  CREATE POLICY tp ON t3 USING (m = 'sad' AND c > 0 AND g > 0); ALTER TABLE t1 ALTER g SET STATISTICS 5;
  COMMENT ON COLUMN t1.g IS 'kept'; INSERT INTO t (id, c, m) VALUES (1, 2, 'sad'), (9, 3, 'glad')`;
const partitionProbes = [
  'SELECT * FROM t ORDER BY id',
  ...['t', 't1', 't2', 't3'].map(indexesOf),
  ...['t1', 't3'].map(storageOf),
  `SELECT c.relname, i.indisvalid, (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid) AS parent
   FROM pg_index i JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1`,
  `SELECT adrelid::regclass::text, attname, pg_get_expr(adbin, adrelid) AS expression, col_description(adrelid, adnum)
   FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE attgenerated = '' ORDER BY 1, 2`,
  `SELECT col_description('t1'::regclass, attnum) FROM pg_attribute WHERE attrelid = 't1'::regclass AND attname = 'g'`,
  `SELECT tgrelid::regclass::text, tgname, tgparentid <> 0 AS cloned FROM pg_trigger ORDER BY 1`,
  `SELECT pg_get_viewdef('v'::regclass)`,
  'SELECT tablename, policyname, qual FROM pg_policies',
  statistics,
];

const tableProbes = [storageOf('t'), relationOf('t'), published];
const viewProbes = [storageOf('mv'), indexesOf('mv'), relationOf('mv'), statistics, triggersAndRules];
const indexProbes = [
  indexesOf('t'),
  `SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'gu'`,
];

const cases: readonly (readonly [string, Operation, readonly string[], readonly string[]])[] = [
  ['a column with another type', widen, [table, indexes, view], [...tableProbes, ...indexProbes, ...viewProbes]],
  ['a generated column', recompute, [table, indexes, view], [...tableProbes, ...indexProbes, ...viewProbes]],
  ['an enum', reorder, [table, indexes, view], [...tableProbes, ...indexProbes, ...viewProbes]],
  ['a column that is no enum any more', toText, [table, view], [...tableProbes, ...viewProbes]],
  ['a materialised view', requery, [table, view], viewProbes],
  ['a view', requeryView, [table, view], viewProbes],
  ['a column of a partitioned table', bigger, [partitions], partitionProbes],
  ['a generated column of a partitioned table', redouble, [partitions], partitionProbes],
  ['an enum of a partitioned table', reorder, [partitions], partitionProbes],
  [
    'a serial column',
    number('identity'),
    [`CREATE TABLE s (id serial); ALTER SEQUENCE s_id_seq ${settings} RESTART 5`, sequence],
    [sequences],
  ],
  [
    'an identity column',
    number('increment'),
    [`CREATE TABLE s (id int GENERATED ALWAYS AS IDENTITY (${settings}))`, sequence],
    [sequences],
  ],
];

describe('what was set by hand on an object that is re-created', () => {
  let database: PostgresDatabase;

  beforeEach(async () => {
    database = await PostgresDatabase.create();
  });
  afterEach(() => database.drop());

  const look = async (probes: readonly string[]) => {
    const seen: unknown[] = [];
    for (const probe of probes) seen.push(await database.rows(probe));
    return seen;
  };

  it.each(cases)('is kept: %s', async (_what, operation, setup, probes) => {
    await database.run(...setup);
    const before = await look(probes);
    await database.migrate(operation);
    expect(withoutCasts(await look(probes))).toEqual(withoutCasts(before));
  });

  it.each([
    ['a view', 0, 'MATERIALIZED VIEW mv'],
    ['a column of a view', 1, 'COLUMN mv.c'],
  ])('is kept or stops the change: the label that a security module gave %s', async (_what, part, object) => {
    await database.run(table, view);
    await database.run(`SET allow_system_table_mods = on; INSERT INTO pg_seclabel VALUES
      ('mv'::regclass, 'pg_class'::regclass, ${part}, 'nobody', 'secret'); RESET allow_system_table_mods`);
    await expect(database.migrate(requery)).rejects.toMatchObject({
      message: 'security label provider "nobody" is not loaded',
      query: `SECURITY LABEL FOR nobody ON ${object} IS 'secret'`,
    });
  });

  it('is kept by a script too, in a new sequence that continues with the next number', async () => {
    await database.run(`CREATE TABLE s (id serial); ALTER SEQUENCE s_id_seq ${settings} RESTART 5`, sequence);
    await database.run('INSERT INTO s DEFAULT VALUES; INSERT INTO s DEFAULT VALUES; DELETE FROM s');
    const before = await look([sequences]);
    await database.migrateByScript(number('identity'));
    expect(await look([sequences])).toEqual(before);
    // Seven numbers at a time: 5, 15, … 65.
    expect(await database.rows('INSERT INTO s DEFAULT VALUES RETURNING id')).toEqual([{ id: 75 }]);
  });

  it('is no number of a sequence that gave none yet: the new one begins with 1 as well', async () => {
    await database.run('CREATE TABLE s (id serial)');
    await database.migrate(number('identity'));
    expect(await database.rows('INSERT INTO s DEFAULT VALUES RETURNING id')).toEqual([{ id: 1 }]);
  });

  /** An index on an enum that became a text is printed with other casts. */
  function withoutCasts(seen: readonly unknown[]): unknown {
    return JSON.parse(
      JSON.stringify(seen)
        .replaceAll(/::(?:text|mood|bigint)|\((\w)\)/g, '$1')
        .replaceAll(/"(\d+)"/g, '$1'),
    );
  }
});
