import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BackendFactory,
  DelayedError,
  type Job,
  type Queue,
  type RedisQueueBackend,
  UnrecoverableError,
  Worker,
} from 'bullmq';
import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import { messageOf } from '../../errors/thrown.js';
import { type ConsumeOptions, type FleetQueue, type JobConsumer, type JobWork, tenantJobOf } from './fleet-queue.js';

/** Longest wait for the server of the queue, ms. */
const ANSWER_WITHIN = 10_000;

/** How many jobs are added or removed at once. */
const CHUNK = 1_000;

const JOB_OPTIONS = {
  // A revision that fails completes its job, and the record has why: only what the record cannot hear of is tried again.
  attempts: 10,
  backoff: { type: 'exponential', delay: 2_000 },
  // A job that has ended and is kept, well or not, makes BullMQ leave out the next one of its id without an error.
  removeOnComplete: true,
  removeOnFail: true,
};

const WORKER_OPTIONS = {
  // The job of a killed worker begins again after both.
  lockDuration: 10_000,
  stalledInterval: 3_000,
  // The job of so many killed workers fails for good, whatever `attempts` is; the default is 1, and a release kills workers.
  maxStalledCount: 1_000_000,
};

/** The queue of a fleet in BullMQ. */
export class BullQueue implements FleetQueue {
  constructor(private readonly queue: Queue) {}

  async prepare(): Promise<void> {
    const { name } = this.queue;
    const late = new AbortController();
    try {
      await Promise.race([
        this.queue.waitUntilReady(),
        // A client waits for a server that is away as long as it takes.
        sleep(ANSWER_WITHIN, undefined, { signal: late.signal }).then(() => {
          throw new Error(`no answer within ${ANSWER_WITHIN / 1_000} s`);
        }),
      ]);
    } catch (error) {
      throw new FleetEngineError(`BullMQ cannot use the queue "${name}": ${messageOf(error)}`, { cause: error });
    } finally {
      late.abort();
    }
  }

  async handOut(runId: string, tenants: readonly string[]): Promise<void> {
    for (let start = 0; start < tenants.length; start += CHUNK) {
      await this.queue.addBulk(
        tenants.slice(start, start + CHUNK).map((tenant) => ({
          name: 'tenant',
          data: { run: runId, tenant },
          opts: { ...JOB_OPTIONS, jobId: jobIdOf(runId, tenant) },
        })),
      );
    }
  }

  async takeBack(runId: string): Promise<void> {
    const waiting = await this.queue.getJobs(['waiting', 'delayed', 'prioritized']);
    const ids = waiting.flatMap((job) => (tenantJobOf(job?.data)?.run === runId ? [job.id ?? ''] : []));
    for (let start = 0; start < ids.length; start += CHUNK) {
      await Promise.all(ids.slice(start, start + CHUNK).map((id) => this.queue.remove(id)));
    }
  }

  async consume(work: JobWork, { concurrency, onTrouble }: ConsumeOptions): Promise<JobConsumer> {
    await this.prepare();
    const { name, opts } = this.queue;
    const { connection, prefix, skipVersionCheck } = opts;
    const worker = new Worker(
      name,
      (job, token) => process(job, token, work, onTrouble),
      {
        ...WORKER_OPTIONS,
        connection: waiting(name, connection),
        ...(prefix !== undefined && { prefix }),
        ...(skipVersionCheck !== undefined && { skipVersionCheck }),
        concurrency,
      },
      backendOf(this.queue),
    );
    worker.on('error', onTrouble);
    return worker;
  }
}

async function process(
  job: Job,
  token: string | undefined,
  work: JobWork,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  const tenant = tenantJobOf(job.data);
  if (tenant === undefined) throw new UnrecoverableError('This is no tenant of a run.');
  let end: Awaited<ReturnType<JobWork>>;
  try {
    end = await work(tenant);
  } catch (error) {
    onTrouble(error);
    throw error;
  }
  if (end === 'done') return;
  // To fail it would use up an attempt, and those are for what nobody has foreseen.
  await job.moveToDelayed(Date.now() + end.againIn, token);
  throw new DelayedError();
}

/** The same job for the same tenant of a run, so that who hands out twice adds nothing. BullMQ takes no ":" in it. */
function jobIdOf(runId: string, tenant: string): string {
  // A text that is no valid Unicode cannot be encoded.
  return `${encodeURIComponent(runId)}-${encodeURIComponent(Buffer.from(tenant).toString())}`;
}

/**
 * The connection of the queue for a worker, which waits for jobs on it.
 *
 * @throws FleetEngineError for a client of Redis that gives commands up: waiting for a job would be one of them
 */
function waiting(queue: string, connection: Queue['opts']['connection']): Queue['opts']['connection'] {
  const { options, duplicate } = Object(connection) as {
    readonly options?: { readonly maxRetriesPerRequest?: number | null };
    readonly duplicate?: unknown;
  };
  const isClient = typeof duplicate === 'function';
  if (isClient && typeof options?.maxRetriesPerRequest === 'number') {
    throw new FleetEngineError(
      `A worker cannot use the client of the queue "${queue}": it gives a command up after ${options.maxRetriesPerRequest} tries, and a worker waits for jobs with one.`,
      {
        hint: 'Make the client with `maxRetriesPerRequest: null`, or give the queue options of a connection in its place.',
      },
    );
  }
  // As options they are for a connection of the worker's own.
  const { maxRetriesPerRequest } = Object(connection) as { readonly maxRetriesPerRequest?: number | null };
  return isClient || maxRetriesPerRequest == null
    ? connection
    : ({ ...connection, maxRetriesPerRequest: null } as typeof connection);
}

/** What the queue stores its jobs with: Redis, or PostgreSQL. A worker has to be given the same. */
function backendOf(queue: Queue): BackendFactory<RedisQueueBackend> {
  return (queue as unknown as { readonly backendFactory: BackendFactory<RedisQueueBackend> }).backendFactory;
}
