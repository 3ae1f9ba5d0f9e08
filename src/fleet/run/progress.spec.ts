import type { FleetProgress } from '../requests.js';
import { Progress } from './progress.js';

describe('the progress of a run', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is reported while a tenant takes long', () => {
    const seen: FleetProgress[] = [];
    const progress = new Progress('f3a1', 'own', (one) => seen.push(one));
    progress.counts = [{ wave: 1, state: 'waiting', tenants: 2 }];
    progress.beginWave(1);
    const seconds = (count: number): void => {
      for (let second = 0; second < count; second += 1) {
        jest.advanceTimersByTime(1_000);
        progress.pulse();
      }
    };
    seconds(6);
    expect(seen).toEqual([]);
    progress.begin('acme');
    seconds(11);
    expect(seen.map(({ running, ended }) => [running, ended])).toEqual([
      [[{ tenant: 'acme', ms: 1_000 }], undefined],
      [[{ tenant: 'acme', ms: 6_000 }], undefined],
      [[{ tenant: 'acme', ms: 11_000 }], undefined],
    ]);
    progress.end('acme', { state: 'done' });
    seconds(9);
    expect(seen).toHaveLength(4);
  });
});
