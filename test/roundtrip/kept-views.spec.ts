import { type DataSource, EntitySchema, Index, ViewColumn, ViewEntity } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

type Columns = Parameters<typeof table>[1];

const view = (name: string, expression: string): EntitySchema =>
  new EntitySchema({ name, type: 'view', expression, columns: { id: { type: 'int' } } });

/** An entity schema has no word for a materialised view; a class has. */
function materializedView(name: string, expression: string, indexed?: string): new () => object {
  class Materialized {}
  ViewEntity({ name, expression, materialized: true })(Materialized);
  for (const column of ['id', 'name']) ViewColumn()(Materialized.prototype, column);
  if (indexed !== undefined) Index(`ix_${indexed}`, [indexed])(Materialized);
  return Materialized;
}

const person = (columns: Columns, name = 'person'): EntitySchema => table(name, columns);
const digits: Columns[string] = { type: 'text', default: '1' };
const text = (length?: number): Columns[string] =>
  length === undefined ? { type: 'text', default: 'x' } : { type: 'varchar', length, default: 'x' };

/** Each change under a view `v`: entities before and after, the renames, and whether the file may drop the view. */
type Change = readonly [string, Entities, Entities, { readonly renames?: readonly string[]; readonly drops?: boolean }];

const CHANGES: readonly Change[] = [
  [
    'a longer varchar',
    [person({ name: text(20) }), view('v', `SELECT id, name FROM person WHERE name <> 'z'`)],
    [person({ name: text(40) }), view('v', `SELECT id, name FROM person WHERE name <> 'z'`)],
    { drops: false },
  ],
  [
    'two longer varchars, read through another view',
    [person({ name: text(20), nick: text(9) }), view('u', 'SELECT * FROM person'), view('v', 'SELECT id, name FROM u')],
    [
      person({ name: text(40), nick: text(99) }),
      view('u', 'SELECT * FROM person'),
      view('v', 'SELECT id, name FROM u'),
    ],
    { drops: false },
  ],
  [
    'an int that becomes a bigint',
    [person({ name: text(), n: { type: 'int', default: 1 } }), view('v', 'SELECT id, name, n FROM person WHERE n > 0')],
    [
      person({ name: text(), n: { type: 'bigint', default: 1 } }),
      view('v', 'SELECT id, name, n FROM person WHERE n > 0'),
    ],
    { drops: false },
  ],
  [
    'a type that changes the text that the database prints',
    [person({ name: text(20) }), view('v', `SELECT id, name FROM person WHERE name || 'a' <> 'z'`)],
    [person({ name: text() }), view('v', `SELECT id, name FROM person WHERE name || 'a' <> 'z'`)],
    {},
  ],
  [
    'two compared columns that become another type one after the other',
    [person({ name: text(), a: digits, b: digits }), view('v', 'SELECT id, name FROM person WHERE a = b')],
    [
      person({ name: text(), a: { type: 'int', default: 0 }, b: { type: 'int', default: 0 } }),
      view('v', 'SELECT id, name FROM person WHERE a = b'),
    ],
    {},
  ],
  [
    'a renamed column that the view calls as before',
    [person({ title: text() }), view('v', 'SELECT id, title AS name FROM person')],
    [person({ label: text() }), view('v', 'SELECT id, label AS name FROM person')],
    { renames: ['person.title:person.label'] },
  ],
  [
    'a renamed table',
    [person({ name: text() }), view('v', 'SELECT id, name FROM person')],
    [person({ name: text() }, 'human'), view('v', 'SELECT id, name FROM human')],
    { renames: ['person:human'] },
  ],
  [
    'a column that goes, and another text',
    [person({ name: text(), old: text() }), view('v', 'SELECT id, name, old FROM person')],
    [person({ name: text() }), view('v', 'SELECT id, name FROM person')],
    {},
  ],
  [
    'a view under it that changes',
    [person({ name: text() }), view('u', 'SELECT id, name FROM person'), view('v', 'SELECT id, name FROM u')],
    [person({ name: text() }), view('u', 'SELECT name, id FROM person'), view('v', 'SELECT id, name FROM u')],
    {},
  ],
];

