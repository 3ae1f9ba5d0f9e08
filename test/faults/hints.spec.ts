import { readFileSync, writeFileSync } from 'node:fs';
import type { MigrateError, MigrationService } from '../../src/index.js';
import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

/** The hint that a revision with this body fails with. */
async function hintOf(migrations: MigrationService, body: string): Promise<string> {
  await migrations.init();
  const [{ path } = { path: '' }] = await migrations.revision({ revId: 'a1', message: 'first' });
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(/(upgrade\(.*\{)/, (start) => `${start}\n${body}\n`),
  );
  const error = await migrations.upgrade().then(
    () => undefined,
    (thrown: MigrateError) => thrown,
  );
  return error?.hint ?? 'no error';
}

describe('the hint on a statement that PostgreSQL refuses', () => {
  const scene = useScene(createPostgresDatabase);
  const table = 'await op.execute(\'CREATE TABLE "user" (id integer, email text)\');';

  it.each([
    [
      `${table} await op.execute('CREATE INDEX CONCURRENTLY user_email ON "user" (email)');`,
      [
        'op.autocommit(() => op.execute(`CREATE INDEX CONCURRENTLY user_email ON "user" (email)`))',
        "op.createIndex('user', { name: 'user_email', …, isConcurrent: true })",
      ],
    ],
    [`await op.queryRunner.query('VACUUM');`, ['op.autocommit(() => op.execute(`VACUUM`))']],
    [`await op.execute('CREATE DATABASE other_shop;');`, ['op.execute(`CREATE DATABASE other_shop`)']],
    [`await op.execute('DROP INDEX CONCURRENTLY IF EXISTS nothing');`, ['op.execute(`DROP INDEX CONCURRENTLY']],
    [`${table} await op.execute('REINDEX TABLE CONCURRENTLY "user"');`, ['op.execute(`REINDEX TABLE CONCURRENTLY']],
    [
      `await op.autocommit(async () => { await op.execute('SELECT 1; VACUUM'); });`,
      ['give each an `op.execute` of its own'],
    ],
    [
      `await op.queryRunner.query('SELECT 1/0').catch(() => undefined); await op.queryRunner.query('SELECT 1');`,
      ['An earlier statement failed'],
    ],
    [
      `await op.execute('SET LOCAL statement_timeout = 50'); await op.execute('SELECT pg_sleep(5)');`,
      ['`statementTimeout`'],
    ],
    [
      `${table} await op.execute('SET LOCAL ROLE pg_monitor'); await op.execute('DROP TABLE "user"');`,
      ['(postgres)', 'GRANT'],
    ],
    [
      `await op.execute('SET TRANSACTION READ ONLY'); await op.execute('CREATE TABLE x ()');`,
      ['connect to the primary'],
    ],
    [
      // Raised, as to use up the locks of the server that all tests share would fail others.
      `await op.execute("DO $$ BEGIN RAISE 'out of shared memory' USING ERRCODE = '53200'; END $$");`,
      ['`transactionPerMigration: true`', 'max_locks_per_transaction in postgresql.conf (now 64)'],
    ],
  ])('of %s', async (body, hints) => {
    await scene.inApplication(async (migrations) => {
      const hint = await hintOf(migrations, body);
      for (const text of hints) expect(hint).toContain(text);
    });
  });

  it('of a deadlock names the tables', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await dataSource.query('CREATE TABLE post (id integer); CREATE TABLE "Comment" (id integer)');
        const other = dataSource.createQueryRunner();
        await other.startTransaction();
        await other.query("SET LOCAL deadlock_timeout = '1h'");
        await other.query('LOCK TABLE "Comment"');
        const body = `await op.execute('SET LOCAL lock_timeout = 0'); await op.execute('LOCK TABLE post');
        await op.execute('LOCK TABLE "Comment"');`;
        const failing = hintOf(migrations, body);
        for (let locked = false; !locked;) {
          const rows = await dataSource.query(`SELECT FROM pg_locks WHERE relation = 'post'::regclass AND granted`);
          locked = rows.length > 0;
        }
        const waiting = other.query('LOCK TABLE post').catch(() => undefined);
        const hint = await failing;
        await waiting;
        await other.rollbackTransaction();
        await other.release();
        expect(hint).toContain('waited for each other over "Comment" and post');
      },
      { migrate: { lockAttempts: 1 } },
    );
  });
});

describe('the hint on a statement that SQLite refuses', () => {
  const scene = useScene(createSqliteDatabase);

  it('of a change where only reading is allowed', async () => {
    await scene.inApplication(async (migrations) => {
      const body = "await op.queryRunner.query('PRAGMA query_only = 1'); await op.execute('CREATE TABLE a (b)');";
      expect(await hintOf(migrations, body)).toContain('`readonly`');
    });
  });

  it.each(['VACUUM', 'VACUUM main', "VACUUM INTO 'never.sqlite'"])('of %s', async (sql) => {
    await scene.inApplication(async (migrations) => {
      expect(await hintOf(migrations, `await op.execute(\`${sql}\`);`)).toContain(
        `op.autocommit(() => op.execute(\`${sql}\`))`,
      );
    });
  });
});
