import { CallSites, lineIn, stackAbove } from './call-sites.js';

/** How often the text of a stack was made while this worked. */
async function stacksMadeBy(work: () => Promise<unknown>): Promise<number> {
  const before = Error.prepareStackTrace;
  let count = 0;
  Error.prepareStackTrace = (error, frames) => {
    count += 1;
    return before === undefined ? `${error.message}\n${frames.join('\n')}` : (before(error, frames) as unknown);
  };
  try {
    await work();
    return count;
  } finally {
    Error.prepareStackTrace = before;
  }
}

describe('the places of calls', () => {
  const target = {
    works: async () => undefined,
    answers: () => 5,
    refuses: (reason: Error) => new Promise((_, reject) => setTimeout(() => reject(reason), 1)),
  };

  it('cost nothing while no call fails: to find each line takes as long as the function before it', async () => {
    const traced = new CallSites().trace(target);
    expect(
      await stacksMadeBy(async () => {
        for (let index = 0; index < 50; index += 1) await traced.works();
        traced.answers();
      }),
    ).toBe(0);
    expect(await stacksMadeBy(async () => stackAbove(target.works))).toBe(0);
  });

  it('are found for a call that failed long after it was made', async () => {
    const sites = new CallSites();
    const traced = sites.trace(target);
    const reason = new Error('refused');
    delete reason.stack;
    const line = lineIn(new Error('here').stack, __filename);
    await traced.refuses(reason).catch(() => undefined);
    expect(sites.lineOf(reason, __filename)).toBe((line ?? 0) + 1);
    expect(await stacksMadeBy(async () => sites.lineOf(reason, __filename))).toBeLessThanOrEqual(1);
  });
});
