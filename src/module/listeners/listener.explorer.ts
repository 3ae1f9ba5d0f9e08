import type { ModulesContainer } from '@nestjs/core';
import { markedProviders } from '../providers/marked-providers.js';
import type { ProviderResolver } from '../../service/provider-resolver.js';
import type { MigrationListener } from '../../events/events.js';
import type { NamedListener } from '../../events/run-watch.js';
import { listenerOptionsOf } from './listener.decorator.js';

/** Finds the listeners among the providers of all modules. They are called in the order of configure hooks. */
export class ListenerExplorer {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly providers: ProviderResolver,
  ) {}

  /** The listeners of runs on a data source. */
  async listenersOf(dataSource: string): Promise<readonly NamedListener[]> {
    const listeners: NamedListener[] = [];
    for (const { token, name, options } of markedProviders(this.modules, listenerOptionsOf)) {
      if (options.dataSource !== undefined && options.dataSource !== dataSource) continue;
      listeners.push({ name, listener: (await this.providers(token)) as MigrationListener });
    }
    return listeners;
  }
}
