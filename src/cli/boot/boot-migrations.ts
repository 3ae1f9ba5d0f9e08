import type { DynamicModule } from '@nestjs/common';
import { type ChosenFleet, chooseFleet } from '../../commands/fleet/choose-fleet.js';
import { serviceFor } from '../../commands/service-for.js';
import { ApplicationBootError, MigrateModuleCopiedError, MigrateModuleMissingError } from '../../errors/cli.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { describeInLines, hintFor } from '../../errors/thrown-lines.js';
import { migrateCommandName, MigrateModule } from '../../module/migrate.module.js';
import type { MigrationFleet } from '../../fleet/migration-fleet.js';
import {
  getMigrationFleetToken,
  getMigrationServiceToken,
  MIGRATE_PROVIDER_RESOLVER,
  MIGRATION_ENVIRONMENT,
} from '../../module/migrate.tokens.js';
import { placeOfClass } from '../../service/entities/class-place.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import type { MigrationService } from '../../service/migration.service.js';
import type { LoadedApplication } from '../load/load-application.js';
import { makeDataSources } from './make-data-sources.js';
import type { ApplicationPackages, NestParts } from './nest-parts.js';
import { PartialApplication, type ScannedModule, type Token } from './partial-application.js';
import { checkFactories, loadConfiguration, noteConfiguration, stopRetries, withoutConnecting } from './unconnected.js';

/** The part of an application that migrations need; none of its data sources is connected. */
export class MigrationsBoot {
  private constructor(
    readonly application: PartialApplication,
    private readonly nest: NestParts,
    private readonly packages: ApplicationPackages,
    private readonly rootName: string,
  ) {}

  /** Reads the module graph. @throws ApplicationBootError when Nest cannot put it together */
  static async scan({ packages, rootModule }: LoadedApplication): Promise<MigrationsBoot> {
    const nest = await packages.nest();
    const application = await booting(() => PartialApplication.scan(rootModule, nest));
    checkFactories(application);
    stopRetries(application);
    noteConfiguration(application);
    return new MigrationsBoot(application, nest, packages, nameOf(rootModule));
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
  service(group: string, dataSources?: readonly string[]): Promise<MigrationService> {
    return this.made(group, (module) =>
      serviceFor(dataSources, async (name) => {
        const token = getMigrationServiceToken(name);
        return module.providers.has(token)
          ? ((await this.application.get(token, module)) as MigrationService)
          : undefined;
      }),
    );
  }

  /**
   * The fleet of a group, made with all it depends on but its directory.
   *
   * @param dataSources names that the user narrowed the command to
   */
  fleet(group: string, dataSources?: readonly string[]): Promise<ChosenFleet> {
    return this.made(group, async (module) => {
      const environment = (await this.application.get(MIGRATION_ENVIRONMENT, module)) as MigrationEnvironment;
      const { name, others } = chooseFleet(environment, dataSources);
      return { fleet: (await this.application.get(getMigrationFleetToken(name), module)) as MigrationFleet, others };
    });
  }

  /** Does work with the module of a group, whose data sources are made and not connected. */
  private made<T>(group: string, work: (module: ScannedModule['module']) => Promise<T>): Promise<T> {
    const found = this.migrateModules().find((candidate) => candidate.group === group);
    if (found === undefined) {
      return Promise.reject(this.copyFound() ?? new MigrateModuleMissingError(this.rootName, this.groups));
    }
    const { module } = found.scanned;
    const resolver = (token: Token): Promise<unknown> => this.application.get(token);
    module.addProvider({ provide: MIGRATE_PROVIDER_RESOLVER, useValue: resolver });
    return booting(() =>
      withoutConnecting(this.nest, async (unconnected) => {
        await loadConfiguration(this.application);
        await makeDataSources(this.application, found.scanned, this.packages, unconnected);
        return work(module);
      }),
    );
  }

  /** The error for a MigrateModule of another copy of this package: its providers have the same tokens. */
  private copyFound(): MigrateModuleCopiedError | undefined {
    const copy = this.application.modules.find(
      ({ module }) => module.metatype !== MigrateModule && module.providers.has(MIGRATION_ENVIRONMENT),
    );
    return copy && new MigrateModuleCopiedError(this.rootName, placeOfClass(copy.module.metatype));
  }

  private migrateModules(): readonly { readonly scanned: ScannedModule; readonly group: string }[] {
    return this.application.modules
      .filter(({ module }) => module.metatype === MigrateModule)
      .map((scanned) => ({ scanned, group: migrateCommandName(scanned.imported as DynamicModule) }));
  }
}

function nameOf(rootModule: LoadedApplication['rootModule']): string {
  const type = typeof rootModule === 'function' ? rootModule : rootModule.module;
  return typeof type === 'function' ? type.name : 'The root module';
}

/** Turns what Nest, or a provider that migrations need, throws into an ApplicationBootError. */
async function booting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MigrateError) throw error;
    throw new ApplicationBootError(`Cannot start what migrations need of the application: ${describeInLines(error)}`, {
      hint: hintFor(error),
      cause: error,
    });
  }
}
