import { SqliteDatabase } from '../../../../test/support/sqlite-database.js';
import type { TableOperation } from '../../../operations/operation.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const t = { name: 't' };
const widen: TableOperation = { kind: 'alterColumn', table: t, column: 'a', to: { type: 'varchar', length: '99' } };

/** Everything that has a text, but the table that is rebuilt. */
const objects = (): Promise<Record<string, unknown>[]> =>
  database.rows(`SELECT type, name, sql FROM sqlite_master WHERE name <> 't' AND sql IS NOT NULL ORDER BY name`);

/** Makes a database by hand and rebuilds its table `t`: nothing else may change, down to the letter. */
async function rebuild(...sql: string[]): Promise<void> {
  await database.run(...sql);
  const before = await objects();
  const ran = await database.migrate(widen);
  expect(ran.some((statement) => statement.startsWith('DROP TABLE'))).toBe(true);
  expect(await objects()).toEqual(before);
}

describe('a rebuild of a table that was made by hand', () => {
  it('keeps its meaning with comments at any place', async () => {
    await rebuild(
      `CREATE TABLE t (a varchar(10), b int -- a comment, with a (parenthesis
         CHECK (b > 0 -- why ) not
         ), c int DEFAULT (1 + 2 -- three
         ), g int GENERATED ALWAYS AS (length(a) -- of a
         ) STORED NOT NULL, /* x, */ UNIQUE (a) -- end
       )`,
      'CREATE INDEX ix ON t (lower(a) -- lower\n)',
      `INSERT INTO t (a, b) VALUES ('xx', 1)`,
    );
    await database.run(`INSERT INTO t (a, b) VALUES ('yyy', 1)`);
    expect(await database.rows('SELECT * FROM t')).toEqual([
      { a: 'xx', b: 1, c: 3, g: 2 },
      { a: 'yyy', b: 1, c: 3, g: 3 },
    ]);
    await expect(database.run(`INSERT INTO t (a, b) VALUES ('z', 0)`)).rejects.toThrow('CHECK constraint failed');
  });

  it('re-creates indexes as they were written, in whatever quotes', async () => {
    await rebuild(
      `CREATE TABLE [t] ([a] varchar(10), \`b c\` int, "d""e" text DEFAULT 'x, (y', CHECK (\`b c\` > 1), CHECK ([a] <> '--'))`,
      'create index if not exists One on t([b c] asc, a collate NOCASE)',
      'CREATE UNIQUE INDEX "two" ON [t] (`b c`) WHERE [b c]>5 /* c */',
      `CREATE INDEX three ON t ("d""e" DESC, abs(\`b c\`))`,
    );
    await database.run(`INSERT INTO t (a, "b c") VALUES ('x', 2)`);
    expect(await database.rows('SELECT * FROM t')).toEqual([{ a: 'x', 'b c': 2, 'd"e': 'x, (y' }]);
  });

  it('keeps full-text tables that take their text from it', async () => {
    await rebuild(
      'CREATE TABLE t (a varchar(10), b text)',
      `INSERT INTO t (rowid, a, b) VALUES (5, 'x', 'hello world'), (9, 'y', 'other')`,
      `CREATE VIRTUAL TABLE words USING fts5(b, content = 't')`,
      `INSERT INTO words (words) VALUES ('rebuild')`,
      'CREATE TRIGGER told AFTER INSERT ON t BEGIN INSERT INTO words (rowid, b) VALUES (new.rowid, new.b); END',
    );
    await database.run(`INSERT INTO t (a, b) VALUES ('z', 'hello again')`);
    expect(await database.rows(`SELECT rowid, b FROM words WHERE words MATCH 'hello'`)).toEqual([
      { rowid: 5, b: 'hello world' },
      { rowid: 10, b: 'hello again' },
    ]);
    await database.run(`INSERT INTO words (words) VALUES ('integrity-check')`);
    expect((await database.schema()).tables.map(({ name }) => name)).toEqual(['t']);
  });

  it('keeps views on views, their triggers, and the triggers of other tables', () =>
    rebuild(
      'CREATE TABLE t (a varchar(10), b int)',
      'CREATE TABLE o (a)',
      'CREATE VIEW v (x, y) AS SELECT a, b FROM t',
      'CREATE VIEW w AS SELECT x FROM v JOIN o ON o.a = v.x',
      'CREATE TRIGGER instead INSTEAD OF DELETE ON w BEGIN DELETE FROM t WHERE a = old.x; END',
      `CREATE TRIGGER other AFTER INSERT ON o WHEN new.a > (SELECT max(b) FROM t) BEGIN INSERT INTO "t" VALUES (new.a, 1); END`,
    ));

  it('keeps defaults of every form', async () => {
    await database.run(
      `CREATE TABLE t (a varchar(10), b int DEFAULT -1, c text DEFAULT "dq", d DEFAULT +.5e3, e DEFAULT x'00', f text DEFAULT 'a''b' COLLATE NOCASE NOT NULL, g text default bare)`,
    );
    const defaults = async (): Promise<Record<string, unknown>[]> => {
      await database.run('DELETE FROM t', `INSERT INTO t (a) VALUES ('1')`);
      return database.rows('SELECT * FROM t');
    };
    const before = await defaults();
    await database.migrate(widen);
    expect(await defaults()).toEqual(before);
  });

  it('keeps a key that is declared DESC, and so is not the row id', async () => {
    await rebuild(
      'CREATE TABLE t (id integer PRIMARY KEY DESC, a varchar)',
      `INSERT INTO t (rowid, id, a) VALUES (3, 7, 'x')`,
    );
    expect(await database.rows('SELECT rowid, id FROM t')).toEqual([{ rowid: 3, id: 7 }]);
  });

  it.each([
    ['p int REFERENCES parent NOT NULL DEFERRABLE INITIALLY DEFERRED', true],
    ['p int REFERENCES parent DEFERRABLE INITIALLY DEFERRED NOT DEFERRABLE', false],
    ['p int REFERENCES parent NOT DEFERRABLE CHECK (p > 0) DEFERRABLE INITIALLY DEFERRED', true],
    ['p int DEFERRABLE REFERENCES parent ON INSERT SET NULL MATCH FULL ON DELETE CASCADE DEFERRABLE', false],
    ['p int REFERENCES parent, q int DEFERRABLE INITIALLY DEFERRED', true],
    [
      'p int, FOREIGN KEY (p) REFERENCES parent ON UPDATE CASCADE ON INSERT CASCADE NOT DEFERRABLE INITIALLY DEFERRED',
      false,
    ],
  ])('keeps when a foreign key is checked: %s', async (columns, isDeferred) => {
    await database.run('CREATE TABLE parent (id integer PRIMARY KEY)');
    await rebuild(`CREATE TABLE t (a varchar, ${columns})`);
    await database.run('BEGIN');
    const insert = database.run('INSERT INTO t (p) VALUES (7)');
    if (isDeferred) await insert;
    else await expect(insert).rejects.toThrow('FOREIGN KEY constraint failed');
    await database.run('ROLLBACK');
  });

  it('keeps the direction of a key WITHOUT ROWID', async () => {
    await database.run('CREATE TABLE t (id INTEGER, a varchar, PRIMARY KEY (id DESC)) WITHOUT ROWID');
    const direction = (): Promise<Record<string, unknown>[]> =>
      database.rows(`SELECT "desc" FROM pragma_index_xinfo('sqlite_autoindex_t_1') WHERE key`);
    expect(await direction()).toEqual([{ desc: 1 }]);
    await database.migrate(widen);
    expect(await direction()).toEqual([{ desc: 1 }]);
  });

  it.each([
    [`'x'`, `'X'`, { type: 'varchar', collation: 'NOCASE' }, `'a' of 't' cannot be unique: 2 rows hold ('X')`],
    [`'1'`, `'01'`, { type: 'integer' }, 'UNIQUE constraint failed'],
  ])('drops no row that the table itself would replace: %s and %s', async (one, other, to, message) => {
    await database.run(
      'CREATE TABLE t (a varchar UNIQUE ON CONFLICT REPLACE)',
      `INSERT INTO t VALUES (${one}), (${other})`,
    );
    const change = database.migrate({ kind: 'alterColumn', table: t, column: 'a', to });
    await expect(change).rejects.toThrow(message);
    expect(await database.rows('SELECT a FROM t')).toHaveLength(2);
  });
});

it('a rebuild puts no rows into a temporary table that has the name of the new one', async () => {
  await database.run('CREATE TABLE t (a varchar)', `INSERT INTO t VALUES ('x')`);
  await database.migrate({ kind: 'execute', sql: 'CREATE TEMP TABLE temporary_t (a)' }, widen);
  expect(await database.rows('SELECT a FROM t')).toEqual([{ a: 'x' }]);
});

it('a table is renamed to other capitals although the interim name is taken', async () => {
  await database.run('CREATE TABLE t (a)', 'CREATE TABLE temporary_t (a)');
  await database.migrate({ kind: 'renameTable', table: t, to: { name: 'T' } });
  expect((await database.schema()).tables.map(({ name }) => name)).toEqual(['T', 'temporary_t']);
});
