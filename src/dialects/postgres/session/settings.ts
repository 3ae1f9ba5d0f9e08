import type { DataSource, QueryRunner } from 'typeorm';
import { quote } from '../names.js';
import type { SessionOptions } from '../../dialect.js';
import { ownSchemaOption } from './own-schema.js';

/** How often the server looks whether its client still lives while it runs a statement for it. */
const CLIENT_CHECK_INTERVAL = '500ms';

/** Where a session is, and what its settings were before. */
export interface SessionState {
  readonly database: string;
  /** Process of the server behind the connection, and the server by the moment that it started. */
  readonly backend: { readonly server: string; readonly pid: number };
  /** The schema of names that are written without one. */
  readonly schema: string;
  /** That schema is yet to be made. */
  readonly lacksSchema: boolean;
  /** Settings to put back, by name. */
  readonly before: Readonly<Record<string, string>>;
}

/**
 * Sets a session up for a run.
 *
 * A data source with a `schema` of its own gets it in front of the search path, so that names without a schema stand
 * there, in the statements of revisions as well as in ours.
 */
export async function applySettings(
  runner: QueryRunner,
  dataSource: DataSource,
  options: SessionOptions,
  of: SettingsOf = 'session',
): Promise<SessionState> {
  const own = ownSchemaOption(dataSource);
  const [now] = (await runner.query(
    `SELECT current_database() AS database, coalesce(current_schema(), 'public') AS schema,
            current_setting('search_path') AS search_path, current_setting('lock_timeout') AS lock_timeout,
            current_setting('statement_timeout') AS statement_timeout,
            current_setting('idle_in_transaction_session_timeout') AS idle_in_transaction_session_timeout,
            current_setting('client_connection_check_interval') AS client_connection_check_interval,
            current_setting('standard_conforming_strings') AS standard_conforming_strings,
            pg_postmaster_start_time()::text AS server, pg_backend_pid() AS pid,
            $1::text IS NULL OR EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS own_exists`,
    [own ?? null],
  )) as [Record<'database' | 'schema' | 'server' | SettingName, string> & { pid: number; own_exists: boolean }];

  await setAll(
    runner,
    {
      lock_timeout: timeSetting(options.lockTimeout),
      statement_timeout: timeSetting(options.statementTimeout),
      // The transaction of one database waits for the others of its run, and for revisions that compute.
      idle_in_transaction_session_timeout: '0',
      // With 'off' a backslash in the literals of a revision would begin an escape, and be something else on another server.
      standard_conforming_strings: 'on',
      ...(own === undefined || own === now.schema ? {} : { search_path: `${quote(own)}, ${now.search_path}` }),
    },
    of,
  );
  // What the server refuses would be the end of a transaction.
  if (of === 'session') await checkClient(runner);
  const before = Object.fromEntries(settingNames.map((name) => [name, now[name]]));
  const { database, server, pid } = now;
  return { database, backend: { server, pid }, schema: own ?? now.schema, lacksSchema: !now.own_exists, before };
}

const settingNames = [
  'search_path',
  'lock_timeout',
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'client_connection_check_interval',
  'standard_conforming_strings',
] as const;

type SettingName = (typeof settingNames)[number];

/** How long a setting lasts: a transaction takes its own with it. */
export type SettingsOf = 'session' | 'transaction';

/** Sets settings for the rest of the session or transaction, in one round trip. */
export async function setAll(
  runner: QueryRunner,
  settings: Readonly<Record<string, string>>,
  of: SettingsOf = 'session',
): Promise<void> {
  const names = Object.keys(settings);
  const calls = names.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, ${of === 'transaction'})`);
  await runner.query(
    `SELECT ${calls.join(', ')}`,
    names.flatMap((name) => [name, settings[name]]),
  );
}

/** Servers on Windows cannot poll their clients and refuse the setting; a run goes on without it. */
async function checkClient(runner: QueryRunner): Promise<void> {
  try {
    await setAll(runner, { client_connection_check_interval: CLIENT_CHECK_INTERVAL });
  } catch {
    // The lock of a killed runner is then free when the server notices its client gone.
  }
}

/** A time as the server takes it: whole milliseconds, none of 25 days or more. */
export function timeSetting(ms: number): string {
  return String(Math.min(Math.ceil(ms), 2 ** 31 - 1));
}