const named = (operations: readonly Operation[], ...names: string[]): Operation[] =>
  operations.filter((one) => 'view' in one && names.includes(one.view.name));

async function changeThere(
  database: TestDatabase,
  [, before, after, { renames = [], drops }]: Change,
  handMade: readonly string[],
  belongings: (dataSource: DataSource) => Promise<unknown>,
): Promise<void> {
  const had = await withDataSource(database, before, async (dataSource) => {
    await upgrade(dataSource);
    await dataSource.query('INSERT INTO person DEFAULT VALUES').catch(() => undefined);
    for (const sql of handMade) await dataSource.query(sql);
    expect((await compare(dataSource)).operations).toEqual([]);
    return belongings(dataSource);
  });
  await withDataSource(database, after, async (dataSource) => {
    const { operations, downgrade } = await upgrade(dataSource, { renames });
    if (drops === false) expect(named(operations, 'v', 'u')).toEqual([]);
    expect(await belongings(dataSource)).toEqual(had);
    expect((await compare(dataSource)).operations).toEqual([]);
    await run(dataSource, downgrade);
    expect(await belongings(dataSource)).toEqual(had);
  });
  await withDataSource(database, before, async (dataSource) => {
    expect((await compare(dataSource)).operations).toEqual([]);
  });
}

/** All that PostgreSQL notes of the view but its text. */
async function ofPostgres(dataSource: DataSource): Promise<unknown> {
  const [found] = (await dataSource.query(`
    SELECT c.relacl::text AS privileges, c.reloptions AS options, pg_get_userbyid(c.relowner) AS owner,
      obj_description(c.oid, 'pg_class') AS comment,
      ARRAY(SELECT a.attname || ' ' || coalesce(a.attacl::text, '') || coalesce(col_description(c.oid, a.attnum), '')
            FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'name') AS columns,
      ARRAY(SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid) AS triggers,
      ARRAY(SELECT pg_get_indexdef(i.indexrelid) || coalesce(obj_description(i.indexrelid, 'pg_class'), '')
            FROM pg_index i WHERE i.indrelid = c.oid ORDER BY 1) AS indexes
    FROM pg_class c WHERE c.relname = 'v'`)) as unknown[];
  return found;
}

describe('a view that changes on PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  const ON_VIEW = [
    'GRANT SELECT, INSERT ON v TO PUBLIC',
    'GRANT UPDATE (name) ON v TO PUBLIC',
    'ALTER VIEW v SET (security_invoker = true, security_barrier = true)',
    `COMMENT ON VIEW v IS 'it''s "shared"'`,
    `COMMENT ON COLUMN v.name IS 'how they are called'`,
    'CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    'CREATE TRIGGER through INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION skip()',
  ];

  it.each(CHANGES)('keeps privileges, options, comments and triggers through %s', async (...change) => {
    await changeThere(database, change, ON_VIEW, ofPostgres);
  });

  const ON_MATERIALIZED = [
    'GRANT SELECT ON v TO PUBLIC',
    'ALTER MATERIALIZED VIEW v SET (fillfactor = 70, autovacuum_enabled = false)',
    `COMMENT ON MATERIALIZED VIEW v IS 'refreshed at night'`,
    `COMMENT ON COLUMN v.name IS 'how they are called'`,
    'CREATE UNIQUE INDEX "v by id" ON v ((id + 0)) WITH (fillfactor = 60)',
    'CREATE INDEX v_name ON v (abs(id)) WHERE id > 0',
    `COMMENT ON INDEX v_name IS 'for the search'`,
  ];

  const materialized = (entities: Entities): Entities =>
    entities.map((entity) =>
      entity instanceof EntitySchema && entity.options.type === 'view' && entity.options.name === 'v'
        ? materializedView('v', entity.options.expression as string)
        : entity,
    );

  it.each(CHANGES)('keeps, if it is materialised, its indexes and storage options through %s', async (...change) => {
    const [title, before, after, options] = change;
    const there: Change = [title, materialized(before), materialized(after), options];
    await changeThere(database, there, ON_MATERIALIZED, ofPostgres);
  });

  it('loses the comment, the privileges and the index of a column that it has no more, and keeps the others', async () => {
    const columns = (more: Columns): EntitySchema => person({ name: text(), ...more });
    const wide = materializedView('v', 'SELECT id, name, old FROM person');
    await withDataSource(database, [columns({ old: text() }), wide], async (dataSource) => {
      await upgrade(dataSource);
      for (const sql of [
        `COMMENT ON COLUMN v.old IS 'to go'`,
        'GRANT SELECT (old), SELECT (name) ON v TO PUBLIC',
        'CREATE INDEX v_old ON v (lower(old))',
        `COMMENT ON INDEX v_old IS 'to go'`,
        'CREATE INDEX v_name ON v (lower(name))',
      ]) {
        await dataSource.query(sql);
      }
    });
    const narrow = materializedView('v', 'SELECT id, name FROM person');
    await withDataSource(database, [columns({}), narrow], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect(await ofPostgres(dataSource)).toMatchObject({
        columns: [expect.stringContaining('=r/')],
        indexes: [expect.stringContaining('v_name')],
      });
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await ofPostgres(dataSource)).toMatchObject({
        indexes: [expect.stringContaining('v_name'), expect.stringContaining('v_old')],
      });
    });
  });

  it('keeps an index made by hand, while the index of its entity is replaced, on the way up and down', async () => {
    const indexes = async (dataSource: DataSource): Promise<unknown> =>
      ((await dataSource.query(`SELECT indexname FROM pg_indexes WHERE tablename = 'v' ORDER BY 1`)) as object[]).map(
        (row) => Object.values(row)[0] as unknown,
      );
    const before = [person({ name: text() }), materializedView('v', 'SELECT id, name FROM person', 'id')];
    await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('CREATE INDEX by_hand ON v (lower(name))');
    });
    const after = [person({ name: text() }), materializedView('v', 'SELECT name, id FROM person', 'name')];
    await withDataSource(database, after, async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect(await indexes(dataSource)).toEqual(['by_hand', 'ix_name']);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await indexes(dataSource)).toEqual(['by_hand', 'ix_id']);
    });
  });
});

