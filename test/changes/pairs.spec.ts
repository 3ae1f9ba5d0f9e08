import * as fc from 'fast-check';
import { createMysqlDatabase, createPostgresDatabase, createSqliteDatabase, hasMysql } from '../support/databases.js';
import { drawnPair } from './pairs/draw.js';
import { runPair } from './pairs/run-pair.js';

/**
 * How many pairs on MySQL, where a failure in the middle stays, and on the others; `node bench/pairs.mjs` tries many more.
 * The time of CI is for the database that has been tried the least.
 */
const onMysql = Number(process.env['PAIRS'] ?? 100);
const numRuns = Number(process.env['PAIRS'] ?? 60);
const { seed = 0 } = fc.readConfigureGlobal();

/** Runs of pairs beside each other on PostgreSQL, where most of a pair's time is spent on waiting for the server. */
const LANES = 6;

/** A share of the pairs, one after the other in one database: making one takes as long as a pair does. */
async function runLane(lane: number): Promise<void> {
  const database = await createPostgresDatabase();
  const law = fc.asyncProperty(drawnPair('postgres'), (pair) => runPair(pair, database));
  const share = Math.floor((numRuns + lane) / LANES);
  try {
    if (share > 0) await fc.assert(law, { numRuns: share, seed: seed + lane, endOnFailure: true });
  } finally {
    await database.drop();
  }
}

describe('two random schemas, the first with rows in it', () => {
  it('lead from one to the other and back without losing a value, on postgres', async () => {
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, (_, lane) => runLane(lane)));
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  }, 3_600_000);

  it('lead from one to the other and back without losing a value, on sqlite', async () => {
    const database = await createSqliteDatabase();
    const law = fc.asyncProperty(drawnPair('sqlite'), (pair) => runPair(pair, database));
    await fc.assert(law, { numRuns, seed, endOnFailure: true }).finally(() => database.drop());
  }, 3_600_000);

  (hasMysql ? it : it.skip)(
    'lead from one to the other and back without losing a value, on mysql',
    async () => {
      const database = await createMysqlDatabase();
      const law = fc.asyncProperty(drawnPair('mysql'), (pair) => runPair(pair, database));
      await fc.assert(law, { numRuns: onMysql, seed, endOnFailure: true }).finally(() => database.drop());
    },
    3_600_000,
  );
});
