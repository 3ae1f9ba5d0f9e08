import type { ModulesContainer } from '@nestjs/core';
import { describeThrown } from '../../errors/thrown.js';
import { ConfigureHookError } from '../../errors/service.errors.js';
import type { MigrateConfig } from '../../service/options/options.js';
import type { ProviderResolver } from '../../service/provider-resolver.js';
import {
  type Configured,
  type ConfigureHookOptions,
  hookOptionsOf,
  type MigrateConfigurer,
} from './configure.decorator.js';
import { withRepositorySettings } from '../../service/options/repository-settings.js';
import { isObject } from '../../service/options/option-kinds.js';
import { type MarkedProvider, markedProviders } from '../providers/marked-providers.js';

/**
 * Finds the configure hooks among the providers of all modules, and asks them.
 *
 * They are asked by `order`, then from the farthest module to the root module, so that the application has the last
 * word over the modules it imports, then by name.
 */
export class ConfigureExplorer {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly providers: ProviderResolver,
  ) {}

  /**
   * What the hooks make of a config.
   *
   * @throws InvalidSettingsError when migrations.json cannot be read
   * @throws ConfigureHookError that names the hook that threw, or returned something that is no config
   */
  async configure(config: MigrateConfig): Promise<MigrateConfig> {
    const hooks = markedProviders(this.modules, hookOptionsOf).filter(
      ({ options: { dataSource = config.dataSource } }) => dataSource === config.dataSource,
    );
    if (hooks.length === 0) return config;
    return withRepositorySettings(config, async (read) => {
      let current = read;
      for (const hook of hooks) current = await this.ask(hook, current);
      return current;
    });
  }

  private async ask(
    { token, name }: MarkedProvider<ConfigureHookOptions>,
    config: MigrateConfig,
  ): Promise<MigrateConfig> {
    let answer: unknown;
    try {
      const provider = (await this.providers(token)) as MigrateConfigurer | ((config: MigrateConfig) => Configured);
      answer = await (typeof provider === 'function' ? provider(config) : provider.configure(config));
      // A getter may throw as well as the hook.
      if (isObject(answer)) answer = { ...answer };
    } catch (error) {
      throw new ConfigureHookError(name, config, describeThrown(error), error);
    }
    if (answer === undefined) return config;
    if (isObject(answer) && 'dataSource' in answer) return answer as unknown as MigrateConfig;
    throw new ConfigureHookError(name, config, 'it returned something that is no config');
  }
}
