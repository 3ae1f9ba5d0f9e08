import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, EntitySchema } from 'typeorm';
import { SqliteDatabase, sessionOptions } from '../../../../test/support/sqlite-database.js';
import type { DialectSession, SessionOptions } from '../../dialect.js';
import { openSession } from './session.js';

const Note = new EntitySchema<{ id: number; text: string }>({
  name: 'note',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, text: { type: 'varchar' } },
});

type Queries = Pick<DataSource, 'query'>;

let database: SqliteDatabase;
let session: DialectSession;
beforeEach(async () => {
  database = await SqliteDatabase.create({ entities: [Note] });
  await database.run(
    'CREATE TABLE note (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, text varchar NOT NULL)',
    'CREATE TABLE parent (id integer PRIMARY KEY)',
    'CREATE TABLE child (parent_id integer REFERENCES parent (id) ON DELETE CASCADE)',
  );
  session = await openSession(database.dataSource, sessionOptions);
});
afterEach(async () => {
  await session.close();
  await database.drop();
});

const pragma = async (name: string, runner: Queries = database.dataSource): Promise<unknown> =>
  Object.values((await runner.query<object[]>(`PRAGMA ${name}`))[0]!)[0];
const notes = (runner: Queries = database.dataSource): Promise<unknown> => runner.query('SELECT text FROM note');
const insert = { sql: `INSERT INTO note (text) VALUES (?)`, parameters: ['x'] };

const settingsOf = (runner?: Queries): Promise<unknown[]> =>
  Promise.all(['foreign_keys', 'busy_timeout', 'legacy_alter_table'].map((name) => pragma(name, runner)));

describe('the settings of a SQLite connection', () => {
  it.each([0, 1])('are as they were after a commit and a rollback: foreign_keys = %i', async (value) => {
    const { runner } = session;
    for (const setting of [`foreign_keys = ${value}`, 'busy_timeout = 1234', 'legacy_alter_table = ON']) {
      await runner.query(`PRAGMA ${setting}`);
    }
    await session.begin();
    expect(await settingsOf(runner)).toEqual([0, 1234, 0]);
    await session.commit();
    expect(await settingsOf(runner)).toEqual([value, 1234, 1]);
    await session.begin();
    await session.rollback();
    expect(await settingsOf(runner)).toEqual([value, 1234, 1]);
    await session.begin();
    await session.close();
    expect(session.inTransaction).toBe(false);
  });

  it.each([0, 1])('are as they were on a connection that the application shares: foreign_keys = %i', async (value) => {
    await database.run(
      'PRAGMA locking_mode = EXCLUSIVE',
      `PRAGMA foreign_keys = ${value}`,
      'PRAGMA busy_timeout = 1234',
      'PRAGMA legacy_alter_table = ON',
    );
    const shared = await openSession(database.dataSource, sessionOptions);
    await shared.begin();
    await shared.execute(insert);
    expect(await settingsOf()).toEqual([0, 1234, 0]);
    await shared.close();
    expect(await settingsOf()).toEqual([value, 1234, 1]);
    await shared.execute({ sql: 'DELETE FROM parent' });
    expect(await settingsOf()).toEqual([0, 1234, 0]);
    await shared.close();
    expect(await settingsOf()).toEqual([value, 1234, 1]);
    expect(await notes()).toEqual([]);
  });
});

describe('a transaction on SQLite', () => {
  it('is kept by a commit and forgotten by a rollback', async () => {
    await session.begin();
    await session.execute(insert);
    await session.rollback();
    expect(await notes()).toEqual([]);
    await session.begin();
    await session.execute(insert);
    await session.commit();
    expect(await notes()).toEqual([{ text: 'x' }]);
  });

  it('contains what TypeORM does on the same connection', async () => {
    await session.begin();
    const { manager } = session.runner;
    await manager.save(Note, { text: 'saved' });
    await manager.transaction((inner) => inner.save(Note, { text: 'nested' }));
    await manager
      .transaction(async (inner) => {
        await inner.save(Note, { text: 'undone' });
        throw new Error('undo');
      })
      .catch(() => undefined);
    expect(await notes(session.runner)).toEqual([{ text: 'saved' }, { text: 'nested' }]);
    expect(session.inTransaction).toBe(true);
    await session.rollback();
    expect(await notes()).toEqual([]);
    await manager.save(Note, { text: 'afterwards' });
    expect(await notes()).toEqual([{ text: 'afterwards' }]);
  });

  it('ends as a whole although a savepoint was left open in it', async () => {
    await session.begin();
    await session.runner.startTransaction();
    await session.execute(insert);
    await session.commit();
    expect(session.inTransaction).toBe(false);
    expect(await notes()).toHaveLength(1);
  });

  it('can be rolled back after SQLite ended it by itself', async () => {
    await database.run('CREATE TABLE once (a text UNIQUE ON CONFLICT ROLLBACK)');
    await session.begin();
    await session.execute({ sql: `INSERT INTO once VALUES ('x')` });
    await expect(session.execute({ sql: `INSERT INTO once VALUES ('x')` })).rejects.toThrow('UNIQUE');
    await session.rollback();
    await session.begin();
    await session.commit();
    expect(await database.rows('SELECT * FROM once')).toEqual([]);
  });
});

