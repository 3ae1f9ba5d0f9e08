import type { PgBoss } from 'pg-boss';
import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import { messageOf } from '../../errors/thrown.js';
import { BossConsumer } from './boss-consumer.js';
import { jobOf } from './boss-job.js';
import type { ConsumeOptions, FleetQueue, JobConsumer, JobWork } from './fleet-queue.js';

/** How many jobs one statement inserts or deletes. */
const CHUNK = 1_000;

/** The most that a look for jobs may return. */
const ALL = 100_000;

/** Seconds. The least that pg-boss takes: so soon a job of a killed worker may begin again, at the next look of the monitor. */
const HEARTBEAT = 10;

/** The queue of a fleet in pg-boss. */
export class BossQueue implements FleetQueue {
  readonly name: string;
  private ready: Promise<void> | undefined;

  constructor(
    private readonly boss: PgBoss,
    dataSource: string,
  ) {
    this.name = `nestjs-migrate/${dataSource.replaceAll(/[^\w.-]/g, (character) => `_${character.codePointAt(0)}_`)}`;
  }

  async handOut(runId: string, tenants: readonly string[]): Promise<void> {
    await this.prepare();
    for (let start = 0; start < tenants.length; start += CHUNK) {
      const jobs = tenants.slice(start, start + CHUNK).map((tenant) => jobOf(runId, tenant));
      await this.boss.insert(this.name, jobs);
    }
  }

  async takeBack(runId: string): Promise<void> {
    await this.prepare();
    const waiting = await this.boss.findJobs(this.name, { data: { run: runId }, queued: true, limit: ALL });
    const ids = waiting.map(({ id }) => id);
    for (let start = 0; start < ids.length; start += CHUNK) {
      await this.boss.deleteJob(this.name, ids.slice(start, start + CHUNK));
    }
  }

  async consume(work: JobWork, options: ConsumeOptions): Promise<JobConsumer> {
    await this.prepare();
    return new BossConsumer(this.boss, this.name, work, { ...options, heartbeat: HEARTBEAT * 1_000 }).begin();
  }

  prepare(): Promise<void> {
    this.ready ??= this.create().catch((error: unknown) => {
      this.ready = undefined;
      throw new FleetEngineError(`pg-boss cannot make the queue "${this.name}": ${messageOf(error)}`, {
        cause: error,
        hint: 'Is the instance started when useFactory returns it? `await boss.start()`',
      });
    });
    return this.ready;
  }

  private async create(): Promise<void> {
    const deadLetter = `${this.name}.dead`;
    await this.boss.createQueue(deadLetter);
    await this.boss.createQueue(this.name, {
      // With it a job that is queued or at work is not inserted a second time: who hands out twice, or two who do, add nothing.
      policy: 'exclusive',
      // A revision that fails completes its job, and the record has why: only what the record cannot hear of is tried again.
      retryLimit: 10,
      retryDelay: 1,
      retryBackoff: true,
      retryDelayMax: 60,
      // Without it the job of a killed worker begins again after `expireInSeconds`, which has to be longer than the longest migration.
      heartbeatSeconds: HEARTBEAT,
      expireInSeconds: 86_400,
      deadLetter,
    });
  }
}
