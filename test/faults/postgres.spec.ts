import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrationFailedError } from '../../src/errors/index.js';
import { run, type RunRequest } from '../../src/runtime/index.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { settings, TestHistory, type TestRevision } from './history.js';

describe('a run on PostgreSQL', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource(database.options).initialize();
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const upgrade = (
    revisions: Record<string, TestRevision | TestRevision['upgrade']>,
    overrides?: Partial<RunRequest>,
  ) => run(new TestHistory(revisions as Record<string, TestRevision>).request(dataSource, overrides));

  const table: TestRevision['upgrade'] = (op) =>
    op.createTable({ name: 'post', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });

  it('builds an index concurrently, outside the transaction of the revision', async () => {
    await upgrade({
      a: table,
      b: async (op) => {
        await op.addColumn('post', { name: 'title', type: 'text', isNullable: true });
        await op.createIndex('post', { name: 'post_title', columnNames: ['title'], isConcurrent: true });
        await op.execute(`INSERT INTO post (id, title) VALUES (1, 'x')`);
      },
    });
    const [index] = await dataSource.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'post_title'::regclass`);
    expect(index).toEqual({ indisvalid: true });
    expect(await dataSource.query('SELECT title FROM post')).toEqual([{ title: 'x' }]);
  });

  describe('with a foreign key that is checked at the end', () => {
    const tree: TestRevision['upgrade'] = async (op) => {
      await table(op);
      await op.addColumn('post', { name: 'parentId', type: 'integer', isNullable: true });
      await op.createForeignKey('post', {
        name: 'FK_parent',
        columnNames: ['parentId'],
        referencedTableName: 'post',
        referencedColumnNames: ['id'],
        deferrable: 'INITIALLY DEFERRED',
      });
    };

    it('alters the table that it wrote to, and goes on checking at the end', async () => {
      await upgrade({
        a: tree,
        b: async (op) => {
          await op.execute('INSERT INTO post (id, "parentId") VALUES (1, 1)');
          await op.alterColumn('post', 'parentId', { isNullable: false });
          await op.execute('INSERT INTO post (id, "parentId") VALUES (2, 3)');
          await op.execute('INSERT INTO post (id, "parentId") VALUES (3, 2)');
        },
      });
      expect(await dataSource.query('SELECT count(*)::int AS rows FROM post')).toEqual([{ rows: 3 }]);
    });

    it('says what the check finds, where an ALTER TABLE needs it earlier', async () => {
      const failed = upgrade({
        a: tree,
        b: async (op) => {
          await op.execute('INSERT INTO post (id, "parentId") VALUES (1, 7)');
          await op.alterColumn('post', 'parentId', { isNullable: false });
        },
      });
      await expect(failed).rejects.toMatchObject({ failure: { databaseCode: '23503', current: [] } });
    });
  });

  it('says what a failed concurrent index left behind', async () => {
    const failed = upgrade({
      a: async (op) => {
        await table(op);
        await op.addColumn('post', { name: 'title', type: 'text', isNullable: true });
        await op.execute(`INSERT INTO post (id, title) VALUES (1, 'same'), (2, 'same')`);
        await op.createIndex('post', { name: 'title', columnNames: ['title'], isUnique: true, isConcurrent: true });
      },
    });
    await expect(failed).rejects.toMatchObject({
      failure: { databaseCode: '23505', detail: expect.stringContaining('same'), keptStatements: 3, current: [] },
      hint: expect.stringMatching(
        /The index title on post is left behind INVALID.* DROP INDEX CONCURRENTLY title\. 3 statements of it are committed and kept/,
      ),
    });
  });

  it('lets the next revision use an enum value that one added', async () => {
    await upgrade({
      a: async (op) => {
        await op.createEnum('mood', ['sad']);
        await op.createTable({
          name: 'person',
          columns: [{ name: 'mood', type: 'enum', enumName: 'mood', isNullable: true }],
        });
      },
    });
    const revisions = {
      a: table,
      b: (op) => op.addEnumValue('mood', 'happy'),
      c: (op) => op.execute(`INSERT INTO person (mood) VALUES ('happy')`),
    } satisfies Record<string, TestRevision['upgrade']>;
    const result = await upgrade(revisions);
    expect(result.steps.map((step) => step.revision)).toEqual(['b', 'c']);
    expect(await dataSource.query('SELECT mood FROM person')).toEqual([{ mood: 'happy' }]);
  });

  it('explains the transaction that is aborted by an error which the revision caught', async () => {
    const error = await upgrade({
      a: async (op) => {
        await op.queryRunner.query('SELECT * FROM missing').catch(() => undefined);
      },
    }).catch((thrown: MigrationFailedError) => thrown);
    expect((error as MigrationFailedError).code).toBe('MIGRATION_FAILED');
    expect((error as MigrationFailedError).message).toContain(
      'a statement failed, the revision caught its error, and the database takes nothing more in that transaction',
    );
  });

  it('reports a deferred constraint that fails at the commit', async () => {
    const failed = upgrade({
      a: (op) =>
        op.execute('CREATE TABLE node (id int PRIMARY KEY, up int REFERENCES node DEFERRABLE INITIALLY DEFERRED)'),
      b: (op) => op.execute('INSERT INTO node VALUES (1, 2)'),
    });
    await expect(failed).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', statement: 'COMMIT', databaseCode: '23503', rolledBack: ['a'], kept: [] },
    });
    expect(await dataSource.query(`SELECT to_regclass('node') AS node`)).toEqual([{ node: null }]);
    expect(await dataSource.query('SELECT revision FROM migrate_version_history')).toEqual([{ revision: 'b' }]);
  });

  it('gives up on a table that another session keeps locked, and says who', async () => {
    await upgrade({ a: table });
    const other = dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query('LOCK TABLE post IN ACCESS EXCLUSIVE MODE');
    try {
      const failed = upgrade(
        { a: table, b: (op) => op.addColumn('post', { name: 'title', type: 'text', isNullable: true }) },
        { settings: { ...settings, lockTimeout: 50 } },
      );
      await expect(failed).rejects.toMatchObject({
        code: 'MIGRATION_FAILED',
        failure: { revision: 'b', current: ['a'] },
        cause: { code: 'LOCK_TIMEOUT' },
      });
    } finally {
      await other.rollbackTransaction();
      await other.release();
    }
  });

  it('ends a statement that runs longer than the limit', async () => {
    const failed = upgrade(
      { a: (op) => op.execute('SELECT pg_sleep(30)') },
      { settings: { ...settings, statementTimeout: 100 } },
    );
    await expect(failed).rejects.toMatchObject({ failure: { databaseCode: '57014' } });
  });

  it('keeps its tables in the configured schema, apart from those of another application', async () => {
    await dataSource.query('CREATE SCHEMA ops');
    const versionTable = { schema: 'ops', name: 'shop versions' };
    await upgrade({ a: table }, { settings: { ...settings, versionTable } });
    expect(await dataSource.query('SELECT version_num FROM ops."shop versions"')).toEqual([{ version_num: 'a' }]);
    expect(await dataSource.query('SELECT revision FROM ops."shop versions_history"')).toEqual([{ revision: 'a' }]);
    expect(await dataSource.query(`SELECT to_regclass('migrate_version') AS own`)).toEqual([{ own: null }]);
  });

  it('names the version table that it may not make', async () => {
    const versionTable = { schema: 'nowhere', name: 'versions' };
    await expect(upgrade({ a: table }, { settings: { ...settings, versionTable } })).rejects.toMatchObject({
      code: 'VERSION_TABLE',
      message: expect.stringContaining('"nowhere.versions"'),
      hint: 'No revision can create the schema of its own version table: create it, or set another `versionTableSchema`.',
    });
  });

  it.each([
    [`SELECT pg_catalog.set_config('search_path', '', false)`],
    ['CREATE SCHEMA other; SET search_path TO other'],
    [`SET search_path = pg_catalog`],
  ])('says the cause where a revision changes the search path: %s', async (sql) => {
    const failed = upgrade({ a: table, b: (op) => op.execute(sql).then(() => undefined) });
    await expect(failed).rejects.toMatchObject({
      message: expect.stringContaining('relation "migrate_version" does not exist'),
      hint: expect.stringMatching(/search_path.*leave.*out of the revision/i),
    });
    await expect(failed).rejects.not.toMatchObject({ hint: expect.stringContaining('must be allowed to create') });
    expect((await upgrade({ a: table })).current).toEqual(['a']);
  });

  it.each([
    ['by the settings of the database', {}],
    ['by those of the connection', { extra: { options: '-c default_transaction_read_only=on' } }],
  ])('says that the database is read-only, and nothing of rights: %s', async (_where, more) => {
    if (Object.keys(more).length === 0) {
      await dataSource.query(
        `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$`,
      );
    }
    const readOnly = await new DataSource({ ...database.options, ...more } as DataSourceOptions).initialize();
    const failed = run(new TestHistory({ a: table } as Record<string, TestRevision>).request(readOnly));
    await expect(failed.finally(() => readOnly.destroy())).rejects.toMatchObject({
      code: 'VERSION_TABLE',
      hint: expect.stringMatching(/^The connection is to a standby, or .*connect to the primary/),
    });
  });

  it('reports the connection that was lost in the middle, and rolls back', async () => {
    const failed = upgrade({
      a: table,
      b: async (op) => {
        const [{ pid }] = (await op.manager.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
        await dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await op.execute('INSERT INTO post (id) VALUES (1)');
      },
    });
    await expect(failed).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', rolledBack: ['a'] },
    });
    const result = await upgrade({ a: table });
    expect(result.current).toEqual(['a']);
  });

  it('gives the connection back to the pool as it was', async () => {
    const settingsOf = async (): Promise<unknown> =>
      (await dataSource.query(`SELECT current_setting('lock_timeout') AS a, current_setting('statement_timeout') AS b,
        current_setting('client_connection_check_interval') AS c, count(*) AS locks FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)) as unknown;
    const before = await settingsOf();
    await upgrade({ a: table }, { settings: { ...settings, statementTimeout: 5000 } });
    await upgrade({ a: table, b: () => Promise.reject(new Error('no')) }).catch(() => undefined);
    expect(await settingsOf()).toEqual(before);
  });
});
