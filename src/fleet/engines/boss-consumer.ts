import type { PgBoss } from 'pg-boss';
import { messageOf } from '../../errors/thrown.js';
import { jobOf } from './boss-job.js';
import { type ConsumeOptions, type JobConsumer, type JobWork, tenantJobOf } from './fleet-queue.js';

/** How long a queue without jobs is left alone, ms. */
const POLL = 500;

interface BossJob {
  readonly id: string;
  readonly data: unknown;
}

/**
 * Takes as many jobs as it has places for, and another as soon as one is free.
 *
 * It is no `boss.work`: that takes one job, and then waits for its next look; and a batch of it ends with its slowest tenant.
 */
export class BossConsumer implements JobConsumer {
  private readonly running = new Map<string, Promise<void>>();
  private isClosing = false;
  private loop: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;
  private beat: NodeJS.Timeout | undefined;

  constructor(
    private readonly boss: PgBoss,
    private readonly queue: string,
    private readonly work: JobWork,
    private readonly options: ConsumeOptions & { readonly heartbeat: number },
  ) {}

  begin(): this {
    this.beat = setInterval(() => void this.touch(), this.options.heartbeat / 4);
    this.loop = this.takeJobs();
    return this;
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.wake();
    await this.loop;
    await Promise.all(this.running.values());
    clearInterval(this.beat);
  }

  private async takeJobs(): Promise<void> {
    while (!this.isClosing) {
      const free = this.options.concurrency - this.running.size;
      const jobs = free > 0 ? await this.fetch(free) : [];
      for (const job of jobs) {
        const end = this.process(job).finally(() => {
          this.running.delete(job.id);
          this.wake();
        });
        this.running.set(job.id, end);
      }
      const isFull = this.running.size >= this.options.concurrency;
      if (!this.isClosing && (isFull || jobs.length < free)) await this.pause(isFull ? undefined : POLL);
    }
  }

  /** Waits until a place is free or the worker ends, or for a time. */
  private pause(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      this.wake = () => {
        if (ms !== undefined && !this.isClosing) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async fetch(batchSize: number): Promise<readonly BossJob[]> {
    try {
      return await this.boss.fetch<unknown>(this.queue, { batchSize });
    } catch (error) {
      this.options.onTrouble(error);
      return [];
    }
  }

  private async process({ id, data }: BossJob): Promise<void> {
    try {
      await this.settle(id, data);
    } catch (error) {
      this.options.onTrouble(error);
    }
  }

  private async settle(id: string, data: unknown): Promise<void> {
    const { boss, queue } = this;
    const job = tenantJobOf(data);
    if (job === undefined) {
      await boss.fail(queue, id, { message: 'This is no tenant of a run.' });
      return;
    }
    try {
      const end = await this.work(job);
      await boss.complete(queue, id);
      // It cannot be put off: to fail it would use up a retry, and those are for what nobody has foreseen.
      if (end !== 'done') await boss.insert(queue, [jobOf(job.run, job.tenant, Math.ceil(end.againIn / 1_000))]);
    } catch (error) {
      this.options.onTrouble(error);
      await boss.fail(queue, id, { message: messageOf(error) });
    }
  }

  private async touch(): Promise<void> {
    if (this.running.size === 0) return;
    try {
      await this.boss.touch(this.queue, [...this.running.keys()]);
    } catch (error) {
      this.options.onTrouble(error);
    }
  }
}
