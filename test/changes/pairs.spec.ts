import * as fc from 'fast-check';
import { drawnSchema } from './pairs/drawn-schema.js';
import { runPair } from './pairs/run-pair.js';

/** How many pairs on each database; `node bench/pairs.mjs` tries ten times as many. */
const numRuns = Number(process.env['PAIRS'] ?? 200);
const seed = Number(process.env['PAIRS_SEED'] ?? 20_240_229);

describe('two random schemas, the first with rows in it', () => {
  it.each(['postgres', 'sqlite'] as const)(
    'lead from one to the other and back without losing a value, on %s',
    async (dialect) => {
      await fc.assert(
        fc.asyncProperty(drawnSchema(dialect), drawnSchema(dialect), (before, after) =>
          runPair(before, after, dialect),
        ),
        { numRuns, seed, endOnFailure: true },
      );
    },
    3_600_000,
  );
});