describe('foreign keys on SQLite', () => {
  it('stop a commit that would leave rows without a parent', async () => {
    await database.run('INSERT INTO parent VALUES (1)', 'INSERT INTO child VALUES (1)');
    await session.begin();
    await session.execute({ sql: 'DELETE FROM parent' });
    await expect(session.commit()).rejects.toMatchObject({
      code: 'FOREIGN_KEY_VIOLATION',
      message: `Rows would be left without a parent: 1 in 'child' (rowid 1) that refer to 'parent'. Nothing was committed.`,
      violations: [{ table: 'child', rowid: 1, parent: 'parent' }],
    });
    await session.rollback();
    expect(await database.rows('SELECT * FROM parent')).toHaveLength(1);
    expect(await pragma('foreign_keys')).toBe(1);
  });

  it('that rows violated before stop no commit', async () => {
    await database.run('PRAGMA foreign_keys = OFF', 'INSERT INTO child VALUES (99)', 'PRAGMA foreign_keys = ON');
    await session.begin();
    await session.execute(insert);
    await session.commit();
    expect(await notes()).toHaveLength(1);
  });

  it('that rows violated before stop no commit when their tables are renamed', async () => {
    await database.run('PRAGMA foreign_keys = OFF', 'INSERT INTO child VALUES (99)', 'PRAGMA foreign_keys = ON');
    await session.begin();
    await session.execute({ sql: 'ALTER TABLE child RENAME TO offspring' });
    await session.execute({ sql: 'ALTER TABLE parent RENAME TO ancestor' });
    await session.commit();
    expect(await database.rows('SELECT * FROM offspring')).toEqual([{ parent_id: 99 }]);
  });

  it('that rows violated before hide no new violations, also in tables without row ids', async () => {
    await database.run(
      'CREATE TABLE flat (id integer PRIMARY KEY, parent_id integer REFERENCES parent (id)) WITHOUT ROWID',
      'PRAGMA foreign_keys = OFF',
      'INSERT INTO flat VALUES (1, 99)',
      'PRAGMA foreign_keys = ON',
    );
    await session.begin();
    await session.execute({ sql: 'INSERT INTO flat VALUES (2, 98)' });
    await expect(session.commit()).rejects.toMatchObject({
      code: 'FOREIGN_KEY_VIOLATION',
      violations: [{ table: 'flat', rowid: null, parent: 'parent' }],
    });
  });

  it('that refer to no key stop a commit, unless they existed before', async () => {
    const bad = (name: string): string => `CREATE TABLE ${name} (t text REFERENCES note (text))`;
    await session.begin();
    await session.execute({ sql: bad('one') });
    await expect(session.commit()).rejects.toMatchObject({
      code: 'FOREIGN_KEY_MISMATCH',
      message: expect.stringContaining(`A foreign key of table 'one' cannot work: foreign key mismatch`),
    });
    await session.rollback();
    await database.run(bad('two'), 'INSERT INTO parent VALUES (1)', 'INSERT INTO child VALUES (1)');
    await session.begin();
    await session.execute(insert);
    await session.commit();
    await session.begin();
    await session.execute({ sql: 'DELETE FROM parent' });
    await expect(session.commit()).rejects.toMatchObject({ code: 'FOREIGN_KEY_VIOLATION' });
  });
});

