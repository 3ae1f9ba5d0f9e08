import { DataSourceNotFoundError, EditorError, MigrateOptionsError } from './errors/service.errors.js';
import type { MigrationCommand } from './migrate.options.js';
import { checkCall } from './migration.arguments.js';
import {
  bindAll,
  type Call,
  listOf,
  namingDataSource,
  openCalled,
  revisionsFor,
  type Sources,
} from './migration.calls.js';
import { describeRevision } from './migration.describe.js';
import type { MigrationEnvironment } from './migration.environment.js';
import type {
  AdoptRequest,
  ConnectionOptions,
  CurrentOptions,
  HeadsOptions,
  HistoryOptions,
  InitRequest,
  MergeRequest,
  MigrateRequest,
  MigrationOverrides,
  RevisionRequest,
  RunOptions,
  StampOptions,
  StatusOptions,
} from './migration.requests.js';
import type {
  AdoptResult,
  BranchInfo,
  CurrentInfo,
  InitResult,
  MigrationStatus,
  PlannedOperation,
  RevisionInfo,
  RunResult,
  TemplateInfo,
} from './migration.results.js';
import type { Run, RunScene } from './migration.runs.js';
import { listTemplates } from './repository/create/templates.js';

// What compares, runs and speaks to databases is imported by the methods that need it: a command that looks at files
// alone starts without it (bench/startup.mjs).

/**
 * The migrations of a repository: a method for each `db` command.
 *
 * Every method returns data and throws typed errors (`MigrateError`); none prints, none exits, and all may be called
 * while the application runs. Targets are written in Alembic's grammar: an id or the start of one, `head`, `heads`,
 * `base`, a branch label, `+2`, `-1`, `ae10+2`, `label@head`.
 *
 * @example
 *     constructor(private readonly migrations: MigrationService) {}
 *     async ready() { return (await this.migrations.status()).every(({ upToDate }) => upToDate); }
 */
export class MigrationService {
  constructor(
    private readonly environment: MigrationEnvironment,
    /** Names of the data sources this service works on, in the order of `forRoot`. */
    readonly dataSources: readonly string[],
    private readonly overrides: MigrationOverrides = {},
  ) {}

  /**
   * The same service with something narrowed or added for the calls made on it; this one stays as it is.
   *
   * @throws DataSourceNotFoundError when a data source is named that is not among this service's, MigrateOptionsError when
   *   none is named.
   */
  with(overrides: MigrationOverrides): MigrationService {
    checkCall('with', overrides);
    const wanted = overrides.dataSources ?? this.dataSources;
    const unknown = wanted.find((name) => !this.dataSources.includes(name));
    if (unknown !== undefined) throw new DataSourceNotFoundError(unknown, this.dataSources);
    const names = this.dataSources.filter((name) => wanted.includes(name));
    if (names.length === 0) {
      throw new MigrateOptionsError('There is no data source to work on: `with({ dataSources: [] })`', {
        hint: `Leave dataSources out for all of them: ${this.dataSources.join(', ')}.`,
      });
    }
    return new MigrationService(this.environment, names, { ...this.overrides, ...overrides });
  }

  /** Data sources of the application that have other repositories, which no method of this service works on. */
  get otherDataSources(): readonly string[] {
    return this.environment.outsideRepositoryOf(this.dataSources[0]);
  }

  /** The templates that `init` can make a repository from. */
  listTemplates(): readonly TemplateInfo[] {
    return listTemplates();
  }

  /**
   * Makes the repository, and keeps it out of the application's build: the tsconfig that builds gets its folder in `exclude`.
   *
   * @throws DirectoryNotEmptyError when the directory holds something already; RepositoryInBuildError when it is in the
   *   folder of the build; RepositoryNotWrittenError when it cannot be written. Nothing is written then.
   */
  async init(request: InitRequest = {}): Promise<InitResult> {
    checkCall('init', request);
    const { adoptableMigrations } = await import('./migration.adoptable.js');
    const sources = await this.bind('init');
    const typeormMigrations = await adoptableMigrations(sources);
    const { makeRepository } = await import('./migration.init.js');
    const made = await makeRepository(this.place, sources[0], request);
    return { ...made, ...(typeormMigrations && { typeormMigrations }) };
  }

