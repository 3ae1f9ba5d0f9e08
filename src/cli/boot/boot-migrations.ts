import type { DynamicModule } from '@nestjs/common';
import type { Module } from '@nestjs/core/injector/module.js';
import { serviceFor } from '../../commands/service-for.js';
import { ApplicationBootError, MigrateModuleMissingError } from '../../errors/cli.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { migrateCommandName, MigrateModule } from '../../migrate.module.js';
import { getMigrationServiceToken, MIGRATE_PROVIDER_RESOLVER } from '../../migrate.tokens.js';
import type { MigrationService } from '../../migration.service.js';
import type { LoadedApplication } from '../load/load-application.js';
import { type NestParts } from './nest-parts.js';
import { PartialApplication, type Token } from './partial-application.js';
import { loadConfiguration, stopRetries, withoutConnecting } from './unconnected.js';

/** The part of an application that migrations need; none of its data sources is connected. */
export class MigrationsBoot {
  private constructor(
    readonly application: PartialApplication,
    private readonly nest: NestParts,
    private readonly rootName: string,
  ) {}

  /** Reads the module graph. @throws ApplicationBootError when Nest cannot put it together */
  static async scan({ packages, rootModule }: LoadedApplication): Promise<MigrationsBoot> {
    const nest = await packages.nest();
    const application = await booting(() => PartialApplication.scan(rootModule, nest));
    stopRetries(application);
    return new MigrationsBoot(application, nest, nameOf(rootModule));
  }

  /** Names of the command groups that the application's MigrateModule asks for. */
  get groups(): readonly string[] {
    return this.migrateModules().map(({ group }) => group);
  }

  /**
   * The migration service of a group, made with all it depends on.
   *
   * @param dataSources names that the user narrowed the command to
   */
  async service(group: string, dataSources?: readonly string[]): Promise<MigrationService> {
    const found = this.migrateModules().find((candidate) => candidate.group === group);
    if (found === undefined) {
      throw new MigrateModuleMissingError(this.rootName, this.groups);
    }
    const { module } = found;
    const resolver = (token: Token): Promise<unknown> => this.application.get(token);
    module.addProvider({ provide: MIGRATE_PROVIDER_RESOLVER, useValue: resolver });
    return booting(() =>
      withoutConnecting(this.nest, async () => {
        await loadConfiguration(this.application);
        return serviceFor(dataSources, async (name) => {
          const token = getMigrationServiceToken(name);
          return module.providers.has(token)
            ? ((await this.application.get(token, module)) as MigrationService)
            : undefined;
        });
      }),
    );
  }

  private migrateModules(): readonly { readonly module: Module; readonly group: string }[] {
    return this.application.modules
      .filter(({ module }) => module.metatype === MigrateModule)
      .map(({ module, imported }) => ({ module, group: migrateCommandName(imported as DynamicModule) }));
  }
}

function nameOf(rootModule: LoadedApplication['rootModule']): string {
  const type = typeof rootModule === 'function' ? rootModule : rootModule.module;
  return typeof type === 'function' ? type.name : 'The root module';
}

/** One line for what Nest, or a provider that migrations need, says about why it cannot start. */
async function booting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MigrateError) throw error;
    const [firstLine = ''] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
    throw new ApplicationBootError(`Cannot start what migrations need of the application: ${firstLine}`, {
      hint: '--debug shows the stack.',
      cause: error,
    });
  }
}
