import { DataSource, type QueryRunner } from 'typeorm';
import { run } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory } from './history.js';

/** Statements that run outside a transaction, as people write them, and what they build. */
const builds = {
  'a name': ['CREATE INDEX CONCURRENTLY ix ON t (c)', 'ix'],
  'IF NOT EXISTS': ['CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c)', 'ix'],
  'capitals as they come': ['create Index concurrently if not exists IX on T (c)', 'ix'],
  UNIQUE: ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON ONLY t (c)', 'ix'],
  'quoted names': ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "my ""ix""" ON "public"."T t" USING btree (c)', 'my "ix"'],
  'another schema': ['CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON other.t (c)', 'ix'],
  'a comment before it': ['-- why: slow\n/* see #12 */ CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c);', 'ix'],
  'no name': ['CREATE INDEX CONCURRENTLY ON t (c)', 't_c_idx'],
  'no name and an expression': [
    'CREATE INDEX CONCURRENTLY ON "T t" (c, (c + 1) DESC, lower(d))',
    'T t_c_expr_lower_idx',
  ],
  'a name that is cut': [`CREATE INDEX CONCURRENTLY ${'i'.repeat(70)} ON t (c)`, 'i'.repeat(63)],
} as const;

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a concurrent statement in SQL, outside the transaction of the run', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let other: QueryRunner;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
    other = dataSource.createQueryRunner();
    await other.query('CREATE SCHEMA other');
    for (const table of ['t', '"T t"', 'other.t']) {
      await other.query(`CREATE TABLE ${table} (c integer, d text)`);
      await other.query(`INSERT INTO ${table} VALUES (1, 'a'), (2, 'b')`);
    }
  });

  afterEach(async () => {
    await other.release();
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (sql: string, overrides: Partial<typeof settings> = {}) =>
    run(
      new TestHistory({ a: (op) => op.autocommit(() => op.execute(sql)) }).request(dataSource, {
        settings: { ...settings, lockTimeout: 100, ...overrides },
      }),
    );

  const indexes = () =>
    other.query(
      `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid IN ('t'::regclass, '"T t"'::regclass, 'other.t'::regclass) ORDER BY 1`,
    );
  const invalidate = (name: string) =>
    other.query(
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT oid FROM pg_class WHERE relname = $1)`,
      [name],
    );

  /** A writer that holds its rows for longer than the run waits for a lock. */
  const behindWriter = async (work: () => Promise<unknown>, lock = 'ROW EXCLUSIVE'): Promise<void> => {
    await other.startTransaction();
    await other.query(`LOCK TABLE t, "T t", other.t IN ${lock} MODE`);
    const working = work();
    await new Promise((resolve) => void setTimeout(resolve, 1200));
    await other.commitTransaction();
    await working;
  };

  describe.each(Object.entries(builds))('that builds an index with %s', (_what, [sql, name]) => {
    it('waits for a writer for longer than lockTimeout', async () => {
      await behindWriter(() => upgrade(sql));
      expect(await indexes()).toEqual([{ name, valid: true }]);
    });

    it('builds an INVALID leftover again', async () => {
      await other.query(sql);
      await invalidate(name);
      await upgrade(sql);
      expect(await indexes()).toEqual([{ name, valid: true }]);
    });
  });

  it('is the same by the query runner', async () => {
    const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c)';
    const history = new TestHistory({ a: (op) => op.autocommit(async () => void (await op.queryRunner.query(sql))) });
    const settingsOf = { settings: { ...settings, lockTimeout: 100 } };
    await behindWriter(() => run(history.request(dataSource, settingsOf)));
    expect(await indexes()).toEqual([{ name: 'ix', valid: true }]);
    await other.query('DELETE FROM migrate_version');
    await invalidate('ix');
    await run(history.request(dataSource, settingsOf));
    expect(await indexes()).toEqual([{ name: 'ix', valid: true }]);
  });

  it.each(['CREATE INDEX CONCURRENTLY ix ON t (c)', 'CREATE INDEX CONCURRENTLY ON t (c)', 'CALL p()'])(
    'is looked for where a run ended in its middle: %s',
    async (sql) => {
      const history = new TestHistory({
        a: async (op) => {
          await op.execute('CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$');
          await op.autocommit(() => op.execute(sql));
          if ('fail' in op.context.xArgs) throw new Error('it fails');
        },
      });
      const request = (xArgs: Record<string, string>) =>
        history.request(dataSource, { settings: { ...settings, xArgs } });
      await expect(run(request({ fail: '' }))).rejects.toThrow('it fails');
      const before = await indexes();
      await other.query(`UPDATE migrate_version_journal SET state = 'begun' WHERE number = 2`);
      const again = messageOf(run(request({})));
      expect(await again).toContain(sql.startsWith('CALL') ? 'cannot go on by itself' : 'no error');
      expect(await indexes()).toEqual(before);
    },
  );

  it('leaves the valid index of another name, table or schema alone', async () => {
    await other.query('CREATE INDEX ix ON other.t (c)');
    await other.query('CREATE INDEX t_c_idx9 ON t (d)');
    await invalidate('ix');
    await upgrade('CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c)');
    expect(await indexes()).toEqual([
      { name: 'ix', valid: false },
      { name: 'ix', valid: true },
      { name: 't_c_idx9', valid: true },
    ]);
  });

  it('drops no INVALID index of other columns where the name that PostgreSQL chooses is cut', async () => {
    const long = 'long'.repeat(15);
    await other.query(`CREATE TABLE ${long} (c integer, d text)`);
    await other.query(`CREATE INDEX of_others_idx ON ${long} (d)`);
    await invalidate('of_others_idx');
    await upgrade(`CREATE INDEX CONCURRENTLY ON ${long} (c)`);
    const left = await other.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'of_others_idx'::regclass`);
    expect(left).toEqual([{ indisvalid: false }]);
  });

  it('names the index that its failure leaves, and the next run builds it', async () => {
    await other.query('UPDATE t SET c = 1');
    const sql = 'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c)';
    await expect(upgrade(sql)).rejects.toMatchObject({
      failure: { databaseCode: '23505' },
      hint: expect.stringContaining('The index ix on t is left behind INVALID'),
    });
    await other.query(`UPDATE t SET c = 2 WHERE d = 'b'`);
    await upgrade(sql);
    expect(await indexes()).toEqual([{ name: 'ix', valid: true }]);
  });

  it('fails where IF NOT EXISTS accepts an INVALID index that another session has just left', async () => {
    const sql = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS ix ON t (c)';
    await other.startTransaction();
    await other.query('LOCK TABLE t IN ROW EXCLUSIVE MODE');
    const building = messageOf(dataSource.query('CREATE UNIQUE INDEX CONCURRENTLY ix ON t ((c * 0))'));
    while ((await dataSource.query(`SELECT to_regclass('ix') AS ix`))[0].ix === null);
    const upgrading = messageOf(upgrade(sql));
    await new Promise((resolve) => void setTimeout(resolve, 500));
    await other.commitTransaction();
    expect(await building).toContain('could not create unique index');
    expect(await upgrading).toContain('The index ix on t is INVALID');
    await upgrade(sql);
    expect(await indexes()).toEqual([{ name: 'ix', valid: true }]);
  });

  it.each([
    ['DROP INDEX CONCURRENTLY IF EXISTS ix', []],
    ['REINDEX INDEX CONCURRENTLY ix', [{ name: 'ix', valid: true }]],
    ['REINDEX (CONCURRENTLY, VERBOSE) TABLE t', [{ name: 'ix', valid: true }]],
  ])('waits for a writer in %s', async (sql, left) => {
    await other.query('CREATE INDEX ix ON t (c)');
    await behindWriter(() => upgrade(sql));
    expect(await indexes()).toEqual(left);
  });

  it('waits in VACUUM, which nobody waits behind, and not in VACUUM FULL', async () => {
    await behindWriter(() => upgrade('VACUUM (ANALYZE) t'), 'SHARE UPDATE EXCLUSIVE');
    await other.query('DELETE FROM migrate_version');
    const notices: string[] = [];
    const full = new TestHistory({ a: (op) => op.autocommit(() => op.execute('VACUUM (FULL TRUE) t')) });
    await behindWriter(() =>
      run(
        full.request(dataSource, {
          settings: { ...settings, lockTimeout: 100 },
          onLockWait: (notice) => notices.push(notice),
        }),
      ),
    );
    expect(notices).toEqual([expect.stringContaining('VACUUM (FULL TRUE) t')]);
  });

  it('drops the copies that an interrupted REINDEX left', async () => {
    await other.query('CREATE INDEX ix ON t (c)');
    for (const copy of ['ix_ccnew', 'ix_ccold1']) {
      await other.query(`CREATE INDEX ${copy} ON t (c)`);
      await invalidate(copy);
    }
    await upgrade('REINDEX TABLE CONCURRENTLY t');
    expect(await indexes()).toEqual([{ name: 'ix', valid: true }]);
  });

  it('ends a DETACH PARTITION that was interrupted', async () => {
    await other.query('CREATE TABLE p (c integer) PARTITION BY LIST (c)');
    await other.query('CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)');
    const sql = 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY';
    await other.startTransaction();
    await other.query('SELECT * FROM p');
    const holder = dataSource.createQueryRunner();
    const [{ pid }] = await holder.query('SELECT pg_backend_pid() AS pid');
    const detaching = holder.query(sql).catch((error: Error) => error);
    const pending = `SELECT FROM pg_inherits WHERE inhdetachpending`;
    while ((await dataSource.query(pending)).length === 0);
    await dataSource.query('SELECT pg_cancel_backend($1)', [pid]);
    expect(await detaching).toBeInstanceOf(Error);
    await holder.release();
    await other.commitTransaction();
    await upgrade(sql);
    expect(await other.query(`SELECT FROM pg_inherits WHERE inhparent = 'p'::regclass`)).toEqual([]);
  });
});
