import type { DataSource } from 'typeorm';
import { inTurn } from './turns.js';

const busy = (): Error => new Error('busy');
const nested = (): Error => new Error('nested');

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

describe('inTurn', () => {
  it('runs work on one data source one after the other, in order, failures included', async () => {
    const dataSource = {} as DataSource;
    const log: string[] = [];
    const gate = deferred();
    const job =
      (name: string, fails = false) =>
      async (): Promise<string> => {
        log.push(`${name} begins`);
        await gate.promise;
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };
    const jobs = [
      inTurn(dataSource, { timeout: 1000, busy, nested }, job('a', true)),
      inTurn(dataSource, { timeout: 1000, busy, nested }, job('b')),
      inTurn(dataSource, { timeout: 1000, busy, nested }, job('c')),
    ];
    gate.resolve();
    const results = await Promise.allSettled(jobs);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  });

  it('reports that it waits only if it does', async () => {
    const dataSource = {} as DataSource;
    const onWait = jest.fn();
    await inTurn(dataSource, { timeout: 1000, busy, nested, onWait }, async () => undefined);
    await inTurn(dataSource, { timeout: 1000, busy, nested, onWait }, async () => undefined);
    expect(onWait).not.toHaveBeenCalled();
    const gate = deferred();
    const first = inTurn(dataSource, { timeout: 1000, busy, nested, onWait }, () => gate.promise);
    const second = inTurn(dataSource, { timeout: 1000, busy, nested, onWait }, async () => undefined);
    gate.resolve();
    await Promise.all([first, second]);
    expect(onWait).toHaveBeenCalledTimes(1);
  });

  it('ends a wait with the error of its listener, which would else end the process', async () => {
    jest.useFakeTimers();
    try {
      const dataSource = {} as DataSource;
      const gate = deferred();
      const first = inTurn(dataSource, { timeout: 60_000, busy, nested }, () => gate.promise);
      const onWait = jest.fn().mockImplementationOnce(() => undefined);
      onWait.mockImplementation(() => {
        throw new Error('no room for the log');
      });
      const second = inTurn(dataSource, { timeout: 60_000, busy, nested, onWait }, async () => undefined);
      const [settled] = await Promise.all([Promise.allSettled([second]), jest.advanceTimersByTimeAsync(25_000)]);
      expect(settled).toEqual([{ status: 'rejected', reason: new Error('no room for the log') }]);
      gate.resolve();
      await first;
      expect(onWait).toHaveBeenCalledTimes(2);
    } finally {
      jest.useRealTimers();
    }
  });

  it('lets work on other data sources go first', async () => {
    const gate = deferred();
    const first = inTurn({} as DataSource, { timeout: 1000, busy, nested }, () => gate.promise);
    await expect(inTurn({} as DataSource, { timeout: 1000, busy, nested }, async () => 'done')).resolves.toBe('done');
    gate.resolve();
    await first;
  });

  it('gives up when the turn does not come in time, and lets later work wait on', async () => {
    const dataSource = {} as DataSource;
    const gate = deferred();
    const first = inTurn(dataSource, { timeout: 1000, busy, nested }, () => gate.promise);
    const second = inTurn(dataSource, { timeout: 20, busy, nested }, async () => 'second');
    const third = inTurn(dataSource, { timeout: 5000, busy, nested }, async () => 'third');
    await expect(second).rejects.toThrow('busy');
    gate.resolve();
    await first;
    await expect(third).resolves.toBe('third');
  });
});
