import { SqliteDatabase, sessionOptions } from '../../../../test/support/sqlite-database.js';
import { LockModeError } from '../../common/errors.js';
import { openSession } from './session.js';

describe('the option `lock` on SQLite', () => {
  let database: SqliteDatabase;

  beforeEach(async () => {
    database = await SqliteDatabase.create();
  });

  afterEach(() => database.drop());

  it('is refused where it asks for a lease', async () => {
    await expect(openSession(database.dataSource, { ...sessionOptions, lock: 'lease' })).rejects.toThrow(LockModeError);
  });

  it.each(['auto', 'session', 'none'] as const)('is the write transaction where it is %s', async (lock) => {
    const [one, other] = [
      await openSession(database.dataSource, { ...sessionOptions, lock }),
      await openSession(database.dataSource, { ...sessionOptions, lock, runnerTimeout: 50 }),
    ];
    await one.lock();
    await one.begin();
    await other.lock();
    await expect(other.begin()).rejects.toMatchObject({ code: 'RUNNER_BUSY' });
    await other.close();
    await one.close();
  });
});
