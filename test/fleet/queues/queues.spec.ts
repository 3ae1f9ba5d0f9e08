import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { BullQueue } from '../../../src/fleet/engines/bull-queue.js';
import * as byBullmq from '../../../src/fleet/engines/bullmq.js';
import type { FleetQueueMaker } from '../../../src/fleet/engines/fleet-queue.js';
import * as byPgBoss from '../../../src/fleet/engines/pg-boss.js';
import { FleetEngineError, MigrateOptionsError } from '../../../src/index.js';
import { createPostgresDatabase, type TestDatabase } from '../../support/databases.js';
import { freePort } from '../../support/postgres-server.js';
import { describeWithRedis, RedisServer } from '../../support/redis.js';

/** Hostile ids, of which BullMQ takes no colon. */
const TENANTS = ['a:b', 'Łódź / 7', '{x}', '12', 'ends with -'];

const options = { concurrency: 2, onTrouble: () => undefined };

/** Takes jobs until there are so many, and gives the first of a tenant back. */
async function take(queue: BullQueue, count: number, again?: string): Promise<readonly string[]> {
  const taken: string[] = [];
  const consumer = await queue.consume(async ({ run, tenant }) => {
    taken.push(`${run} ${tenant}`);
    return tenant === again && taken.filter((one) => one.endsWith(tenant)).length === 1 ? { againIn: 50 } : 'done';
  }, options);
  while (taken.length < count) await sleep(5);
  await consumer.close();
  return taken.toSorted();
}

/** A block of its own, so that its queue is closed before the server ends. */
function laws(open: () => Queue): void {
  describe('with tenants of any name', () => {
    lawsOf(open);
  });
}

function lawsOf(open: () => Queue): void {
  let [bull, queue]: [Queue | undefined, BullQueue | undefined] = [undefined, undefined];
  const opened = (): BullQueue => {
    // The server ends connections when the database is dropped.
    bull ??= open().on('error', () => undefined);
    return (queue ??= new BullQueue(bull));
  };
  afterAll(() => bull?.close());

  it('hands out each tenant once, and again what a worker gives back', async () => {
    await opened().handOut('run-1', TENANTS);
    await opened().handOut('run-1', TENANTS);
    const expected = [...TENANTS, 'a:b'].map((id) => `run-1 ${id}`).toSorted();
    expect(await take(opened(), TENANTS.length + 1, 'a:b')).toEqual(expected);
    // Those of a run that were done before are handed out by a retry of it.
    await opened().handOut('run-1', ['12']);
    expect(await take(opened(), 1)).toEqual(['run-1 12']);
  });

  it('takes back those that nobody has begun, of one run', async () => {
    await opened().handOut('run-2', TENANTS);
    await opened().handOut('run-3', ['12']);
    await opened().takeBack('run-2');
    expect(await take(opened(), 1)).toEqual(['run-3 12']);
    expect(await bull?.getJobCountByTypes('waiting', 'delayed', 'active', 'failed', 'completed')).toBe(0);
  });
}

describe('BullMQ on PostgreSQL as the queue of a fleet', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await createPostgresDatabase()));
  afterAll(() => database.drop());

  laws(
    () =>
      new Queue(
        'tenants',
        { connection: { connectionString: database.url, migrate: true } },
        createPostgresBackend,
      ) as never,
  );
});

describeWithRedis('BullMQ on Redis as the queue of a fleet', () => {
  let redis: RedisServer;
  beforeAll(async () => (redis = await RedisServer.start()));
  afterAll(() => redis.stop());

  // In an application that fails fast where Redis is away.
  laws(() => new Queue('tenants', { connection: { port: redis.port, maxRetriesPerRequest: 1 }, prefix: 'shop' }));

  it('finds before a run begins that Redis is not there', async () => {
    const nowhere = { port: await freePort(), retryStrategy: () => null };
    const queue = new Queue('away', { connection: nowhere }).on('error', () => undefined);
    await expect(new BullQueue(queue).prepare()).rejects.toThrow(/^BullMQ cannot use the queue "away": /);
    await queue.close();
  });

  it('refuses a client that gives a command up', async () => {
    const client = new Redis({ port: redis.port });
    const queue = new Queue('given', { connection: client });
    await expect(new BullQueue(queue).consume(async () => 'done', options)).rejects.toThrow(FleetEngineError);
    await queue.close();
    await client.quit();
  });
});

describe.each([
  ['pg-boss', byPgBoss],
  ['bullmq', byBullmq],
])('what %s is provided with', (_name, { provideFleetEngine, provideFleetWorker }) => {
  const made = (provider: unknown): Promise<FleetQueueMaker> =>
    (provider as { useFactory: () => Promise<FleetQueueMaker> }).useFactory();

  it('is a function, with options that exist', () => {
    expect(() => provideFleetEngine({} as never)).toThrow(MigrateOptionsError);
    expect(() => provideFleetEngine(undefined as never)).toThrow('must be given { useFactory }');
    expect(() => provideFleetWorker({ useFactory: () => ({}) as never, concurency: 2 } as never)).toThrow(
      expect.objectContaining({ hint: 'Did you mean "concurrency"?' }),
    );
    expect(() => provideFleetWorker({ useFactory: () => ({}) as never, concurrency: 0 })).toThrow(MigrateOptionsError);
  });

  it.each([undefined, null, {}, 'redis://'])('is no engine that is %p', async (instance) => {
    const provider = provideFleetWorker({ useFactory: () => instance as never });
    await expect(made(provider)).rejects.toThrow(/^A fleet was given .* as its engine, and no (PgBoss|Queue) of /);
  });
});
