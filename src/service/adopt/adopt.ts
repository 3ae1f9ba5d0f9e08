import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource, QueryRunner } from 'typeorm';
import { findAdoptedRevision, type AdoptedRevision } from './typeorm/adopted-revision.js';
import { type AdoptedPart, adoptionSource } from './typeorm/adoption-source.js';
import { asExecuted, differenceOf, firstOutOfOrder, refuseDifferences } from './typeorm/differences.js';
import { looksFor } from './typeorm/look-for.js';
import { move, type Move, planMoves } from './typeorm/move-files.js';
import { findOldHistory, type LookFor, type OldHistory, unmatchedPatterns } from './typeorm/old-history.js';
import { formatSource } from '../../autogenerate/render/format.js';
import { AdoptionRefusedError, NothingToAdoptError, type TypeormDifference } from '../../errors/adopt.errors.js';
import { RepositoryNotFoundError } from '../../errors/repository-files.errors.js';
import type { BoundDataSource } from '../options/options.js';
import { versionTableOf } from '../environment.js';
import { repositorySettingsOf } from '../options/repository-settings.js';
import type { AdoptRequest } from '../requests.js';
import { describeRevision } from '../report/describe.js';
import type { AdoptResult } from '../../results.js';
import type { CommandContext } from '../run/command-context.js';
import { writeRevision } from '../../repository/create/index.js';
import { openRepository, type Repository, type Revision, type RevisionGraph } from '../../repository/index.js';
import { emptyRepository, versionDirectories } from '../../repository/repository.js';
import { readRows, readTypeormTable, refuseAborted } from '../../runtime/index.js';
import { schemaFromMetadata } from '../../schema/from-metadata.js';

/** What an adoption did, or with `dryRun` would do. */
export interface Adoption {
  /** The first revision: the one that was there, or that was written; undefined when it would be. */
  readonly revision: Revision | undefined;
  readonly written: boolean;
  readonly parts: readonly AdoptionPart[];
  readonly moves: readonly Move[];
  /** Names of the data sources whose databases are to be noted at the revision. */
  readonly toStamp: readonly string[];
}

interface AdoptionPart {
  readonly dataSource: string;
  readonly table: string;
  readonly transaction: string;
  readonly migrations: readonly string[];
  /** Where the classes were found; undefined where the revision was there. */
  readonly origin: string | undefined;
}

/**
 * Takes over the migrations of TypeORM: writes a first revision that runs them, unless it is there already. Databases are
 * not stamped here.
 *
 * @throws NothingToAdoptError, AdoptionRefusedError, NotAtLastTypeormMigrationError; nothing is written then
 */
export async function adoptMigrations(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  request: AdoptRequest,
  makeRepository: () => Promise<unknown>,
): Promise<Adoption> {
  const looks = looksFor(sources, request);
  const states: SourceState[] = [];
  for (const bound of sources) states.push(await readState(context, bound, looks(bound)));
  const adopted = await findAdoptedRevision(context.repository.graph, context.sharing);
  if (adopted !== undefined) return adoptedBefore(adopted, states, request);
  return adoptNow(context, states, request, makeRepository);
}

/**
 * The repository of an adoption, which is made where there is none; not yet, as the adoption may be refused.
 *
 * @throws AdoptionRefusedError where its folder is taken by something else: often by the old migrations themselves
 */
export async function openForAdoption(bound: BoundDataSource): Promise<Repository> {
  const [{ directory }, settings] = [bound.config, repositorySettingsOf(bound)];
  if (isVacant(directory)) return emptyRepository(directory, settings);
  try {
    return await openRepository(directory, settings);
  } catch (error) {
    if (!(error instanceof RepositoryNotFoundError)) throw error;
    throw new AdoptionRefusedError(`${directory} has files in it, and is no migration repository.`, {
      hint: "The repository needs a folder of its own: MigrateModule.forRoot({ directory: 'db' }), or -d DIR.",
      cause: error,
    });
  }
}

/** Whether a repository can be made in the folder. */
export function isVacant(directory: string): boolean {
  return !existsSync(directory) || (statSync(directory).isDirectory() && readdirSync(directory).length === 0);
}

/** What an adoption has to know of one data source. */
interface SourceState {
  readonly bound: BoundDataSource;
  readonly history: OldHistory | undefined;
  /** Rows of the version table. */
  readonly rows: readonly string[];
  readonly extensions: readonly string[];
  /** Names in a table of TypeORM, the last one first; undefined where there is no such table. */
  executed(table: string): Promise<readonly string[] | undefined>;
  /** Those tables of entities that exist. */
  entityTables(): Promise<readonly string[]>;
}

