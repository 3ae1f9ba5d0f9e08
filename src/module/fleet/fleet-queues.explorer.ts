import type { ModulesContainer } from '@nestjs/core';
import { FleetEngineError } from '../../errors/fleet-engine.errors.js';
import type { FleetQueue, FleetQueueMaker } from '../../fleet/engines/fleet-queue.js';
import type { FleetQueues, WorkerQueue } from '../../fleet/engines/fleet-queues.js';
import { providedQueue, type ProvidedQueue } from '../../fleet/engines/provided.js';
import type { ProviderResolver } from '../../service/provider-resolver.js';
import { type MarkedProvider, markedProviders } from '../providers/marked-providers.js';

/** Finds what `provideFleetEngine` and `provideFleetWorker` have put among the providers of all modules. */
export class FleetQueuesExplorer implements FleetQueues {
  /** @param isFirst whether the data source is the one that is meant where none is named */
  constructor(
    private readonly modules: ModulesContainer,
    private readonly providers: ProviderResolver,
    private readonly dataSource: string,
    private readonly isFirst: boolean,
  ) {}

  async engine(): Promise<FleetQueue | undefined> {
    const found = this.find('engine');
    return found && this.made(found);
  }

  async worker(): Promise<WorkerQueue | undefined> {
    const found = this.find('worker');
    if (found === undefined) return undefined;
    const { concurrency } = found.options;
    return { queue: await this.made(found), ...(concurrency !== undefined && { concurrency }) };
  }

  private find(role: ProvidedQueue['role']): MarkedProvider<ProvidedQueue> | undefined {
    const found = markedProviders<ProvidedQueue>(this.modules, providedQueue).filter(
      ({ options }) => options.role === role && this.isMeant(options),
    );
    if (found.length < 2) return found[0];
    throw new FleetEngineError(
      `The fleet of data source "${this.dataSource}" is given ${found.length} times a ${role}.`,
      {
        hint: 'Leave one of them, or name the `dataSource` of each.',
      },
    );
  }

  private isMeant({ dataSource }: ProvidedQueue): boolean {
    return dataSource === undefined ? this.isFirst : dataSource === this.dataSource;
  }

  private async made({ token }: MarkedProvider<ProvidedQueue>): Promise<FleetQueue> {
    const maker = await this.providers<FleetQueueMaker>(token as symbol);
    return maker(this.dataSource);
  }
}
