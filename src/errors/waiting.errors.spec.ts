import { describeWait, RunnerBusyError, type RunnerInfo } from './waiting.errors.js';

const holder: RunnerInfo = {
  pid: 7,
  user: 'app',
  applicationName: 'nest-cmd',
  host: '10.0.0.3',
  since: new Date(0),
  state: 'active',
  query: 'CREATE INDEX\n  CONCURRENTLY i ON t (c)',
  look: 'SELECT 1',
  end: 'SELECT 2',
};

describe('describeWait', () => {
  it.each([
    [undefined, 'Another process is running migrations on this database; waiting for it to finish (60 s at most)'],
    [
      holder,
      '(60 s at most): pid 7, user "app", application "nest-cmd", from 10.0.0.3, since 1970-01-01T00:00:00.000Z, running: CREATE INDEX CONCURRENTLY i ON t (c)',
    ],
    [{ ...holder, state: 'idle in transaction' }, ', idle in transaction, last ran: CREATE INDEX'],
    [{ pid: 7 }, 'at most): pid 7'],
    [
      { owner: 'alice@ci', expires: new Date(0) },
      'at most): alice@ci, its lease ends at 1970-01-01T00:00:00.000Z unless renewed',
    ],
    [
      { pid: 1, isHere: true, since: new Date(0) },
      'Another run of this process works on this database; waiting for it to finish (60 s at most): since 1970',
    ],
    [{ file: '/data/shop.sqlite' }, 'at most): file /data/shop.sqlite'],
  ])('names %j', (who, text) => {
    const wait = { waitedMs: 3, limitMs: 60_000, ...(who && { holder: who }) };
    expect(describeWait('runner', wait)).toContain(text);
  });

  it('counts the time of a wait that goes on', () => {
    expect(describeWait('writer', { waitedMs: 20_100, limitMs: 60_000 })).toContain('(20 s so far, 60 s at most)');
    expect(describeWait('writer', { waitedMs: 0, limitMs: 300 })).toContain('(0.3 s at most)');
  });
});

it('RunnerBusyError names what to look at, and how to end only what is dead', () => {
  const error = new RunnerBusyError(60_001, holder);
  expect(error.message).toMatch(/^Another migration run holds the database \(pid 7, .*\); gave up after 60001 ms\.$/);
  expect(error.hint).toBe(
    'Nothing was changed. Run the command again when it is done, or raise `runnerTimeout`; `npx nest-cmd db status` and `npx nest-cmd db log` show how far it is. Look at it with: SELECT 1. Only if its process is gone, end it with: SELECT 2.',
  );
});
