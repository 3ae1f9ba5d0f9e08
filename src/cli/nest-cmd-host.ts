import type { Command } from 'commander';
import type { CommandHost, OpenFleet, OpenMigrations, OpenRequest } from '../commands/command-host.js';
import type { CommandOptions } from '../commands/command-options.js';
import { ofFleet } from '../commands/fleet/choose-fleet.js';
import type { Output } from '../commands/output/output.js';
import { UnknownCommandError, UsageError } from '../errors/cli.errors.js';
import type { MigrationOverrides } from '../service/requests.js';
import type { MigrationService } from '../service/migration.service.js';
import type { MigrationsBoot } from './boot/boot-migrations.js';
import { loadNamedFiles } from './environment/environment-files.js';
import { type ApplicationCommand, findApplicationCommands, runWithNestCommander } from './application-commands.js';
import { holdingRejections } from './held-rejections.js';
import { declareApplicationOptions, type Installation } from './installation.js';
import type { LoadedApplication } from './load/load-application.js';
import { canDoWithoutApplication, serviceOfDirectory } from './without-application.js';

type RootOptions = Readonly<Record<string, unknown>>;

/** `nest-cmd` as the host of the `db` tree, and of the application's own commands. Loads the application when asked to. */
export class NestCmdHost implements CommandHost {
  readonly usage: string;
  readonly env = process.env;
  /** The process changes to the application's folder when it is loaded. */
  readonly cwd = process.cwd();
  private loaded: LoadedApplication | undefined;
  private booted: MigrationsBoot | undefined;
  private readonly environmentFiles = new Set<string>();

  constructor(
    readonly group: string,
    private readonly options: RootOptions,
    readonly output: Output,
    private readonly installation: Installation,
  ) {
    this.usage = `npx nest-cmd ${group}`;
  }

  declareOptions(group: Command): void {
    declareApplicationOptions(group);
  }

  /**
   * Sets the variables of the environment files that the user names.
   *
   * @param options of the call, where it is one of the `db` tree
   * @throws UsageError
   */
  prepare(options?: CommandOptions): void {
    const names = [`NEST_${this.group.toUpperCase().replaceAll('-', '_')}_ENV_FILE`, 'NEST_ENV_FILE'];
    const behind = options?.list('envFile') ?? [];
    const before = (this.options['envFile'] as readonly string[] | undefined) ?? [];
    const variable = names.map((name) => this.env[name]).find((value) => value !== undefined);
    const given = [...before, ...behind];
    const files = given.length > 0 ? given : (variable?.split(/\s+/).filter(Boolean) ?? []);
    if (this.loaded !== undefined && files.some((file) => !this.environmentFiles.has(file))) {
      throw new UsageError(`--env-file has to come before "${this.group}", whose application is loaded already.`, {
        hint: `\`npx nest-cmd --env-file ${behind[0] ?? ''} ${this.group} …\``,
      });
    }
    for (const file of files) this.environmentFiles.add(file);
    loadNamedFiles(files, this.cwd, process.env);
  }

  async open({ overrides, options }: OpenRequest): Promise<OpenMigrations> {
    const service = await this.service(this.found(options), overrides);
    return { migrations: service.with(this.named(overrides)), close: () => service.close() };
  }

  async openFleet({ overrides, options }: OpenRequest): Promise<OpenFleet> {
    const boot = await this.boot(this.found(options));
    const { fleet, others } = await boot.fleet(this.group, overrides.dataSources);
    return { fleet: fleet.with(this.named(ofFleet(overrides))), others, close: () => fleet.close() };
  }

  /** Whether a command group of the application has this name. Loads the application. */
  async hasGroup(name: string): Promise<boolean> {
    return (await this.boot(this.options)).groups.includes(name);
  }

  /** Prints what `nest-cmd` can run in this application. @returns the exit code */
  async listCommands(): Promise<number> {
    const known = await this.commands();
    const width = Math.max(0, ...known.map(({ name }) => name.length));
    for (const { name, description } of known) this.output.line(`${name.padEnd(width)}  ${description}`.trimEnd());
    return 0;
  }

  /**
   * Runs a nest-commander command of the application, which boots it wholly.
   *
   * @returns the exit code
   * @throws UnknownCommandError when it has no such command
   */
  async runApplicationCommand(name: string, rest: readonly string[], releaseStdout: () => void): Promise<number> {
    const known = await this.commands();
    if (!known.some((command) => command.name === name || command.aliases.includes(name))) {
      throw new UnknownCommandError(
        name,
        known.map((command) => command.name),
      );
    }
    releaseStdout();
    return runWithNestCommander(await this.load(this.options), [name, ...rest], {
      output: this.output,
      debug: this.options['debug'] === true,
    });
  }

  /** The options of `nest-cmd`, before the group and behind it. */
  private found(options: CommandOptions): RootOptions {
    return { ...this.options, ...options.texts('app', 'project'), ...flags(options, 'ts', 'debug') };
  }

  /** With the name of the application, where it is one of several. */
  private named<T extends object>(overrides: T): T {
    const { application } = this.loaded ?? {};
    return application === undefined ? overrides : { ...overrides, application };
  }

  private async service(options: RootOptions, overrides: MigrationOverrides): Promise<MigrationService> {
    let boot: MigrationsBoot;
    try {
      boot = await this.boot(options);
    } catch (error) {
      const { app = this.env['NEST_APP'] } = pickText(options, 'app');
      if (!canDoWithoutApplication(error, overrides, app)) throw error;
      return serviceOfDirectory(this.group);
    }
    return boot.service(this.group, overrides.dataSources);
  }

  private async commands(): Promise<readonly ApplicationCommand[]> {
    const { application, groups } = await this.boot(this.options);
    const own = groups.map((name) => ({ name, aliases: [], description: 'database migrations' }));
    const others = findApplicationCommands(application).filter(({ name }) => !groups.includes(name));
    return [...own, ...others];
  }

  private async boot(options: RootOptions): Promise<MigrationsBoot> {
    return (this.booted ??= await holdingRejections(async () => {
      const loaded = await this.load(options);
      const { MigrationsBoot } = await import('./boot/boot-migrations.js');
      return MigrationsBoot.scan(loaded);
    }));
  }

  private async load(options: RootOptions): Promise<LoadedApplication> {
    if (this.loaded !== undefined) return this.loaded;
    const { findApplication } = await import('./find/application.js');
    const location = findApplication({
      cwd: this.cwd,
      env: this.env,
      ...pickText(options, 'app'),
      ...pickText(options, 'project'),
    });
    const { loadApplication } = await import('./load/load-application.js');
    const { loadApplicationEnvironment } = await import('./environment/application-environment.js');
    const how = { ...this.installation, forceSource: options['ts'] === true, debug: options['debug'] === true };
    loadApplicationEnvironment(location, this.output, process.env, how.debug);
    return (this.loaded = await loadApplication(location, how, this.output));
  }
}

function flags(options: CommandOptions, ...names: readonly string[]): RootOptions {
  return Object.fromEntries(names.filter((name) => options.flag(name)).map((name) => [name, true]));
}

function pickText<K extends string>(options: RootOptions, key: K): { readonly [P in K]?: string } {
  const value = options[key];
  return (typeof value === 'string' ? { [key]: value } : {}) as { readonly [P in K]?: string };
}
