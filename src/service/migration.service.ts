import type { QueryRunner } from 'typeorm';
import { DataSourceNotFoundError, MigrateOptionsError } from '../errors/service.errors.js';
import { checkCall } from './arguments.js';
import { Calls, listOf, openCalled, revisionsFor, type Sources } from './calls.js';
import { describeRevision } from './report/describe.js';
import type { MigrationEnvironment } from './environment.js';
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
} from './requests.js';
import type {
  AdoptResult,
  ApplyResult,
  BranchInfo,
  CurrentInfo,
  InitResult,
  MigrationStatus,
  PlannedOperation,
  RevisionInfo,
  RunResult,
  TemplateInfo,
} from '../results.js';
import type { RunCommand } from './run/command-context.js';
import type { Operation } from '../operations/operation.js';
import type { Operations } from '../operations/operations.interface.js';
import { listTemplates } from '../repository/create/templates.js';
import type { Repository } from '../repository/repository.js';

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
 *     const isReady = (await migrations.status()).every(({ upToDate }) => upToDate);
 */
export class MigrationService {
  private readonly calls: Calls;

  constructor(
    private readonly environment: MigrationEnvironment,
    /** Names of the data sources this service works on, in the order of `forRoot`. */
    readonly dataSources: readonly string[],
    private readonly overrides: MigrationOverrides = {},
  ) {
    this.calls = new Calls(environment, dataSources, overrides);
  }

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

  /** The option `logger` names a logger: what calls tell of goes there. */
  get hasLogger(): boolean {
    return typeof this.environment.options.logger === 'object';
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
    const { adoptableMigrations } = await import('./adopt/adoptable.js');
    const { makeRepository } = await import('./init.js');
    return this.calls.withSources('init', {}, async (sources) => {
      const typeormMigrations = await adoptableMigrations(sources);
      const made = await makeRepository(this.calls.place, sources[0], request);
      return { ...made, ...(typeormMigrations && { typeormMigrations }) };
    });
  }

  /**
   * Writes an empty revision, or with `autogenerate` what `migrate` writes.
   *
   * @throws IdleOptionError for an option about changes (`renames`, `sqlBody` …) without `autogenerate`.
   */
  async revision(request: RevisionRequest = {}): Promise<readonly RevisionInfo[]> {
    checkCall('revision', request);
    const command = request.autogenerate === true ? 'migrate' : 'revision';
    return this.calls.with(command, request, async ({ context, sources }) => {
      const { revise } = await import('./revise/revise.js');
      const written = await revise(context, sources, request);
      const { graph } = await openCalled(sources);
      return written.map((revision) => describeRevision(graph, revision));
    });
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
    return this.calls.with('merge', {}, async ({ context, sources }) => {
      const { writeMerge } = await import('../repository/create/index.js');
      const written = await writeMerge(context.repository, listOf(revisions), request);
      return describeRevision((await openCalled(sources)).graph, written);
    });
  }

  /**
   * Opens the files of a revision in `$VISUAL` or `$EDITOR`, one after the other; `current` means what the databases
   * stand at.
   */
  async edit(revision = 'head'): Promise<readonly RevisionInfo[]> {
    checkCall('edit', revision);
    const { editRevisions } = await import('./editor.js');
    return this.calls.with('edit', {}, (call) => editRevisions(call, revision));
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
    const { adopt, openForAdoption, refuseIdleAdoptOptions } = await import('./adopt/adoption.js');
    refuseIdleAdoptOptions(request);
    const stamp = (dataSources: readonly string[], id: string): Promise<unknown> =>
      this.with({ dataSources }).stamp(id, { queryRunner: request.queryRunner });
    const open = ([first]: Sources): Promise<Repository> => openForAdoption(first);
    return this.calls.with('adopt', request, (call) => adopt(call, request, stamp), open);
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
    const { readCurrent } = await import('./report/current.js');
    return this.calls.with('current', options, ({ graph, sources }) =>
      readCurrent(this.environment, graph, sources, options),
    );
  }

  /** The revisions that no other revises. */
  async heads(options: HeadsOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('heads', options);
    return this.calls.with('heads', {}, async ({ graph }) => {
      const heads = options.resolveDependencies === true ? graph.realHeads() : graph.heads();
      return heads.map((head) => describeRevision(graph, head));
    });
  }

  /** The revisions that several others revise, newest first, with those others. */
  async branches(): Promise<readonly BranchInfo[]> {
    const { readBranches } = await import('./report/current.js');
    return this.calls.with('branches', {}, async ({ graph }) => readBranches(graph));
  }

  /** The revisions of a range, newest first; without a range all of them. */
  async history(options: HistoryOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('history', options);
    const { readHistory } = await import('./report/current.js');
    return this.calls.with('history', options, ({ graph, sources }) =>
      readHistory(this.environment, graph, sources, options),
    );
  }

  /** One revision, or those that a symbol stands for: `head`, `heads`, `current`, a branch label. */
  async show(revision = 'head', options: ConnectionOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('show', revision, options);
    return this.calls.with('show', options, (call) => revisionsFor(call, revision));
  }

  /**
   * The operations that `migrate` would write, each with the data source it is for; none when all is as the entities say.
   * `processRevisionDirectives` is asked only where something differs.
   */
  async check(options: ConnectionOptions = {}): Promise<readonly PlannedOperation[]> {
    checkCall('check', options);
    const { planChanges } = await import('./revise/revise.js');
    return this.calls.with('check', options, ({ context, sources }) => planChanges(context, sources));
  }

  /**
   * Runs operations without a revision, on each database in one transaction: those of `check`, or your own. The version
   * tables stay as they are, so it is for tests, prototypes and tools.
   *
   * @throws OperationFailedError when one cannot be run: none of that database's is kept then
   * @example
   *     await migrations.apply(await migrations.check());
   */
  async apply(
    operations: readonly (Operation & { readonly dataSource?: string })[],
    options: ConnectionOptions = {},
  ): Promise<readonly ApplyResult[]> {
    checkCall('apply', operations, options);
    const { applyTo } = await import('./run/apply.js');
    return this.calls.withSources('apply', options, (sources) => applyTo(this.calls.place, sources, operations));
  }

  /**
   * An `op` outside of a revision, on a connection of yours: each call is run at once, in your transaction where you have
   * one open, else in one of its own.
   *
   * @example
   *     const op = await migrations.operations(queryRunner);
   *     await op.createTable({ name: 'tag', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
   */
  async operations(queryRunner: QueryRunner): Promise<Operations> {
    checkCall('operations', queryRunner);
    const [bound] = await this.calls.bind('operations', { queryRunner });
    const { operationsFor } = await import('./run/apply.js');
    return operationsFor(this.calls.place, bound, queryRunner);
  }

  /**
   * Where each database stands: one query for each, all at once, cheap enough for a health check.
   *
   * A database that cannot be asked, or does not answer in time, has the state `down`; it does not hide the others.
   */
  async status(options: StatusOptions = {}): Promise<readonly MigrationStatus[]> {
    checkCall('status', options);
    const { readStatus } = await import('./report/status.js');
    return this.calls.withSources('status', options, (sources) => readStatus(this.environment, sources, options));
  }

  /** Closes the connections that this package opened itself; the application's own stay. */
  close(): Promise<void> {
    return this.environment.close();
  }

  private async run(request: RunCommand): Promise<readonly RunResult[]> {
    const { runOn } = await import('./run/runs.js');
    return this.calls.with(request.command, request, ({ context, sources }) => runOn(context, sources, request));
  }
}
