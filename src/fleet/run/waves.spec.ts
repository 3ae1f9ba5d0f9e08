import * as fc from 'fast-check';
import { budgetOf, lastWave, overBudget, waveEnds, waveOf } from './waves.js';

const wave = fc.oneof(
  fc.integer({ min: 1, max: 200 }),
  fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%`),
  fc.integer({ min: 1, max: 200 }).map(String),
);

describe('waves', () => {
  it.each<[(string | number)[], number, number[]]>([
    [['100%'], 7, [7]],
    [['1', '10%', '100%'], 300, [1, 30, 300]],
    [[1, '10%'], 5, [1, 5]],
    [['7%'], 100, [7, 100]],
    [['1', '2', '3'], 2, [1, 2]],
    [['0.1%'], 10, [1, 10]],
    [['10', '10%'], 50, [10, 50]],
  ])('%j of %i tenants end at %j', (waves, tenants, ends) => {
    expect(waveEnds(waves, tenants)).toEqual(ends);
  });

  it('rise, end with all tenants, and have each tenant in one of them', () => {
    fc.assert(
      fc.property(
        fc.array(wave, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 500 }),
        (waves, tenants) => {
          const ends = waveEnds(waves, tenants);
          expect(ends.at(-1)).toBe(tenants);
          expect(ends.every((end, index) => end > (ends[index - 1] ?? 0))).toBe(true);
          const of = Array.from({ length: tenants }, (_, place) => waveOf(ends, place));
          expect(of.every((number, place) => number >= Math.max(1, of[place - 1] ?? 1) && number <= ends.length)).toBe(
            true,
          );
          expect(of.filter((number) => number === 1)).toHaveLength(ends[0] ?? 0);
        },
      ),
    );
  });
});

describe('a budget', () => {
  it.each<[number | string, number, number]>([
    [0, 100, 0],
    ['3', 100, 3],
    ['2%', 100, 2],
    ['2%', 49, 0],
    ['7%', 100, 7],
    ['100%', 3, 3],
  ])('of %p for %i tenants is %i', (maxFailures, tenants, budget) => {
    expect(budgetOf(maxFailures, tenants)).toBe(budget);
  });

  it('ends a run with the first failure beyond it, whatever came before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.array(fc.boolean(), { maxLength: 60 }), (budget, outcomes) => {
        let [done, failed] = [0, 0];
        for (const succeeds of outcomes) {
          if (succeeds) done += 1;
          else failed += 1;
          if (overBudget({ done, failed }, budget) !== undefined) break;
        }
        const failures = outcomes.filter((succeeds) => !succeeds).length;
        expect(failed).toBe(Math.min(failures, budget + 1));
      }),
    );
  });

  it('does not spare a wave in which nobody succeeded', () => {
    expect(lastWave({ done: 0, failed: 1 }, 1, 3)).toBe('No tenant of wave 1 succeeded: 1 tenant failed.');
    expect(lastWave({ done: 1, failed: 5 }, 1, 3)).toBeUndefined();
    expect(lastWave({ done: 0, failed: 0 }, 1, 3)).toBeUndefined();
    expect(lastWave({ done: 0, failed: 2 }, 3, 3)).toBeUndefined();
  });
});
