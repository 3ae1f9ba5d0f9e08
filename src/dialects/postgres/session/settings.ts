import type { DataSource, QueryRunner } from 'typeorm';
import { stringLiteral } from '../literal.js';
import { quote } from '../names.js';
import type { SessionOptions } from '../../dialect.js';
import { ownSchemaOption } from './own-schema.js';
import { idleTimeout, peerSettings } from './vanished-peer.js';

/** How often the server checks during a statement that its client is still connected. */
const CLIENT_CHECK_INTERVAL = '500ms';

/** The database and the process of a session, and its previous settings. */
export interface SessionState {
  readonly database: string;
  /** The server, identified by its start time, and its process behind the connection. */
  readonly backend: { readonly server: string; readonly pid: number };
  /** The schema of names that are written without one. */
  readonly schema: string;
  /** Whether the search path finds that schema first as it is. */
  readonly isFound: boolean;
  /** Whether that schema does not exist yet. */
  readonly lacksSchema: boolean;
  /** The previous settings by name, to be restored. */
  readonly previous: Readonly<Record<string, string>>;
}

/** Reads the state of a session. */
export async function readState(runner: QueryRunner, dataSource: DataSource): Promise<SessionState> {
  const own = ownSchemaOption(dataSource);
  const [current] = (await runner.query(
    `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema,
            current_setting('search_path') AS search_path, current_setting('lock_timeout') AS lock_timeout,
            current_setting('statement_timeout') AS statement_timeout,
            current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction_session_timeout,
            current_setting('client_connection_check_interval') AS client_connection_check_interval,
            current_setting('standard_conforming_strings') AS standard_conforming_strings,
            ${peerSettingNames.map((name) => `current_setting('${name}') AS ${name}`).join(', ')},
            pg_postmaster_start_time()::text AS server, pg_backend_pid() AS pid,
            $1::text IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS own_exists`,
    [own ?? null],
  )) as [Record<'database' | 'schema' | 'server' | SettingName, string> & { pid: number; own_exists: boolean }];
  const { database, server, pid } = current;
  return {
    database,
    backend: { server, pid },
    schema: own ?? current.schema,
    isFound: own === undefined || own === current.schema,
    lacksSchema: !current.own_exists,
    previous: Object.fromEntries(settingNames.map((name) => [name, current[name]])),
  };
}

/**
 * The settings of a run, which may last for a session or for a transaction.
 *
 * The `schema` of the data source, if it has one, is put in front of the search path, so that names without a schema refer
 * to it in the statements of revisions and in the run's own.
 */
export function settingsOf(
  { lockTimeout, statementTimeout }: Pick<SessionOptions, 'lockTimeout' | 'statementTimeout'>,
  { schema, isFound, previous }: SessionState,
): Readonly<Record<string, string>> {
  return {
    lock_timeout: timeSetting(lockTimeout),
    statement_timeout: timeSetting(statementTimeout),
    idle_in_transaction_session_timeout: idleTimeout(previous['idle_in_transaction_session_timeout'] ?? '0'),
    // With 'off' a backslash in the literals of a revision would begin an escape, and mean something else on another
    // server.
    standard_conforming_strings: 'on',
    ...(isFound ? {} : { search_path: [quote(schema), previous['search_path']].filter(Boolean).join(', ') }),
  };
}

/** Applies the settings of a run to a session, or to the transaction that it is in. */
export async function applySettings(
  runner: QueryRunner,
  options: SessionOptions,
  state: SessionState,
  of: SettingsOf,
): Promise<void> {
  await setAll(runner, settingsOf(options, state), of);
  // A refusal by the server would abort a transaction.
  if (of === 'session') await checkClient(runner);
}

const peerSettingNames = Object.keys(peerSettings) as readonly (keyof typeof peerSettings)[];

const settingNames = [
  ...peerSettingNames,
  'search_path',
  'lock_timeout',
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'client_connection_check_interval',
  'standard_conforming_strings',
] as const;

type SettingName = (typeof settingNames)[number];

/** How long a setting lasts: for the session, or until the end of the transaction. */
export type SettingsOf = 'session' | 'transaction';

/** Sets settings for the rest of the session or transaction, in one round trip. */
export async function setAll(
  runner: QueryRunner,
  settings: Readonly<Record<string, string>>,
  of: SettingsOf = 'session',
): Promise<void> {
  await runner.query(settingStatement(settings, of));
}

/** The statement that sets settings. */
export function settingStatement(settings: Readonly<Record<string, string>>, of: SettingsOf): string {
  return `SELECT ${settingCalls(settings, of).join(', ')}`;
}

/** Expressions that set settings. */
export function settingCalls(settings: Readonly<Record<string, string>>, of: SettingsOf): readonly string[] {
  return Object.entries(settings).map(
    ([name, value]) => `set_config(${stringLiteral(name)}, ${stringLiteral(value)}, ${of === 'transaction'})`,
  );
}

/**
 * Makes the server check its client; servers on Windows refuse that, and the run continues without it.
 *
 * @returns the settings that the server has taken
 */
export async function checkClient(runner: QueryRunner): Promise<Readonly<Record<string, string>>> {
  const all = { ...peerSettings, client_connection_check_interval: CLIENT_CHECK_INTERVAL };
  const takes = (settings: Readonly<Record<string, string>>): Promise<boolean> =>
    setAll(runner, settings).then(
      () => true,
      () => false,
    );
  if (await takes(all)) return all;
  // The lock of a killed runner is then released only when the server notices that its client has disconnected.
  return (await takes(peerSettings)) ? peerSettings : {};
}

/** A time as the server accepts it: whole milliseconds, less than 25 days. */
export function timeSetting(ms: number): string {
  return String(Math.min(Math.ceil(ms), 2 ** 31 - 1));
}