  /**
   * Writes an empty revision, or with `autogenerate` what `migrate` writes.
   *
   * @throws IdleOptionError for an option about changes (`renames`, `sqlBody` …) without `autogenerate`.
   */
  async revision(request: RevisionRequest = {}): Promise<readonly RevisionInfo[]> {
    checkCall('revision', request);
    const call = await this.prepare(request.autogenerate === true ? 'migrate' : 'revision', request);
    const { revise } = await import('./migration.revise.js');
    const written = await revise(call.scene, call.sources, request);
    if (written.length === 0) return [];
    const { graph } = await openCalled(call.sources);
    return written.map((revision) => describeRevision(graph, revision));
  }

  /**
   * Compares entities and databases, and writes the difference as a revision.
   *
   * @returns the revisions written; none when nothing changed.
   * @throws DatabaseNotUpToDateError when a database has revisions to run first.
   */
  async migrate(request: MigrateRequest = {}): Promise<readonly RevisionInfo[]> {
    checkCall('migrate', request);
    return this.revision({ ...request, autogenerate: true });
  }

  /** Writes a revision that joins several; without `revisions` it joins all heads. */
  async merge(revisions: string | readonly string[] = [], request: MergeRequest = {}): Promise<RevisionInfo> {
    checkCall('merge', revisions, request);
    const { scene, sources } = await this.prepare('merge');
    const { writeMerge } = await import('./repository/create/index.js');
    const written = await writeMerge(scene.repository, listOf(revisions), request);
    return describeRevision((await openCalled(sources)).graph, written);
  }

  /**
   * Opens the files of a revision in `$VISUAL` or `$EDITOR`, one after the other; `current` means what the databases
   * stand at.
   */
  async edit(revision = 'head'): Promise<readonly RevisionInfo[]> {
    checkCall('edit', revision);
    const shown = await revisionsFor(await this.prepare('edit'), revision);
    if (shown.length === 0) throw new EditorError(`"${revision}" stands for no revision, so there is no file to edit.`);
    const { openInEditor } = await import('./migration.editor.js');
    for (const { path } of shown) await openInEditor(path);
    return shown;
  }

  /** Runs the revisions from where each database stands up to `target`. */
  async upgrade(target = 'head', options: RunOptions = {}): Promise<readonly RunResult[]> {
    checkCall('upgrade', target, options);
    return this.run({ ...options, command: 'upgrade', targets: [target] });
  }

  /** Runs the revisions from where each database stands down to `target`. */
  async downgrade(target = '-1', options: RunOptions = {}): Promise<readonly RunResult[]> {
    checkCall('downgrade', target, options);
    return this.run({ ...options, command: 'downgrade', targets: [target] });
  }

  /** Writes the version rows as if the revisions had been run, and runs none. */
  async stamp(targets: string | readonly string[] = 'head', options: StampOptions = {}): Promise<readonly RunResult[]> {
    checkCall('stamp', targets, options);
    return this.run({ ...options, command: 'stamp', targets: listOf(targets) });
  }

  /**
   * Takes over the migrations of TypeORM: writes a first revision that runs the old classes as they are, and notes each
   * database that is at the last of them at this revision. The repository is made where there is none.
   *
   * Done twice it changes nothing. On another database it only notes it at the revision that is there.
   *
   * With `from: 'database'` the first revision is instead what makes the present database out of an empty one, whether
   * TypeORM has migrations or not, as `migrate({ fromDatabase: true })` writes it.
   *
   * @throws NotAtLastTypeormMigrationError with the lists of pending and unknown migrations; NothingToAdoptError when there
   *   are none; AdoptionRefusedError when they cannot be taken over as they are. Nothing is written then.
   * @example
   *     const { revision, dataSources } = await migrations.adopt({ dryRun: true });
   */
  async adopt(request: AdoptRequest = {}): Promise<AdoptResult> {
    checkCall('adopt', request);
    const { adoptMigrations, adoptResult, openForAdoption } = await import('./migration.adopt.js');
    const { makeRepository } = await import('./migration.init.js');
    const { adoptDatabases, refuseIdleAdoptOptions } = await import('./migration.adopt-database.js');
    refuseIdleAdoptOptions(request);
    const adoptAll = request.from === 'database' ? adoptDatabases : adoptMigrations;
    const { scene, sources } = await this.prepare('adopt', request, ([first]) => openForAdoption(first));
    const adoption = await adoptAll(scene, sources, request, () => makeRepository(scene, sources[0], {}));
    const { revision, toStamp } = adoption;
    if (revision !== undefined && request.dryRun !== true && toStamp.length > 0) {
      const { queryRunner } = request;
      await this.with({ dataSources: toStamp }).stamp(revision.id, { queryRunner });
    }
    const graph = revision === undefined ? scene.repository.graph : (await openCalled(sources)).graph;
    return adoptResult(adoption, graph, request);
  }

