import { LockTimeoutError } from '../../errors/database.errors.js';
import { LockAttempts, PacedNotices } from './lock-attempts.js';

const statement = { sql: 'DROP TABLE hot', contention: 'lock', cause: new Error('timeout') } as const;

const timeOf = async (work: Promise<void>): Promise<number> => {
  const start = performance.now();
  await work;
  return performance.now() - start;
};

describe('the attempts to get a lock', () => {
  it('are as many as wanted, and end with who holds it', () => {
    const attempts = new LockAttempts({ lockTimeout: 10, lockAttempts: 3 });
    expect([attempts.another(), attempts.another(), attempts.another()]).toEqual([true, true, false]);
    const error = attempts.error(statement, { blocker: { pid: 7, table: 'hot' } });
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect((error as LockTimeoutError).reason).toBe('Could not get a lock in 3 attempts: pid 7 holds "hot"');
  });

  it('are ten by default', () => {
    const attempts = new LockAttempts({ lockTimeout: 10 });
    let count = 1;
    while (attempts.another()) count += 1;
    expect(count).toBe(10);
  });

  it('end with the error of the database after deadlocks', () => {
    const attempts = new LockAttempts({ lockTimeout: 10, lockAttempts: 1 });
    expect(attempts.another()).toBe(false);
    expect(attempts.error({ ...statement, contention: 'deadlock' }, {})).toBe(statement.cause);
  });

  it.each([
    [2, 'Waiting for a lock, which is tried once more: another session holds it. Statement: DROP TABLE hot'],
    [3, 'Waiting for a lock, which is tried 2 more times: another session holds it. Statement: DROP TABLE hot'],
  ])('count those that are left, of %s', (lockAttempts, notice) => {
    const attempts = new LockAttempts({ lockTimeout: 10, lockAttempts });
    attempts.another();
    expect(attempts.notice(statement, {})).toBe(notice);
  });

  it('pause for as long as a lock is waited for, longer each time, and for as long as the attempt took', async () => {
    const attempts = new LockAttempts({ lockTimeout: 150 });
    expect(await timeOf(attempts.pause(0))).toBeGreaterThan(145);
    expect(await timeOf(attempts.pause(0))).toBeGreaterThan(295);
    const next = new LockAttempts({ lockTimeout: 10 });
    expect(await timeOf(next.pause(400))).toBeGreaterThan(395);
  });

  it('pause also where nothing was waited for', async () => {
    expect(await timeOf(new LockAttempts({ lockTimeout: 0 }).pause(0))).toBeGreaterThan(95);
  });
});

describe('notices about waits', () => {
  afterEach(() => jest.restoreAllMocks());

  it('are given at once, and then every 10 s at most', async () => {
    const now = jest.spyOn(performance, 'now');
    const given: string[] = [];
    const notices = new PacedNotices((message) => given.push(message));
    for (const time of [0, 2_000, 9_999, 10_000, 12_000, 21_000]) {
      now.mockReturnValue(time);
      await notices.give(() => String(time));
    }
    expect(given).toEqual(['0', '10000', '21000']);
  });

  it('are not made where nobody gets them', async () => {
    await new PacedNotices(undefined).give(() => Promise.reject(new Error('made')));
  });
});
