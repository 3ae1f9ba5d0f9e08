import type { DynamicModule } from '@nestjs/common';
import type { Module } from '@nestjs/core/injector/module.js';
import type { MadeDataSource } from '../../service/environment.js';
import { migrateDataSources } from '../../module/migrate.module.js';
import { getMadeDataSourceToken } from '../../module/migrate.tokens.js';
import type { ApplicationPackages } from './nest-parts.js';
import type { ScannedModule, PartialApplication } from './partial-application.js';
import { dataSourceFailure } from './data-source-failure.js';
import type { Unconnected } from './unconnected.js';

/**
 * Makes the data sources that MigrateModule names, each with what it depends on, and puts the results in the place of
 * its providers.
 *
 * A failure is kept for the commands that need the data source. It cannot be left to Nest: MigrateModule injects
 * TypeOrmModule's data source optionally, and Nest hides the error of an optional provider as if there were none.
 */
export async function makeDataSources(
  application: PartialApplication,
  { module, imported }: ScannedModule,
  packages: ApplicationPackages,
  unconnected: Unconnected,
): Promise<void> {
  for (const entry of migrateDataSources(imported as DynamicModule)) {
    const provide = getMadeDataSourceToken(entry.name);
    const skippedBefore = unconnected.skipped;
    let made: MadeDataSource;
    try {
      made = await make(application, module, provide);
    } catch (error) {
      const isInitializeSkipped = unconnected.skipped > skippedBefore;
      made = { failure: dataSourceFailure(entry, error, { isInitializeSkipped, packages }) };
    }
    module.addProvider({ provide, useValue: made });
  }
}

async function make(application: PartialApplication, module: Module, token: string): Promise<MadeDataSource> {
  const wrapper = module.providers.get(token);
  if (wrapper === undefined) return {};
  wrapper.inject = (wrapper.inject ?? []).map((dependency) => {
    if (typeof dependency !== 'object' || !('token' in dependency)) return dependency;
    const isProvided = application.providers().some(({ wrapper: other }) => other.token === dependency.token);
    return { ...dependency, optional: dependency.optional && !isProvided };
  });
  return (await application.make(wrapper, module)) as MadeDataSource;
}
