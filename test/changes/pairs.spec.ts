import * as fc from 'fast-check';
import { DataSource } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { drawnSchema } from './pairs/drawn-schema.js';
import { runPair } from './pairs/run-pair.js';

/** How many pairs on each database; `node bench/pairs.mjs` tries ten times as many. */
const numRuns = Number(process.env['PAIRS'] ?? 200);
const seed = Number(process.env['PAIRS_SEED'] ?? 20_240_229);

async function empty({ options }: TestDatabase): Promise<void> {
  const dataSource = await new DataSource(options).initialize();
  await dataSource.query('DROP SCHEMA public CASCADE');
  await dataSource.query('CREATE SCHEMA public');
  await dataSource.destroy();
}

describe('two random schemas, the first with rows in it', () => {
  it('lead from one to the other and back without losing a value, on postgres', async () => {
    // Making a database takes as long as a pair does, so all pairs follow each other in one.
    const database = await createPostgresDatabase();
    const schema = drawnSchema('postgres');
    const law = fc
      .asyncProperty(schema, schema, (before, after) => runPair(before, after, database))
      .beforeEach(() => empty(database));
    try {
      await fc.assert(law, { numRuns, seed, endOnFailure: true });
    } finally {
      await database.drop();
    }
  }, 3_600_000);

  it('lead from one to the other and back without losing a value, on sqlite', async () => {
    const schema = drawnSchema('sqlite');
    const law = fc.asyncProperty(schema, schema, async (before, after) => {
      const database = await createSqliteDatabase();
      try {
        await runPair(before, after, database);
      } finally {
        await database.drop();
      }
    });
    await fc.assert(law, { numRuns, seed, endOnFailure: true });
  }, 3_600_000);
});
