import type { QueryRunner } from 'typeorm';
import { OutsideTenantError } from '../../../errors/fleet.errors.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { beginsWith } from '../../../sql/statements.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { quoteQualified } from '../names.js';
import { connectHint } from './connect-hint.js';
import { hiddenExtensionHint } from './hidden-extension.js';
import { invalidIndexHint } from './invalid-index.js';
import { sqlState, sqlStates } from './sql-state.js';

/** What the driver and TypeORM report about a statement that failed. */
interface Failure {
  readonly message: string;
  readonly query: string;
  readonly detail: string;
}

type Hint = (failure: Failure, runner: QueryRunner) => string | Promise<string>;

const ALL_AT_ONCE =
  'A run is one transaction, and holds a lock for each table and index that it touches until its end. ' +
  'Set `transactionPerMigration: true`, or spread the work over several revisions';

const READ_ONLY =
  'The connection is to a standby, or the role or the database has default_transaction_read_only: connect to the primary.';

const HINTS: Readonly<Record<string, Hint>> = {
  [sqlStates.activeTransaction]: outsideHint,
  [sqlStates.unsafeNewEnumValue]: () =>
    'PostgreSQL lets a new enum value be used only after a commit. Send the statement with `op.execute`, which re-creates the type where ' +
    'a value is used that the same revision adds; or use the value in a revision of its own.',
  [sqlStates.failedTransaction]: () =>
    'An earlier statement failed, and the revision went on behind it. Send what may fail with `op.execute`, after whose ' +
    'error the transaction can go on, or in `op.manager.transaction(…)`.',
  [sqlStates.readOnly]: () => READ_ONLY,
  [sqlStates.insufficientPrivilege]: async (_failure, runner) =>
    `The role of the data source (${await currentRole(runner)}) may not do that: let revisions run as the owner of the tables, or GRANT it.`,
  [sqlStates.dependentObjects]: () =>
    'Drop what depends on it before it in the same revision, and create that again behind it where it is to stay. ' +
    'CASCADE in `op.execute` drops all of it, and a downgrade has to create it again.',
  [sqlStates.deadlock]: deadlockHint,
  [sqlStates.outOfMemory]: async ({ message }, runner) =>
    message.includes('memory') && !message.includes('shared memory')
      ? 'The server has too little memory for this statement: do it in parts, or lower work_mem.'
      : `${ALL_AT_ONCE}, or raise max_locks_per_transaction in postgresql.conf (now ${await setting(runner, 'max_locks_per_transaction')}) and restart the server.`,
  [sqlStates.tooManyConnections]: (_failure) => connectHint({ code: sqlStates.tooManyConnections }) ?? '',
  [sqlStates.lockNotAvailable]: () =>
    'Another transaction holds the table: try again when it has ended, or raise `lockTimeout`. In a transaction of the caller ' +
    'only `op.execute` tries again, not `op.queryRunner`.',
  [sqlStates.canceled]: async (_failure, runner) =>
    `It took longer than \`statementTimeout\` (in this session ${await setting(runner, 'statement_timeout')}), or somebody canceled it.`,
};

/** What to do about the error of a revision's statement, when the database's own message does not explain it. */
export async function failureHint(
  runner: QueryRunner,
  error: unknown,
  versionTable: QualifiedName,
): Promise<string | undefined> {
  if (error instanceof OutsideTenantError) return error.hint;
  const { message, query, driverError } = Object(error) as {
    message?: unknown;
    query?: unknown;
    driverError?: { detail?: unknown };
  };
  const failure = { message: text(message), query: text(query), detail: text(driverError?.detail) };
  const hint = await HINTS[sqlState(error) ?? '']?.(failure, runner);
  const hints = [
    hint ?? [],
    lostTableHint(error, failure, versionTable) ?? [],
    (await invalidIndexHint(runner, failure.query)) ?? [],
    (await hiddenExtensionHint(runner, error)) ?? [],
  ].flat();
  return hints.length === 0 ? undefined : hints.join(' ');
}

