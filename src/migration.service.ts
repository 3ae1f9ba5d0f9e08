import { openInEditor } from './migration.editor.js';
import { DatabaseNotAtHeadsError, DataSourceNotFoundError, EditorError } from './errors/index.js';
import type { BoundDataSource } from './migrate.options.js';
import { describeRevision } from './migration.describe.js';
import { absoluteDirectory, type MigrationEnvironment } from './migration.environment.js';
import { readCurrentRows, readStatus } from './migration.status.js';
import type {
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
} from './migration.requests.js';
import type {
  BranchInfo,
  CurrentInfo,
  InitResult,
  MigrationStatus,
  PlannedOperation,
  RevisionInfo,
  RunResult,
  TemplateInfo,
} from './migration.results.js';
import { compareAll, revise } from './migration.revise.js';
import { type Run, runOn, type RunScene } from './migration.runs.js';
import {
  createRepository,
  currentRevisions,
  history,
  listTemplates,
  openRepository,
  rangeInvolvesCurrent,
  type Repository,
  type Revision,
  writeMerge,
} from './repository/index.js';

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
   * @throws DataSourceNotFoundError when a data source is named that is not among this service's.
   */
  with(overrides: MigrationOverrides): MigrationService {
    const unknown = overrides.dataSources?.find((name) => !this.dataSources.includes(name));
    if (unknown !== undefined) throw new DataSourceNotFoundError(unknown, this.dataSources);
    const names = this.dataSources.filter((name) => overrides.dataSources?.includes(name) ?? true);
    return new MigrationService(this.environment, names, { ...this.overrides, ...overrides });
  }

  /** The templates that `init` can make a repository from. */
  listTemplates(): readonly TemplateInfo[] {
    return listTemplates();
  }

  /**
   * Makes the repository.
   *
   * @throws DirectoryNotEmptyError when the directory holds something already.
   */
  init(request: InitRequest = {}): Promise<InitResult> {
    return createRepository(this.directory, { multidb: this.isShared, ...request });
  }

  /** Writes an empty revision, or with `autogenerate` what `migrate` writes. */
  async revision(request: RevisionRequest = {}): Promise<readonly RevisionInfo[]> {
    const scene = await this.scene();
    return this.describeFresh(await revise(scene, this.bound(), request));
  }

  /**
   * Compares entities and databases, and writes the difference as a revision.
   *
   * @returns the revisions written; none when nothing changed.
   * @throws DatabaseNotUpToDateError when a database has revisions to run first.
   */
  migrate(request: MigrateRequest = {}): Promise<readonly RevisionInfo[]> {
    return this.revision({ ...request, autogenerate: true });
  }

  /** Writes a revision that joins several; without `revisions` it joins all heads. */
  async merge(revisions: string | readonly string[] = [], request: MergeRequest = {}): Promise<RevisionInfo> {
    const { repository } = await this.scene();
    const written = await writeMerge(repository, listOf(revisions), request);
    return describeRevision((await this.open()).graph, written);
  }

  /**
   * Opens the files of a revision in `$VISUAL` or `$EDITOR`, one after the other; `current` means what the databases
   * stand at.
   */
  async edit(revision = 'head'): Promise<readonly RevisionInfo[]> {
    const shown = await this.show(revision);
    if (shown.length === 0) throw new EditorError(`"${revision}" stands for no revision, so there is no file to edit.`);
    for (const { path } of shown) await openInEditor(path);
    return shown;
  }

  /** Runs the revisions from where each database stands up to `target`. */
  upgrade(target = 'head', options: RunOptions = {}): Promise<readonly RunResult[]> {
    return this.run({ ...options, command: 'upgrade', targets: [target] });
  }

  /** Runs the revisions from where each database stands down to `target`. */
  downgrade(target = '-1', options: RunOptions = {}): Promise<readonly RunResult[]> {
    return this.run({ ...options, command: 'downgrade', targets: [target] });
  }

  /** Writes the version rows as if the revisions had been run, and runs none. */
  stamp(targets: string | readonly string[] = 'head', options: StampOptions = {}): Promise<readonly RunResult[]> {
    return this.run({ ...options, command: 'stamp', targets: listOf(targets) });
  }

  /**
   * The revisions that each database stands at.
   *
   * @throws DatabaseNotAtHeadsError with `checkHeads`, when one is not at all heads.
   */
  async current(options: CurrentOptions = {}): Promise<readonly CurrentInfo[]> {
    const { repository } = await this.scene();
    const { graph } = repository;
    const standing = await readCurrentRows(this.environment, this.bound());
    const heads = graph.heads().map(({ id }) => id);
    return standing.map(({ dataSource, rows }) => {
      if (options.checkHeads === true && !sameSet(rows, heads)) {
        throw new DatabaseNotAtHeadsError(dataSource, rows, heads);
      }
      return { dataSource, revisions: currentRevisions(graph, rows).map((found) => describeRevision(graph, found)) };
    });
  }

  /** The revisions that no other revises. */
  async heads(options: HeadsOptions = {}): Promise<readonly RevisionInfo[]> {
    const { graph } = await this.open();
    const heads = options.resolveDependencies === true ? graph.realHeads() : graph.heads();
    return heads.map((head) => describeRevision(graph, head));
  }

  /** The revisions that several others revise, newest first, with those others. */
  async branches(): Promise<readonly BranchInfo[]> {
    const { graph } = await this.open();
    return history(graph)
      .filter((revision) => graph.children(revision.id).length > 1)
      .map((revision) => ({
        ...describeRevision(graph, revision),
        branches: graph.children(revision.id).map((child) => describeRevision(graph, graph.get(child))),
      }));
  }

  /** The revisions of a range, newest first; without a range all of them. */
  async history(options: HistoryOptions = {}): Promise<readonly RevisionInfo[]> {
    const { graph } = await this.open();
    const { range, indicateCurrent = false } = options;
    const asksDatabase = indicateCurrent || (range !== undefined && rangeInvolvesCurrent(range));
    const standing = asksDatabase ? await readCurrentRows(this.environment, this.bound()) : [];
    const rows = [...new Set(standing.flatMap((database) => database.rows))].sort();
    return history(graph, range, rows).map((revision) => ({
      ...describeRevision(graph, revision),
      ...(indicateCurrent ? { currentIn: namesAt(standing, revision.id) } : {}),
    }));
  }

  /** One revision, or those that a symbol stands for: `head`, `heads`, `current`, a branch label. */
  async show(revision = 'head'): Promise<readonly RevisionInfo[]> {
    const { graph } = await this.open();
    if (revision !== 'current') return graph.resolve(revision).map((found) => describeRevision(graph, found));
    const standing = await readCurrentRows(this.environment, this.bound());
    const ids = [...new Set(standing.flatMap(({ rows }) => rows))].sort();
    return ids.map((id) => ({
      ...describeRevision(graph, graph.node(id, 'version-table').revision),
      currentIn: namesAt(standing, id),
    }));
  }

  /** The operations that `migrate` would write, each with the data source it is for; none when all is as the entities say. */
  async check(): Promise<readonly PlannedOperation[]> {
    const comparisons = await compareAll(await this.scene(), this.bound());
    return comparisons.flatMap(({ dataSource, found }) =>
      found.operations.map((operation) => ({ ...operation, dataSource })),
    );
  }

  /** Where each database stands; one query for each, cheap enough for a health check. */
  async status(): Promise<readonly MigrationStatus[]> {
    const { graph } = await this.open();
    return readStatus(this.environment, graph, this.bound());
  }

  /** Closes the connections that this package opened itself; the application's own stay. */
  close(): Promise<void> {
    return this.environment.close();
  }

  private async run(request: Run): Promise<readonly RunResult[]> {
    const scene = await this.scene();
    const results: RunResult[] = [];
    for (const bound of this.bound()) results.push(await runOn(scene, bound, request));
    return results;
  }

  private async scene(): Promise<RunScene> {
    const group = this.environment.sharingRepositoryWith(this.dataSources[0]);
    return {
      environment: this.environment,
      repository: await this.open(),
      overrides: this.overrides,
      shared: this.isShared,
      owner: group[0] ?? 'default',
    };
  }

  private open(): Promise<Repository> {
    return openRepository(this.directory, this.environment.repositorySettings);
  }

  private bound(): readonly BoundDataSource[] {
    return this.dataSources.map((name) => this.environment.bind(name));
  }

  private get directory(): string {
    const { directory } = this.overrides;
    if (directory !== undefined) return absoluteDirectory(directory);
    return this.environment.directoryOf(this.dataSources[0]);
  }

  private get isShared(): boolean {
    return this.environment.sharingRepositoryWith(this.dataSources[0]).length > 1;
  }

  private async describeFresh(written: readonly Revision[]): Promise<readonly RevisionInfo[]> {
    if (written.length === 0) return [];
    const { graph } = await this.open();
    return written.map((revision) => describeRevision(graph, revision));
  }
}

function namesAt(standing: readonly { dataSource: string; rows: readonly string[] }[], id: string): readonly string[] {
  return standing.filter(({ rows }) => rows.includes(id)).map(({ dataSource }) => dataSource);
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
