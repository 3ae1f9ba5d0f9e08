import { settings } from '../../../test/faults/history.js';
import type { DialectSession } from '../dialect.js';
import { ContractDatabase } from './contract-database.js';
import { subjects } from './subjects.js';

describe.each(subjects)('a session, on %s', (_, subject) => {
  const { dialect } = subject;
  const isWhole = dialect.transactions === 'whole';
  let database: ContractDatabase;
  let session: DialectSession;

  beforeEach(async () => {
    database = await ContractDatabase.make(subject);
    session = await dialect.openSession(database.dataSource, settings);
    await session.lock();
  });

  afterEach(async () => {
    await session.close();
    await database.drop();
  });

  const execute = (sql: string): Promise<unknown> => session.execute({ sql });

  it('undoes rows, and changes of the schema where its policy says so', async () => {
    await session.begin();
    await execute('CREATE TABLE t (id integer)');
    expect(session.inTransaction).toBe(isWhole);
    if (!session.inTransaction) await session.begin();
    await execute('INSERT INTO t VALUES (1)');
    expect(session.inTransaction).toBe(true);
    await session.rollback();
    expect(session.inTransaction).toBe(false);
    expect(await database.tables()).toEqual(isWhole ? [] : ['t']);
    if (!isWhole) expect(await database.ids()).toEqual([]);
  });

  it('commits what is open, and nothing where the database has committed already', async () => {
    await session.begin();
    await execute('CREATE TABLE t (id integer)');
    await session.commit();
    expect(session.inTransaction).toBe(false);
    await session.begin();
    await execute('INSERT INTO t VALUES (1)');
    await session.commit();
    expect(await database.ids()).toEqual([1]);
  });

  it('notices changes of the schema that the query runner of revisions makes', async () => {
    await session.begin();
    await execute('CREATE TABLE t (id integer)');
    if (!session.inTransaction) await session.begin();
    await execute('INSERT INTO t VALUES (1)');
    await session.revisionRunner.query('ALTER TABLE t ADD COLUMN c integer');
    expect(session.inTransaction).toBe(isWhole);
    await session.rollback();
    expect(await database.tables()).toEqual(isWhole ? [] : ['t']);
    if (!isWhole) expect(await database.ids()).toEqual([1]);
  });

  it('shows to others whether a run holds the lock, or that it cannot', async () => {
    const reader = database.dataSource.createQueryRunner();
    const shown = await dialect.isRunning(reader, settings.versionTable);
    expect([true, undefined]).toContain(shown);
    expect(await dialect.isRunning(reader, { name: 'another' })).toBe(shown === undefined ? undefined : false);
    await session.close();
    expect(await dialect.isRunning(reader, settings.versionTable)).toBe(shown === undefined ? undefined : false);
    await reader.release();
  });

  it('finds nothing that is not whole in a new database', async () => {
    const reader = database.dataSource.createQueryRunner();
    expect(await dialect.defects(reader, { schemas: [] })).toEqual([]);
    await reader.release();
  });
});
