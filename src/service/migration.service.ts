import type { QueryRunner } from 'typeorm';
import { DataSourceNotFoundError, MigrateOptionsError } from '../errors/service.errors.js';
import { checkCall } from './arguments.js';
import { Calls, listOf, openCalled, revisionsFor, type Sources } from './calls.js';
import { describeRevision } from './report/describe.js';
import type { MigrationEnvironment } from './environment.js';
import type { ReadingCalls } from './interface/reading.js';
import type { RunningCalls } from './interface/running.js';
import type { WritingCalls } from './interface/writing.js';
import type {
  AdoptRequest,
  ConnectionOptions,
  CurrentOptions,
  HeadsOptions,
  HistoryOptions,
  InitRequest,
  LintOptions,
  LogOptions,
  MergeRequest,
  MigrateRequest,
  MigrationOverrides,
  PlanOptions,
  RevisionRequest,
  RunOptions,
  StampOptions,
  StatusOptions,
  StopOptions,
  UpgradeOptions,
  VerifyOptions,
} from './requests.js';
import type {
  AdoptResult,
  ApplyResult,
  BranchInfo,
  CurrentInfo,
  InitResult,
  LintFinding,
  LogEntry,
  MigrationStatus,
  PlanReport,
  PlannedOperation,
  RevisionInfo,
  RunResult,
  TemplateInfo,
  VerifyReport,
} from '../results.js';
import type { RunCommand } from './run/command-context.js';
import type { Operation } from '../operations/operation.js';
import type { Operations } from '../operations/operations.interface.js';
import { listTemplates } from '../repository/create/templates.js';
import type { Repository } from '../repository/repository.js';

// What the methods do, throw and take is written in the interfaces: an editor shows it at the methods.
//
// Modules that compare, run or connect are imported by the methods that need them: a command that reads only files starts
// without them (bench/startup.mjs).

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
export class MigrationService implements WritingCalls, RunningCalls, ReadingCalls {
  private readonly calls: Calls;

