import { RepositoryNotFoundError, RepositoryOfOthersError } from '../errors/repository-files.errors.js';
import type { BoundDataSource, MigrationCommand } from './options/options.js';
import { describeRevision } from './report/describe.js';
import type { MigrationEnvironment } from './environment.js';
import { repositorySettingsOf } from './options/repository-settings.js';
import { requireOneDataSource } from './connect/query-runner.js';
import type { ConnectionOptions, MigrationOverrides, StopOptions } from './requests.js';
import { withLogger } from './logger.js';
import type { RevisionInfo } from '../results.js';
import type { CommandContext } from './run/command-context.js';
import type { RevisionGraph } from '../repository/index.js';
import { openRepository, type Repository } from '../repository/repository.js';
import { readSettings } from '../repository/settings.js';

/** The data sources of one call, at least one. */
export type Sources = [BoundDataSource, ...BoundDataSource[]];

/** What one call works with. */
export interface Call {
  readonly context: CommandContext;
  readonly sources: Sources;
  readonly graph: RevisionGraph;
}

/** What a call itself may add to the overrides of its service. */
type CallOptions = ConnectionOptions & StopOptions;

/** Prepares the calls of one service: data sources with their configs, and the repository. */
export class Calls {
  private readonly overrides: MigrationOverrides;

  constructor(
    private readonly environment: MigrationEnvironment,
    private readonly dataSources: readonly string[],
    overrides: MigrationOverrides,
  ) {
    this.overrides = withLogger(environment.options, overrides);
  }

  /** The context of a call without its repository. */
  get baseContext(): Omit<CommandContext, 'repository'> {
    const { environment, overrides } = this;
    const sharing = environment.sharingRepositoryWith(this.dataSources[0]);
    return { environment, overrides, shared: sharing.length > 1, sharing };
  }

  /** The data sources with their configs, in the order of their names. */
  bind(command: MigrationCommand, options: CallOptions = {}): Promise<Sources> {
    return bindAll(this.environment, this.dataSources, command, forCall(this.overrides, options));
  }

  /** Does the work of a command with its data sources, which a configure hook may choose for this call only. */
  async withSources<T>(
    command: MigrationCommand,
    options: CallOptions,
    work: (sources: Sources) => Promise<T>,
  ): Promise<T> {
    const sources = await this.bind(command, options);
    try {
      return await work(sources);
    } finally {
      for (const bound of sources) await bound.release();
    }
  }

  /** The same with the repository that their configs name. */
  with<T>(
    command: MigrationCommand,
    options: CallOptions,
    work: (call: Call) => Promise<T>,
    open = openCalled,
  ): Promise<T> {
    return this.withSources(command, options, async (sources) => {
      const repository = await open(sources).catch((error: unknown) => {
        throw namingDataSource(error, this.environment, this.overrides, this.dataSources[0]);
      });
      return work({ context: { ...this.baseContext, repository }, sources, graph: repository.graph });
    });
  }
}

/** The overrides for one call; either of two signals stops it. */
function forCall(overrides: MigrationOverrides, { queryRunner, signal, grace }: CallOptions): MigrationOverrides {
  const signals = [overrides.signal, signal].filter((one) => one !== undefined);
  return {
    ...overrides,
    ...(queryRunner !== undefined && { queryRunner }),
    ...(grace !== undefined && { grace }),
    ...(signals.length > 0 && { signal: signals.length === 1 ? signals[0] : AbortSignal.any(signals) }),
  };
}

async function bindAll(
  environment: MigrationEnvironment,
  names: readonly string[],
  command: MigrationCommand,
  overrides: MigrationOverrides,
): Promise<Sources> {
  if (overrides.queryRunner !== undefined) requireOneDataSource(names);
  const [first = 'default', ...others] = names;
  const sources: Sources = [await environment.bind(first, command, overrides)];
  for (const name of others) sources.push(await environment.bind(name, command, overrides));
  refuseOfOthers(sources[0], overrides.application);
  return sources;
}

/**
 * Two applications of a workspace have one folder `migrations` unless it is configured otherwise, and often different databases:
 * the one would drop the tables of the other.
 */
function refuseOfOthers(first: BoundDataSource, application: string | undefined): void {
  if (application === undefined) return;
  const { directory } = first.config;
  const { applications } = readSettings(directory, repositorySettingsOf(first));
  if (applications.length === 0 || applications.includes(application)) return;
  throw new RepositoryOfOthersError(directory, applications, application);
}

/** Data sources of a call share their repository; the first one's config decides what concerns the files. */
export function openCalled([first]: Sources): Promise<Repository> {
  return openRepository(first.config.directory, repositorySettingsOf(first));
}

/** One revision, or those that a symbol stands for; `current` means what the databases are at. */
export async function revisionsFor(
  { context, sources, graph }: Call,
  revision: string,
): Promise<readonly RevisionInfo[]> {
  if (revision !== 'current') return graph.resolve(revision).map((found) => describeRevision(graph, found));
  const { readRevisionsInUse } = await import('./report/current.js');
  return readRevisionsInUse(context.environment, graph, sources);
}

/** Adds the data source to the error for a missing repository: `init` needs its name, unless it is the first one. */
function namingDataSource(
  error: unknown,
  { repositories }: MigrationEnvironment,
  { directory }: MigrationOverrides,
  dataSource = 'default',
): unknown {
  const isFirst = repositories[0]?.includes(dataSource) ?? true;
  const isOwn = error instanceof RepositoryNotFoundError && directory === undefined && !isFirst;
  return isOwn ? new RepositoryNotFoundError(error.directory, dataSource) : error;
}

export function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