describe('the lock of a run on SQLite', () => {
  const other = async (options: Partial<SessionOptions> = {}): Promise<[DialectSession, DataSource]> => {
    const dataSource = await new DataSource({ type: 'better-sqlite3', database: database.url }).initialize();
    return [await openSession(dataSource, { ...sessionOptions, ...options }), dataSource];
  };

  it('is waited for, and what the other run wrote is seen then', async () => {
    const onWait = jest.fn();
    const [second, dataSource] = await other({ onWait });
    await session.begin();
    const waiting = second.begin();
    await session.execute(insert);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await session.commit();
    await waiting;
    expect(await second.execute({ sql: 'SELECT text FROM note' })).toEqual([{ text: 'x' }]);
    expect(onWait.mock.calls).toEqual([
      ['writer', { waitedMs: expect.any(Number), limitMs: 2000, holder: { file: database.url } }],
    ]);
    await second.close();
    await dataSource.destroy();
  });

  it('fails after its timeout, and leaves the connection as it was', async () => {
    const [second, dataSource] = await other({ runnerTimeout: 150 });
    await session.begin();
    await expect(second.begin()).rejects.toMatchObject({
      code: 'RUNNER_BUSY',
      message: expect.stringMatching(
        /^Another connection holds the database, .* \(file \/.*\); gave up after \d+ ms\.$/,
      ),
    });
    expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    expect(await dataSource.query('PRAGMA busy_timeout')).toEqual([{ timeout: 5000 }]);
    await second.close();
    await dataSource.destroy();
  });

  it('does not end a transaction of the application', async () => {
    const runner = database.dataSource.createQueryRunner();
    const onWait = jest.fn();
    const impatient = await openSession(database.dataSource, { ...sessionOptions, runnerTimeout: 100, onWait });
    await runner.startTransaction();
    await runner.query(insert.sql, ['theirs']);
    await expect(impatient.begin()).rejects.toThrow('The application has a transaction open');
    expect(onWait.mock.calls).toMatchObject([['application', { limitMs: 100 }]]);
    await impatient.close();
    await runner.commitTransaction();
    expect(await notes()).toEqual([{ text: 'theirs' }]);
  });

  it('is free again when the process that held it is killed', async () => {
    const holder = spawn(process.execPath, [
      '-e',
      `const database = new (require('better-sqlite3'))(${JSON.stringify(database.url)});
       database.exec('BEGIN IMMEDIATE; DELETE FROM note');
       console.log('held'); setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    const waiting = session.begin();
    setTimeout(() => holder.kill('SIGKILL'), 100);
    await waiting;
    expect(session.inTransaction).toBe(true);
  });

  it('reports that a reader keeps it from committing', async () => {
    const [, dataSource] = await other();
    const onWait = jest.fn();
    const impatient = await openSession(database.dataSource, { ...sessionOptions, lockTimeout: 100, onWait });
    await dataSource.query('BEGIN');
    await dataSource.query('SELECT * FROM note');
    await impatient.begin();
    await impatient.execute(insert);
    await expect(impatient.commit()).rejects.toMatchObject({
      code: 'RUNNER_BUSY',
      message: expect.stringContaining('Another connection is still reading'),
    });
    expect(onWait.mock.calls).toMatchObject([['reader', { limitMs: 100, holder: { file: database.url } }]]);
    await impatient.close();
    await dataSource.query('COMMIT');
    expect(await notes()).toEqual([]);
    await dataSource.destroy();
  });

  it('lets readers finish before the commit', async () => {
    const [, dataSource] = await other();
    await dataSource.query('BEGIN');
    await dataSource.query('SELECT * FROM note');
    await session.begin();
    await session.execute(insert);
    setTimeout(() => void dataSource.query('COMMIT'), 100);
    await session.commit();
    expect(await dataSource.query('SELECT text FROM note')).toEqual([{ text: 'x' }]);
    await dataSource.destroy();
  });
});

it('a session on a file that is no database fails with the name of the file', async () => {
  const file = join(database.url, '..', 'notes.txt');
  writeFileSync(file, 'These are notes. '.repeat(100));
  const dataSource = await new DataSource({ type: 'better-sqlite3', database: file }).initialize();
  const impossible = await openSession(dataSource, sessionOptions);
  await expect(impossible.begin()).rejects.toMatchObject({
    code: 'NOT_A_DATABASE',
    message: `'${file}' is not a SQLite database, or it is encrypted and the key is missing or wrong.`,
  });
  await impossible.close();
  await dataSource.destroy();
});

describe('a session on sql.js', () => {
  it.each([true, false])(
    'has written its file after a commit, and keeps its settings: autoSave %s',
    async (autoSave) => {
      const location = join(database.url, '..', 'memory.sqlite');
      const dataSource = await new DataSource({ type: 'sqljs', location, autoSave }).initialize();
      const memory = await openSession(dataSource, sessionOptions);
      await memory.begin();
      await memory.execute({ sql: 'CREATE TABLE t (a text)' });
      await memory.commit();
      expect(readFileSync(location).includes('CREATE TABLE t')).toBe(true);
      await memory.close();
      expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
      await dataSource.destroy();
    },
  );
});
