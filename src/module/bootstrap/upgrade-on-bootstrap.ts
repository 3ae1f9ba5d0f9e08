import { Logger, type OnModuleInit } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { type BusyWith, describeWait, type WaitInfo } from '../../errors/waiting.errors.js';
import { visible } from '../../errors/visible.js';
import type { MigrateLogger } from '../../service/options/options.js';
import { MIGRATION_ENVIRONMENT } from '../migrate.tokens.js';
import type { MigrationEnvironment } from '../../service/environment.js';
import type { RunResult } from '../../results.js';
import { MigrationService } from '../../service/migration.service.js';
import { isCommandLine } from './command-line.js';
import { ShutdownWatch } from './shutdown.js';

/**
 * Runs pending revisions when the application starts, where `upgradeOnBootstrap` asks for it.
 *
 * It is a lifecycle hook, and no asynchronous factory, since revisions, configure hooks and listeners may ask for any
 * provider, and all of them are made by then.
 */
export class UpgradeOnBootstrap implements OnModuleInit {
  private readonly logger: MigrateLogger | undefined;

  private constructor(
    private readonly environment: MigrationEnvironment,
    private readonly modules: ModulesContainer,
  ) {
    const { logger = true } = environment.options;
    this.logger = logger === true ? new Logger('MigrateModule') : logger || undefined;
  }

  /**
   * Makes the hook, and lets Nest call it before those of all other modules.
   *
   * Nest goes from the farthest module to the root. To be global makes a module the farthest of all, together with every
   * other global one; nothing is as far as infinity.
   */
  static firstOf(modules: ModulesContainer, environment: MigrationEnvironment): UpgradeOnBootstrap {
    for (const module of modules.values()) {
      if (module.providers.has(MIGRATION_ENVIRONMENT)) module.distance = Infinity;
    }
    return new UpgradeOnBootstrap(environment, modules);
  }

  /** @throws what a failed run throws, as it is: the start fails with it */
  async onModuleInit(): Promise<void> {
    const { environment } = this;
    const wanted = environment.repositories
      .map((names) => names.filter((name) => environment.upgradesOnBootstrap(name)))
      .filter((names) => names.length > 0);
    // `db downgrade` must not upgrade first.
    if (wanted.length === 0 || isCommandLine(this.modules)) return;
    const shutdown = new ShutdownWatch();
    try {
      for (const names of wanted) await this.upgrade(names, shutdown);
    } finally {
      shutdown.close();
      await environment.close();
    }
  }

  private async upgrade(names: readonly string[], { signal }: ShutdownWatch): Promise<void> {
    const migrations = new MigrationService(this.environment, names, {
      signal,
      useLogger: false,
      onWait: (...wait) => this.log(waiting(...wait)),
      // Warnings come with the result.
      onNotice: ({ level, dataSource, message }) => {
        if (level === 'info') this.log(dataSource === undefined ? message : `Data source "${dataSource}": ${message}`);
      },
    });
    const states = await migrations.status();
    const ahead = states.filter(({ state }) => state === 'ahead');
    for (const { dataSource, unknown } of ahead) {
      this.warn(`Data source "${dataSource}" was upgraded by newer code, to ${unknown.join(', ')}: left as it is`);
    }
    const behind = states.filter(({ state }) => state !== 'ahead').map(({ dataSource }) => dataSource);
    if (states.every(({ state }) => state === 'ahead' || state === 'current')) {
      for (const name of behind) this.log(`Data source "${name}" is up to date`);
      return;
    }
    for (const result of await migrations.with({ dataSources: behind }).upgrade('heads')) this.report(result);
  }

  private report({ dataSource, steps, current, notices }: RunResult): void {
    for (const notice of notices) this.warn(notice);
    const revisions = steps.map(({ revision }) => revision).join(', ');
    const ms = steps.reduce((sum, step) => sum + step.ms, 0);
    this.log(
      steps.length === 0
        ? `Data source "${dataSource}" is up to date`
        : `Upgraded data source "${dataSource}" to ${current.join(', ')} in ${ms} ms: ${revisions}`,
    );
  }

  private log(message: string): void {
    this.logger?.log(visible(message));
  }

  private warn(message: string): void {
    this.logger?.warn(visible(message));
  }
}

function waiting(dataSource: string, busyWith: BusyWith, wait: WaitInfo): string {
  return `Data source "${dataSource}": ${describeWait(busyWith, wait)}`;
}