async function readState({ environment }: CommandContext, bound: BoundDataSource, look: LookFor): Promise<SourceState> {
  const { dataSource } = bound;
  const rows = await environment.withRunner(
    bound,
    async (runner, dialect) => (await readRows(runner, dialect, versionTableOf(bound))) ?? [],
  );
  const dialect = await environment.dialect(bound);
  const installs = (dataSource.options as { installExtensions?: boolean }).installExtensions !== false;
  return {
    bound,
    rows,
    history: await findOldHistory(bound, look),
    extensions: installs ? schemaFromMetadata(dataSource, dialect.entityRules).extensions : [],
    entityTables: () => environment.withRunner(bound, (runner) => existingTables(dataSource, runner)),
    executed: (table) => environment.withRunner(bound, (runner) => readTypeormTable(dataSource, runner, table)),
  };
}

async function existingTables({ entityMetadatas }: DataSource, runner: QueryRunner): Promise<readonly string[]> {
  const paths = entityMetadatas.filter(({ tableType }) => tableType === 'regular').map(({ tablePath }) => tablePath);
  const found: string[] = [];
  for (const path of new Set(paths)) if (await runner.hasTable(path)) found.push(path);
  return found;
}

/** The adoption where the revision exists already: nothing is written, but another database may have to be stamped. */
async function adoptedBefore(
  { revision, parts }: AdoptedRevision,
  states: readonly SourceState[],
  { allowUnknown = false }: AdoptRequest,
): Promise<Adoption> {
  const differences: TypeormDifference[] = [];
  for (const { bound, history, rows, executed, entityTables } of states) {
    const part = parts.get(bound.name);
    const names = part?.classes.map(({ name }) => name) ?? [];
    const added = history?.migrations.map(({ name }) => name).filter((name) => !names.includes(name)) ?? [];
    if (added.length > 0) throw addedLater(revision, added);
    if (part === undefined || rows.length > 0) continue;
    const table = part.table ?? 'migrations';
    const difference = differenceOf(bound.name, table, names, await executed(table), await entityTables());
    differences.push(part.allowUnknown === true ? { ...difference, unknown: [] } : difference);
  }
  refuseDifferences(differences, allowUnknown, revision.id);
  return {
    revision,
    written: false,
    moves: [],
    toStamp: unnoted(states),
    parts: states.map(({ bound }) => {
      const { table = 'migrations', transaction = 'all', classes = [] } = parts.get(bound.name) ?? {};
      const migrations = classes.map(({ name }) => name);
      return { dataSource: bound.name, table, transaction, migrations, origin: undefined };
    }),
  };
}

function addedLater({ id, path }: Revision, added: readonly string[]): AdoptionRefusedError {
  return new AdoptionRefusedError(
    `TypeORM's migrations were adopted by revision ${id}, which does not run ${added.join(', ')}.`,
    {
      hint: `New changes are revisions now. Where it was merged in from before: add it to \`classes\` in ${path ?? 'the file'}, as long as no database depends on the order, or make a revision of it.`,
    },
  );
}

async function adoptNow(
  context: CommandContext,
  states: readonly SourceState[],
  request: AdoptRequest,
  makeRepository: () => Promise<unknown>,
): Promise<Adoption> {
  refuseRevisions(context, states);
  const found = await Promise.all(states.map(withDifference));
  const old = found.flatMap((one) => (one === undefined ? [] : [one]));
  if (old.length === 0) throw nothingFound(states);
  refuseDifferences(
    old.map(({ difference }) => difference),
    request.allowUnknown ?? false,
    undefined,
  );
  const { repository, shared, overrides } = context;
  const [versions = repository.directory] = versionDirectories(repository.directory, repository.settings);
  const moves: Move[] = [];
  const parts: AdoptedPart[] = [];
  for (const { state, history } of old) {
    const dataSource = state.bound.name;
    const allowUnknown = request.allowUnknown === true;
    const part = { dataSource, extensions: state.extensions, moved: request.move === true, allowUnknown };
    if (request.move !== true) parts.push({ ...part, history });
    else {
      const plan = await planMoves(history.migrations, join(repository.directory, 'typeorm', shared ? dataSource : ''));
      moves.push(...plan.moves);
      parts.push({ ...part, history: { ...history, migrations: plan.migrations } });
    }
  }
  warnOfOrder(context, old);
  for (const { bound, history } of states) {
    if (history !== undefined) continue;
    overrides.onNotice?.({
      level: 'warning',
      dataSource: bound.name,
      message: 'TypeORM has no migrations for this data source: the first revision makes none of its tables.',
    });
  }
  const { head, upgrade, downgrade } = adoptionSource(parts, versions, shared);
  const { message = 'adopt the migrations of TypeORM', revId } = request;
  const write = async (): Promise<Revision> => {
    refuseAborted(states[0]?.bound.signal);
    if (isVacant(repository.directory)) await makeRepository();
    const content = { message, heads: ['base'], imports: [head], upgrade, downgrade };
    return move(moves, () => writeRevision(repository, { ...content, ...(revId && { revId }) }, formatSource));
  };
  return {
    revision: request.dryRun === true ? undefined : await write(),
    written: true,
    moves,
    toStamp: unnoted(states),
    parts: states.map(({ bound }, index) => ({
      dataSource: bound.name,
      table: found[index]?.history.table ?? '',
      transaction: found[index]?.history.transaction ?? 'all',
      migrations: found[index]?.history.migrations.map(({ name }) => name) ?? [],
      origin: found[index]?.history.origin,
    })),
  };
}

