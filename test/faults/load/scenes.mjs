import { setTimeout as sleep } from 'node:timers/promises';

/** The default of the option, which the runs have. */
export const LOCK_TIMEOUT = 2_000;

/** How long a session keeps a table, ms: several attempts of a run fall into it. */
const HELD = 15_000;

/** Holds what a statement locks, in an open transaction, for a time. */
const holding =
  (sql, ms = HELD) =>
  async (client) => {
    await client.query('BEGIN');
    await client.query(sql);
    await sleep(ms);
    await client.query('COMMIT');
  };

/** Asks one slow query. */
const report = (client, _signal, { sleeping }) => client.query(`SELECT ${sleeping(HELD / 1000)}, count(*) FROM hot`);

/** Many transactions that lock rows of the tables in the other order than the run, so that they wait for each other. */
const shopping = async (client, signal) => {
  while (!signal.aborted) {
    await client.query('BEGIN');
    try {
      await client.query('UPDATE hot SET n = n + 1 WHERE id = 99');
      await sleep(20 + Math.random() * 150);
      await client.query('UPDATE cold SET n = n + 1 WHERE id = 99');
      await client.query('COMMIT');
    } catch {
      await client.query('ROLLBACK');
    }
    await sleep(50);
  }
};

/**
 * What happens while a run changes `cold` and then `hot`, both of which the application reads and writes.
 *
 * `others` are sessions that work beside the application; the run begins when they have begun. `each` is `transactionPerMigration`, which
 * means nothing where a change of the schema commits.
 */
export const scenes = [
  { name: 'quiet', title: 'nobody else', others: [] },
  { name: 'idle-reader', title: 'a reader idle in its transaction', others: [holding('SELECT 1 FROM hot')] },
  { name: 'idle-reader-each', title: 'the same', others: [holding('SELECT 1 FROM hot')], each: true },
  {
    name: 'idle-writer',
    title: 'a writer idle in its transaction',
    others: [holding('UPDATE hot SET n = 0 WHERE id = 99')],
  },
  { name: 'report', title: 'a SELECT that runs for 15 s', others: [report] },
  {
    name: 'readers-in-turn',
    title: 'three readers idle one after the other',
    others: [0, 5_000, 10_000].map((after) => async (client) => {
      await sleep(after);
      await holding('SELECT 1 FROM hot', 6_000)(client);
    }),
  },
  { name: 'crossing', title: 'transactions that write both tables in the other order', others: [shopping, shopping] },
];