/** What to do when PostgreSQL refuses the version table for another reason than missing privileges. */
export function refusalHint(error: unknown): string | undefined {
  const state = sqlState(error);
  if (state === sqlStates.undefinedSchema) {
    return 'No revision can create the schema of its own version table: create it, or set another `versionTableSchema`.';
  }
  if (state === sqlStates.uniqueViolation || state === sqlStates.duplicateTable) {
    return "Another run made the table at the same moment: run the command again. With `lock: 'auto'` runs wait for each other.";
  }
  return state === sqlStates.readOnly ? READ_ONLY : undefined;
}

/**
 * The hint when the version table or the history table, whose name begins with that of the former, is not found any more: a
 * revision has changed the search path or moved the table.
 */
function lostTableHint(error: unknown, { query }: Failure, table: QualifiedName): string | undefined {
  if (sqlState(error) !== sqlStates.undefinedTable || !query.includes(quoteQualified(table).slice(0, -1))) {
    return undefined;
  }
  const dropped = 'has dropped the version table or the history table';
  if (table.schema !== undefined) return `The revision ${dropped}: leave that to the runner.`;
  return (
    "The revision has changed the search_path (SET search_path, or set_config('search_path', …) as pg_dump writes it) " +
    `and not set it back, or ${dropped}. Leave that statement out of the revision.`
  );
}

/**
 * The hint for statements that PostgreSQL refuses in a transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE …
 */
function outsideHint({ query, message }: Failure): string {
  if (['TRANSACTION', 'SESSION'].some((word) => beginsWith(query, POSTGRES_SQL, 'SET', word))) {
    return 'The transaction of the run has begun already: what sets it up comes too late in a revision.';
  }
  const line = query
    .replaceAll(/\s+/g, ' ')
    .replace(/[\s;]+$/, '')
    .trim();
  if (line.includes(';') || message.includes('pipeline')) {
    return 'Several statements in one text are one transaction: give each an `op.execute` of its own, inside `op.autocommit`.';
  }
  const [, index, table] =
    /^create (?:unique )?index concurrently (?:if not exists )?(\S+) on (?:only )?([^\s(]+)/i.exec(line) ?? [];
  const ours =
    index === undefined || table === undefined
      ? ''
      : ` Or let the operation do it: op.createIndex('${bare(table)}', { name: '${bare(index)}', …, isConcurrent: true }).`;
  const code = line.length > 200 ? '…' : `\`${line.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``;
  return `Run it outside the transaction of the run: await op.autocommit(() => op.execute(${code})).${ours}`;
}

/** The hint for a deadlock, with the names of its tables: PostgreSQL reports their oids. */
async function deadlockHint({ detail }: Failure, runner: QueryRunner): Promise<string> {
  const ids = [...detail.matchAll(/relation (\d+)/g)].map(([, id]) => Number(id));
  const rows = (await runner
    .query('SELECT DISTINCT oid::regclass::text AS name FROM pg_catalog.pg_class WHERE oid = ANY($1) ORDER BY 1', [ids])
    .catch(() => [])) as { name: string }[];
  const tables = rows.length === 0 ? '' : ` over ${rows.map(({ name }) => name).join(' and ')}`;
  return (
    `The run and another transaction waited for each other${tables}. Run it again, while less is written there; ` +
    'or change these tables in the order in which the application writes them, or with `transactionPerMigration: true`.'
  );
}

async function setting(runner: QueryRunner, name: string): Promise<string> {
  const rows = (await runner.query('SELECT current_setting($1) AS value', [name]).catch(() => [])) as {
    value: string;
  }[];
  return rows[0]?.value ?? 'unknown';
}

async function currentRole(runner: QueryRunner): Promise<string> {
  const rows = (await runner.query('SELECT current_user AS name').catch(() => [])) as { name: string }[];
  return rows[0]?.name ?? 'unknown';
}

function bare(identifier: string): string {
  return identifier.replaceAll('"', '');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
