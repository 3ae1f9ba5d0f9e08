import { Backoff, tryAgain } from './backoff.js';

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describe('Pauses between tries', () => {
  it('grow up to the longest, and never last longer than that', async () => {
    const backoff = new Backoff({ first: 20, longest: 40 });
    const pauses = [];
    for (let count = 0; count < 3; count++) pauses.push(await timed(() => backoff.pause()));
    expect(pauses[0]).toBeGreaterThanOrEqual(9);
    for (const pause of pauses.slice(1)) expect(pause).toBeGreaterThanOrEqual(19);
    expect(backoff.waited).toBeGreaterThanOrEqual(48);
  });

  it('end at the time that is left, or at once where none is', async () => {
    const backoff = new Backoff({ first: 10_000, longest: 10_000 });
    expect(await timed(() => backoff.pause(5))).toBeLessThan(1000);
    expect(await timed(() => backoff.pause(-1))).toBeLessThan(1000);
  });
});

describe('Work that is tried again', () => {
  const pauses = { first: 1, longest: 2 };
  const failing = (times: number) => {
    let count = 0;
    const work = async (): Promise<string> => {
      count += 1;
      if (count <= times) throw new Error(`busy ${count}`);
      return `done ${count}`;
    };
    return work;
  };

  it.each([
    ['is not, when it succeeds', 0, 3, true, 'done 1'],
    ['succeeds later', 2, 3, true, 'done 3'],
    ['fails with the last error', 3, 3, true, 'busy 3'],
    ['fails at once with another error', 3, 3, false, 'busy 1'],
  ])('%s', async (_what, times, tries, mayFollow, expected) => {
    const outcome = await tryAgain(failing(times), () => mayFollow, { tries, ...pauses }).catch(
      (error: unknown) => (error as Error).message,
    );
    expect(outcome).toBe(expected);
  });
});