function warnOfOrder({ overrides }: CommandContext, old: readonly OldState[]): void {
  for (const { state, history } of old) {
    const [late, before] = firstOutOfOrder(history.migrations) ?? [];
    if (late === undefined || before === undefined) continue;
    overrides.onNotice?.({
      level: 'warning',
      dataSource: state.bound.name,
      message: `The database ran ${late} after ${before}, against the digits of their names (table "${history.table}"). The revision runs all classes in the order in which the database ran them.`,
    });
  }
}

/** Names of the data sources whose databases are at no revision yet. */
function unnoted(states: readonly SourceState[]): readonly string[] {
  return states.filter(({ rows }) => rows.length === 0).map(({ bound }) => bound.name);
}

/** The result of an adoption. @param graph of the repository as it is now */
export function adoptResult(
  { revision, written, parts, moves, toStamp }: Adoption,
  graph: RevisionGraph,
  { dryRun = false }: AdoptRequest,
): AdoptResult {
  return {
    revision: revision === undefined ? null : describeRevision(graph, graph.get(revision.id)),
    written: written && !dryRun,
    dryRun,
    would: dryRun ? { write: written, stamp: toStamp, move: moves } : null,
    done: !written && toStamp.length === 0,
    moved: dryRun ? [] : moves,
    dataSources: parts.map(({ origin = null, ...part }) => ({
      ...part,
      origin,
      stamped: !dryRun && toStamp.includes(part.dataSource),
    })),
  };
}

interface OldState {
  readonly state: SourceState;
  readonly history: OldHistory;
  readonly difference: TypeormDifference;
}

async function withDifference(state: SourceState): Promise<OldState | undefined> {
  const { bound, history } = state;
  if (history === undefined) return undefined;
  const executed = await state.executed(history.table);
  const names = history.migrations.map(({ name }) => name);
  return {
    state,
    history: { ...history, migrations: asExecuted(history.migrations, executed ?? []) },
    difference: differenceOf(bound.name, history.table, names, executed, await state.entityTables()),
  };
}

function refuseRevisions({ repository }: CommandContext, states: readonly SourceState[]): void {
  const [first] = repository.graph.bases();
  if (first !== undefined) {
    throw new AdoptionRefusedError(
      `The repository ${repository.directory} has revisions already, beginning with ${first.id}, and none of them runs TypeORM's migrations.`,
      {
        hint: 'What is adopted must come first. Adopt in an empty repository, and move the revisions there afterwards.',
      },
    );
  }
  const noted = states.find(({ rows }) => rows.length > 0);
  if (noted === undefined) return;
  throw new AdoptionRefusedError(
    `The database of data source "${noted.bound.name}" is at revision ${noted.rows.join(', ')}, and the repository ${repository.directory} has no revisions.`,
    { hint: 'Is it the right repository? Its files may not have been deployed or checked out.' },
  );
}

function nothingFound(states: readonly SourceState[]): NothingToAdoptError {
  const names = states.map(({ bound }) => `"${bound.name}"`).join(', ');
  const usual =
    ', and there is no data source file of TypeORM that lists any (data-source.ts, ormconfig, typeorm.config …)';
  const unmatched = states.flatMap(({ bound }) => unmatchedPatterns(bound) ?? []);
  if (unmatched.length > 0) {
    return new NothingToAdoptError(`TypeORM has no migrations here: ${unmatched.join(' ')}`, {
      hint: 'The patterns are relative to the folder that nest-cmd runs in. Build the application, or name the folder of the classes: --folder src/migrations.',
    });
  }
  return new NothingToAdoptError(
    `TypeORM has no migrations here: the options of data source ${names} list none${states.length === 1 ? usual : ''}.`,
    {
      hint: "Name the file that TypeORM's command line takes (--typeorm-config src/data-source.ts), or the folder of the classes (--folder src/migrations).",
    },
  );
}
