import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { visible } from '../../errors/visible.js';
import type { FleetParts } from '../../fleet/open-fleet.js';
import type { QueueWorker } from '../../fleet/worker/queue-worker.js';
import type { MigrateLogger } from '../../service/options/options.js';
import { isCommandLine } from '../bootstrap/command-line.js';

/** How long the same warning is not logged again, ms: a queue that is away fails with every look. */
const QUIET = 30_000;

/** Begins the workers that an application provides for its fleets when it has started, and ends them when it ends. */
export class FleetWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly begun: QueueWorker[] = [];
  private readonly warned = new Map<string, number>();
  private readonly logger: MigrateLogger | undefined;

  /** @param logger as the option of `forRoot` */
  constructor(
    private readonly fleets: readonly FleetParts[],
    private readonly modules: ModulesContainer,
    logger: boolean | MigrateLogger = true,
  ) {
    this.logger = logger === true ? new Logger('MigrateModule') : logger || undefined;
  }

  /** @throws where a worker cannot begin, as the queue or a database is not there: the start fails with it */
  async onApplicationBootstrap(): Promise<void> {
    if (isCommandLine(this.modules)) return;
    for (const fleet of this.fleets) {
      if ((await fleet.queues.worker()) === undefined) continue;
      const { QueueWorker } = await import('../../fleet/worker/queue-worker.js');
      const onNotice: FleetParts['overrides']['onNotice'] = ({ level, message }) => {
        if (level === 'warning') this.warn(message);
      };
      this.begun.push(await QueueWorker.begin({ ...fleet, overrides: { useLogger: false, onNotice } }, {}));
    }
  }

  /** What the workers migrate has to end before the application closes its queue and its connections. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    await Promise.all(this.begun.splice(0).map((worker) => worker.close(undefined, signal)));
  }

  private warn(message: string): void {
    const now = performance.now();
    if (now - (this.warned.get(message) ?? -Infinity) < QUIET) return;
    this.warned.set(message, now);
    this.logger?.warn(visible(message));
  }
}
