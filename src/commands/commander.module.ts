import { Inject, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Command, CommandRunner } from 'nest-commander';
import type { MigrationFleet } from '../fleet/migration-fleet.js';
import { getMigrationFleetToken, getMigrationServiceToken, MIGRATION_ENVIRONMENT } from '../module/migrate.tokens.js';
import type { MigrationEnvironment } from '../service/environment.js';
import { MigrationService } from '../service/migration.service.js';
import { type CommandSection, loadAllCommands } from './command-list.js';
import { runDb, treeOf } from './db.js';
import type { CommandHost, OpenFleet, OpenMigrations, OpenRequest } from './command-host.js';
import { chooseFleet, ofFleet } from './fleet/choose-fleet.js';
import { Output } from './output/output.js';
import { claimStdout } from './output/streams.js';
import { serviceFor } from './service-for.js';

type NestCommander = Parameters<CommandRunner['setCommand']>[0];

/** nest-commander asks for a help text at once, so what it needs is loaded before. */
const COMMANDS = Symbol('nestjs-migrate:commands');

/**
 * The `db` tree as one command of nest-commander, which hands everything behind its name over: nest-commander brings a
 * commander of its own, and lets errors end with exit code 0.
 */
@Command({ name: 'db', description: 'database migrations', allowUnknownOptions: true, allowExcessArgs: true })
export class MigrateDbCommand extends CommandRunner {
  constructor(
    @Inject(MIGRATION_ENVIRONMENT) private readonly environment: MigrationEnvironment,
    @Inject(ModuleRef) private readonly moduleRef: ModuleRef,
    @Inject(COMMANDS) private readonly commands: readonly CommandSection[],
  ) {
    super();
  }

  /** Gives the command of nest-commander its name, and the help of the tree. */
  override setCommand(command: NestCommander): this {
    const { group } = this.host();
    command.name(group).helpOption(false);
    command.helpInformation = () => treeOf(this.host(), this.commands).helpInformation();
    return super.setCommand(command);
  }

  /** Runs the tree with the arguments after the name, and sets the exit code of the process. */
  override async run(args: string[]): Promise<void> {
    const stdout = claimStdout();
    try {
      process.exitCode = await runDb(args, this.host(new Output(stdout, process.stderr, process.env)));
    } finally {
      stdout.release();
    }
  }

  private host(output = new Output(process.stdout, process.stderr, process.env)): CommandHost {
    const group = this.environment.options.command;
    return {
      group,
      usage: group,
      output,
      env: process.env,
      cwd: process.cwd(),
      open: (request) => this.open(request),
      openFleet: (request) => this.openFleet(request),
    };
  }

  private async open({ overrides }: OpenRequest): Promise<OpenMigrations> {
    const find = (name?: string): MigrationService | undefined =>
      this.moduleRef.get<MigrationService>(getMigrationServiceToken(name), { strict: false });
    const service = await serviceFor(overrides.dataSources, find);
    return { migrations: service.with(overrides), close: () => service.close() };
  }

  private async openFleet({ overrides }: OpenRequest): Promise<OpenFleet> {
    const { name, others } = chooseFleet(this.environment, overrides.dataSources);
    const fleet = this.moduleRef.get<MigrationFleet>(getMigrationFleetToken(name), { strict: false });
    return { fleet: fleet.with(ofFleet(overrides)), others, close: () => fleet.close() };
  }
}

/**
 * Gives an application's own nest-commander command line the migration commands.
 *
 * @example
 *     // `@Module({ imports: [AppModule, MigrateCommandModule] })`
 *     class CliModule {}
 *     await CommandFactory.run(CliModule);
 */
@Module({ providers: [MigrateDbCommand, { provide: COMMANDS, useFactory: loadAllCommands }] })
export class MigrateCommandModule {}