  /** Makes the version table where there is none yet, and changes nothing else. */
  async ensureVersion(options: Omit<RunOptions, 'tag'> = {}): Promise<readonly RunResult[]> {
    checkCall('ensureVersion', options);
    return this.run({ ...options, command: 'ensureVersion', targets: [] });
  }

  /**
   * The revisions that each database stands at.
   *
   * @throws DatabaseNotAtHeadsError with `checkHeads`, when one is not at all heads.
   * @throws DataSourcesFailedError when some of several data sources fail; its `answer` is about the others. So do
   *   `history`, `show`, `check` and `migrate`.
   */
  async current(options: CurrentOptions = {}): Promise<readonly CurrentInfo[]> {
    checkCall('current', options);
    const { graph, sources } = await this.prepare('current', options);
    const { readCurrent } = await import('./migration.current.js');
    return readCurrent(this.environment, graph, sources, options);
  }

  /** The revisions that no other revises. */
  async heads(options: HeadsOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('heads', options);
    const { graph } = await this.prepare('heads');
    const heads = options.resolveDependencies === true ? graph.realHeads() : graph.heads();
    return heads.map((head) => describeRevision(graph, head));
  }

  /** The revisions that several others revise, newest first, with those others. */
  async branches(): Promise<readonly BranchInfo[]> {
    const { graph } = await this.prepare('branches');
    const { readBranches } = await import('./migration.current.js');
    return readBranches(graph);
  }

  /** The revisions of a range, newest first; without a range all of them. */
  async history(options: HistoryOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('history', options);
    const { graph, sources } = await this.prepare('history', options);
    const { readHistory } = await import('./migration.current.js');
    return readHistory(this.environment, graph, sources, options);
  }

  /** One revision, or those that a symbol stands for: `head`, `heads`, `current`, a branch label. */
  async show(revision = 'head', options: ConnectionOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('show', revision, options);
    return revisionsFor(await this.prepare('show', options), revision);
  }

  /**
   * The operations that `migrate` would write, each with the data source it is for; none when all is as the entities say.
   * `processRevisionDirectives` is asked only where something differs.
   */
  async check(options: ConnectionOptions = {}): Promise<readonly PlannedOperation[]> {
    checkCall('check', options);
    const { scene, sources } = await this.prepare('check', options);
    const { planChanges } = await import('./migration.revise.js');
    return planChanges(scene, sources);
  }

  /**
   * Where each database stands: one query for each, all at once, cheap enough for a health check.
   *
   * A database that cannot be asked, or does not answer in time, has the state `down`; it does not hide the others.
   */
  async status(options: StatusOptions = {}): Promise<readonly MigrationStatus[]> {
    checkCall('status', options);
    const sources = await this.bind('status', options);
    const { readStatus } = await import('./migration.status.js');
    return readStatus(this.environment, sources, options);
  }

  /** Closes the connections that this package opened itself; the application's own stay. */
  close(): Promise<void> {
    return this.environment.close();
  }

  private async run(request: Run): Promise<readonly RunResult[]> {
    const { scene, sources } = await this.prepare(request.command, request);
    const { runOn } = await import('./migration.runs.js');
    return runOn(scene, sources, request);
  }

  /** Settles the configs of a command, and opens the repository they name. */
  private async prepare(
    command: MigrationCommand,
    { queryRunner }: ConnectionOptions = {},
    open = openCalled,
  ): Promise<Call> {
    const sources = await this.bind(command, { queryRunner });
    const repository = await open(sources).catch((error: unknown) => {
      throw namingDataSource(error, this.environment, this.overrides, this.dataSources[0]);
    });
    return { scene: { ...this.place, repository }, sources, graph: repository.graph };
  }

  private bind(command: MigrationCommand, { queryRunner }: ConnectionOptions = {}): Promise<Sources> {
    const overrides = queryRunner === undefined ? this.overrides : { ...this.overrides, queryRunner };
    return bindAll(this.environment, this.dataSources, command, overrides);
  }

  private get place(): Omit<RunScene, 'repository'> {
    const { environment, overrides } = this;
    const sharing = environment.sharingRepositoryWith(this.dataSources[0]);
    return { environment, overrides, shared: sharing.length > 1, sharing };
  }
}