  constructor(
    private readonly environment: MigrationEnvironment,
    /**
     * Names of the data sources that this service works on, in the order of `forRoot`.
     *
     * @example
     *     for (const name of migrations.dataSources) await migrations.with({ dataSources: [name] }).upgrade();
     */
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
   * @example
   *     await migrations.with({ xArgs: { tenant: 'acme' } }).upgrade();
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

  /**
   * Data sources of the application that have other repositories, which no method of this service works on.
   *
   * @example
   *     if (migrations.otherDataSources.length > 0) console.log('not migrated:', migrations.otherDataSources);
   */
  get otherDataSources(): readonly string[] {
    return this.environment.outsideRepositoryOf(this.dataSources[0]);
  }

  /**
   * The option `logger` names a logger: what calls report goes there.
   *
   * @example
   *     const quiet = migrations.with({ useLogger: !migrations.hasLogger });
   */
  get hasLogger(): boolean {
    return typeof this.environment.options.logger === 'object';
  }

  listTemplates(): readonly TemplateInfo[] {
    return listTemplates();
  }

  async init(request: InitRequest = {}): Promise<InitResult> {
    checkCall('init', request);
    const { adoptableMigrations } = await import('./adopt/adoptable.js');
    const { makeRepository } = await import('./init.js');
    return this.calls.withSources('init', {}, async (sources) => {
      const typeormMigrations = await adoptableMigrations(sources);
      const made = await makeRepository(this.calls.baseContext, sources[0], request);
      return { ...made, ...(typeormMigrations && { typeormMigrations }) };
    });
  }

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

  async migrate(request: MigrateRequest = {}): Promise<readonly RevisionInfo[]> {
    checkCall('migrate', request);
    return this.revision({ ...request, autogenerate: true });
  }

  async merge(revisions: string | readonly string[] = [], request: MergeRequest = {}): Promise<RevisionInfo> {
    checkCall('merge', revisions, request);
    return this.calls.with('merge', {}, async ({ context, sources }) => {
      const { writeMerge } = await import('../repository/create/index.js');
      const written = await writeMerge(context.repository, listOf(revisions), request);
      return describeRevision((await openCalled(sources)).graph, written);
    });
  }

  async edit(revision = 'head'): Promise<readonly RevisionInfo[]> {
    checkCall('edit', revision);
    const { editRevisions } = await import('./editor.js');
    return this.calls.with('edit', {}, (call) => editRevisions(call, revision));
  }

  async upgrade(target = 'head', options: UpgradeOptions = {}): Promise<readonly RunResult[]> {
    checkCall('upgrade', target, options);
    return this.run({ ...options, command: 'upgrade', targets: [target] });
  }

  async downgrade(target = '-1', options: UpgradeOptions = {}): Promise<readonly RunResult[]> {
    checkCall('downgrade', target, options);
    return this.run({ ...options, command: 'downgrade', targets: [target] });
  }

  async stamp(targets: string | readonly string[] = 'head', options: StampOptions = {}): Promise<readonly RunResult[]> {
    checkCall('stamp', targets, options);
    return this.run({ ...options, command: 'stamp', targets: listOf(targets) });
  }

  async adopt(request: AdoptRequest = {}): Promise<AdoptResult> {
    checkCall('adopt', request);
    const { adopt, openForAdoption, refuseIdleAdoptOptions } = await import('./adopt/adoption.js');
    refuseIdleAdoptOptions(request);
    const { queryRunner, signal, grace } = request;
    const stamp = (dataSources: readonly string[], id: string): Promise<unknown> =>
      this.with({ dataSources }).stamp(id, { queryRunner, signal, grace });
    const open = ([first]: Sources): Promise<Repository> => openForAdoption(first);
    return this.calls.with('adopt', request, (call) => adopt(call, request, stamp), open);
  }

  async ensureVersion(options: Omit<RunOptions, 'tag'> = {}): Promise<readonly RunResult[]> {
    checkCall('ensureVersion', options);
    return this.run({ ...options, command: 'ensureVersion', targets: [] });
  }

  async current(options: CurrentOptions = {}): Promise<readonly CurrentInfo[]> {
    checkCall('current', options);
    const { readCurrent } = await import('./report/current.js');
    return this.calls.with('current', options, ({ graph, sources }) =>
      readCurrent(this.environment, graph, sources, options),
    );
  }

  async heads(options: HeadsOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('heads', options);
    return this.calls.with('heads', {}, async ({ graph }) => {
      const heads = options.resolveDependencies === true ? graph.realHeads() : graph.heads();
      return heads.map((head) => describeRevision(graph, head));
    });
  }

  async branches(): Promise<readonly BranchInfo[]> {
    const { readBranches } = await import('./report/current.js');
    return this.calls.with('branches', {}, async ({ graph }) => readBranches(graph));
  }

  async history(options: HistoryOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('history', options);
    const { readHistory } = await import('./report/current.js');
    return this.calls.with('history', options, ({ graph, sources }) =>
      readHistory(this.environment, graph, sources, options),
    );
  }

  async show(revision = 'head', options: ConnectionOptions = {}): Promise<readonly RevisionInfo[]> {
    checkCall('show', revision, options);
    return this.calls.with('show', options, (call) => revisionsFor(call, revision));
  }

  async log(options: LogOptions = {}): Promise<readonly LogEntry[]> {
    checkCall('log', options);
    const { readLog } = await import('./report/log.js');
    return this.calls.withSources('log', options, (sources) => readLog(this.environment, sources, options));
  }

  async verify(options: VerifyOptions = {}): Promise<readonly VerifyReport[]> {
    checkCall('verify', options);
    const { readVerify } = await import('./report/verify.js');
    return this.calls.with('verify', options, ({ graph, sources }) =>
      readVerify(this.environment, graph, sources, options),
    );
  }

  async plan(target = 'head', options: PlanOptions = {}): Promise<readonly PlanReport[]> {
    checkCall('plan', target, options);
    const { readPlan } = await import('./report/plan.js');
    return this.calls.with('plan', options, ({ context, sources }) => readPlan(context, sources, target, options));
  }

  async lint(options: LintOptions = {}): Promise<readonly LintFinding[]> {
    checkCall('lint', options);
    const { readLint } = await import('./report/lint.js');
    return this.calls.with('lint', options, ({ context, sources }) => readLint(context, sources, options));
  }

  async check(options: ConnectionOptions = {}): Promise<readonly PlannedOperation[]> {
    checkCall('check', options);
    const { planChanges } = await import('./revise/revise.js');
    return this.calls.with('check', options, ({ context, sources }) => planChanges(context, sources));
  }

  async apply(
    operations: readonly (Operation & { readonly dataSource?: string })[],
    options: ConnectionOptions & StopOptions = {},
  ): Promise<readonly ApplyResult[]> {
    checkCall('apply', operations, options);
    const { applyTo } = await import('./run/apply.js');
    return this.calls.withSources('apply', options, (sources) => applyTo(this.calls.baseContext, sources, operations));
  }

  async operations(queryRunner: QueryRunner): Promise<Operations> {
    checkCall('operations', queryRunner);
    const [bound] = await this.calls.bind('operations', { queryRunner });
    const { operationsFor } = await import('./run/apply.js');
    return operationsFor(this.calls.baseContext, bound, queryRunner);
  }

  async status(options: StatusOptions = {}): Promise<readonly MigrationStatus[]> {
    checkCall('status', options);
    const { readStatus } = await import('./report/status.js');
    return this.calls.withSources('status', options, (sources) => readStatus(this.environment, sources, options));
  }

  /**
   * Closes the connections that this package opened itself; the application's own stay.
   *
   * @example
   *     await migrations.close();
   */
  close(): Promise<void> {
    return this.environment.close();
  }

  private async run(request: RunCommand): Promise<readonly RunResult[]> {
    const { runOn } = await import('./run/runs.js');
    return this.calls.with(request.command, request, ({ context, sources }) => runOn(context, sources, request));
  }
}