describe('a view that changes on SQLite', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createSqliteDatabase();
  });
  afterEach(() => database.drop());

  /** What the triggers do is what counts: their text follows the new names. */
  async function triggers(dataSource: DataSource): Promise<unknown> {
    await dataSource.query(`INSERT INTO "v" (id, name) VALUES (77, 'by trigger')`);
    const rows = (await dataSource.query(`SELECT id, name FROM "v" WHERE id = 77`)) as unknown;
    await dataSource.query(`DELETE FROM "v" WHERE id = 77`);
    const left = (await dataSource.query(`SELECT count(*) AS n FROM "v" WHERE id = 77`)) as unknown;
    const names = await dataSource.query(
      `SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' OR (type = 'view' AND name NOT IN ('u', 'v')) ORDER BY 1`,
    );
    return [rows, left, names];
  }

  it.each(CHANGES)('keeps its INSTEAD OF triggers through %s', async (...change) => {
    const column = change[0].startsWith('a renamed column') ? 'title' : 'name';
    const handMade = [
      `CREATE TRIGGER "put it" INSTEAD OF INSERT ON v BEGIN INSERT INTO person (id, ${column}) VALUES (NEW.id, NEW.name); END`,
      `create trigger take /* away */ instead of delete on "v" begin delete from person where id = old.id; end`,
    ];
    await changeThere(database, change, handMade, triggers);
  });

  it('is refused, and stays as it was, when a trigger names a column that it has no more', async () => {
    const before = [person({ name: text() }), view('v', 'SELECT id, name FROM person')];
    const had = await withDataSource(database, before, async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(
        'CREATE TRIGGER put INSTEAD OF INSERT ON v BEGIN INSERT INTO person (name) VALUES (NEW.name); END',
      );
      return dataSource.query('SELECT sql FROM sqlite_master');
    });
    const after = [person({ label: text() }), view('v', 'SELECT id, label FROM person')];
    await withDataSource(database, after, async (dataSource) => {
      await expect(upgrade(dataSource, { renames: ['person.name:person.label'] })).rejects.toThrow('NEW.name');
      expect(await dataSource.query('SELECT sql FROM sqlite_master')).toEqual(had);
    });
  });
});
