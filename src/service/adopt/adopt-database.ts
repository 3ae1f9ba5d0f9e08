import { FromDatabaseOptionError } from '../../errors/index.js';
import { AdoptionRefusedError, NothingToAdoptError } from '../../errors/adopt.errors.js';
import type { BoundDataSource } from '../options/options.js';
import { type Adoption, isVacant } from './adopt.js';
import { versionTableOf } from '../environment.js';
import { reflectAll } from '../revise/from-database.js';
import type { AdoptRequest } from '../requests.js';
import { reviseReflected } from '../revise/revise.js';
import type { CommandContext } from '../run/command-context.js';
import { readRows, refuseAborted } from '../../runtime/index.js';

/** Options of `adopt` that are about the migrations of TypeORM. */
const OF_MIGRATIONS = ['typeormConfig', 'folder', 'transaction', 'move', 'allowUnknown'] as const;

/** @throws FromDatabaseOptionError for an option that has no meaning where the first revision is made from the database */
export function refuseIdleAdoptOptions(request: AdoptRequest): void {
  if (request.from !== 'database') return;
  const idle = OF_MIGRATIONS.find((option) => request[option] !== undefined && request[option] !== false);
  if (idle !== undefined) throw new FromDatabaseOptionError(idle, "from: 'database'");
}

/**
 * Writes a first revision that makes the databases as they are, unless all of them are noted at a revision already.
 * Databases are not stamped here.
 *
 * @throws AdoptionRefusedError, NothingToAdoptError, and what `reflectAll` throws; nothing is written then
 */
export async function adoptDatabases(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  request: AdoptRequest,
  makeRepository: () => Promise<unknown>,
): Promise<Adoption> {
  const { repository, environment } = context;
  const rows = new Map<string, readonly string[]>();
  for (const bound of sources) {
    const read = await environment.withRunner(bound, (runner, dialect) =>
      readRows(runner, dialect, versionTableOf(bound)),
    );
    rows.set(bound.name, read ?? []);
  }
  const parts = sources.map(({ name }) => ({
    dataSource: name,
    table: '',
    transaction: '',
    migrations: [],
    origin: 'the database',
  }));
  const [first] = repository.graph.bases();
  const unnoted = sources.filter(({ name }) => rows.get(name)?.length === 0).map(({ name }) => name);
  if (first !== undefined) {
    if (unnoted.length > 0) throw notNoted(context, unnoted);
    return { revision: first, written: false, parts, moves: [], toStamp: [] };
  }
  const [noted] = sources.filter(({ name }) => !unnoted.includes(name));
  if (noted !== undefined) throw notEmpty(context, noted.name, rows.get(noted.name) ?? []);
  const reflected = await reflectAll(context, sources);
  if (reflected.every(({ found }) => found.operations.length === 0)) throw nothingThere(reflected.length);
  if (request.dryRun === true) return { revision: undefined, written: true, parts, moves: [], toStamp: unnoted };
  refuseAborted(sources[0]?.signal);
  if (isVacant(repository.directory)) await makeRepository();
  const { message = 'adopt the database', revId } = request;
  const written = await reviseReflected(context, sources, { message, ...(revId && { revId }) }, reflected);
  return { revision: written.at(-1), written: true, parts, moves: [], toStamp: written.length > 0 ? unnoted : [] };
}

function notNoted({ repository, environment }: CommandContext, unnoted: readonly string[]): AdoptionRefusedError {
  const { command } = environment.options;
  const [head] = repository.graph.heads();
  const names = unnoted.map((name) => `"${name}"`).join(', ');
  return new AdoptionRefusedError(
    `The repository ${repository.directory} has revisions already, and the database of data source ${names} is at none of them.`,
    {
      hint:
        `Where the database is what the revisions make: \`npx nest-cmd ${command} stamp ${head?.id ?? 'head'}\`. ` +
        `Where it is empty: \`npx nest-cmd ${command} upgrade\`.`,
    },
  );
}

function notEmpty({ repository }: CommandContext, dataSource: string, rows: readonly string[]): AdoptionRefusedError {
  return new AdoptionRefusedError(
    `The database of data source "${dataSource}" is at revision ${rows.join(', ')}, and the repository ${repository.directory} has no revisions.`,
    {
      hint:
        'Is it the right repository? Its files may not have been deployed or checked out. To start over on purpose: ' +
        '`migrate --from-database`, then `stamp --purge head`.',
    },
  );
}

function nothingThere(databases: number): NothingToAdoptError {
  return new NothingToAdoptError(
    databases === 1
      ? 'The database holds nothing that could be adopted.'
      : 'The databases hold nothing that could be adopted.',
    { hint: 'For the tables of the entities: `migrate`, then `upgrade`.' },
  );
}
