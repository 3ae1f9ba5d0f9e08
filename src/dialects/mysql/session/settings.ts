import type { QueryRunner } from 'typeorm';
import type { SessionOptions } from '../../dialect.js';
import { NoDatabaseError } from '../errors.js';
import { APPLICATION_ZONE, isAtLeast, requireMysql2, type Server, SQL_MODE, supportedServer } from '../server.js';
import type { Backend } from '../../sessions.js';
import { literal, quote } from '../text.js';
import { backendOf } from './backend.js';
import { IDLE_SECONDS } from './vanished-peer.js';

/** The server and the connection of a run, and the settings to be restored. */
export interface SessionState {
  readonly server: Server;
  readonly database: string;
  readonly backend: Backend;
  readonly previous: Settings;
  readonly own: Settings;
}

type Settings = Readonly<Record<string, string | number>>;

/**
 * Applies the settings of a run to a session.
 *
 * The sql_mode is strict whatever the server's is: what would lose something without an error is an error. Times are those of UTC,
 * so that a revision does the same wherever it runs.
 *
 * @throws UnsupportedServerError, NoDatabaseError, OtherDriverPackageError
 */
export async function applySettings(runner: QueryRunner, options: SessionOptions): Promise<SessionState> {
  await requireMysql2(runner);
  const [row] = (await runner.query(`SELECT VERSION() AS version, DATABASE() AS ${quote('database')}`)) as [
    { version: string; database: string | null },
  ];
  const server = supportedServer(row.version);
  if (row.database === null) throw new NoDatabaseError();
  const own = settingsFor(server, options, await logsStatements(runner));
  const names = Object.keys(own);
  const [previous] = (await runner.query(
    `SELECT ${names.map((name) => `@@SESSION.${name} AS ${quote(name)}`).join(', ')}`,
  )) as [Record<string, unknown>];
  const zone = `${APPLICATION_ZONE} = ${literal(previous['time_zone'])}`;
  await runner.query(`SET ${[zone, ...assignments(own)].join(', ')}`);
  return {
    server,
    database: row.database,
    backend: await backendOf(runner),
    previous: Object.fromEntries(names.map((name) => [name, asSetting(previous[name], own[name])])),
    own,
  };
}

/** Gives a session the settings back that it had before the run. */
export async function restoreSettings(runner: QueryRunner, { previous }: SessionState): Promise<void> {
  await runner.query(`SET ${[`${APPLICATION_ZONE} = NULL`, ...assignments(previous)].join(', ')}`);
}

export async function set(runner: QueryRunner, settings: Settings): Promise<void> {
  await runner.query(`SET ${assignments(settings).join(', ')}`);
}

function assignments(settings: Settings): readonly string[] {
  return Object.entries(settings).map(([name, value]) => `SESSION ${name} = ${literal(value)}`);
}

/** Whether the server logs statements as such: then it takes none from a session that reads what others have committed meanwhile. */
async function logsStatements(runner: QueryRunner): Promise<boolean> {
  const rows = (await runner.query("SHOW VARIABLES WHERE Variable_name IN ('log_bin', 'binlog_format')")) as {
    Variable_name: string;
    Value: string;
  }[];
  const valueOf = (name: string): string | undefined => rows.find((row) => row.Variable_name === name)?.Value;
  return valueOf('log_bin') === 'ON' && valueOf('binlog_format') === 'STATEMENT';
}

function settingsFor(server: Server, { lockTimeout, statementTimeout }: SessionOptions, isLogged: boolean): Settings {
  const { isMariaDb } = server;
  const isolation = isMariaDb && !isAtLeast(server, 11, 1) ? 'tx_isolation' : 'transaction_isolation';
  const seconds = Math.max(1, Math.ceil(lockTimeout / 1000));
  return {
    sql_mode: SQL_MODE,
    time_zone: '+00:00',
    sql_quote_show_create: 1,
    foreign_key_checks: 1,
    autocommit: 1,
    // Questions about rows are about what the next statement finds: the application may have filled them meanwhile.
    ...(!isLogged && { [isolation]: 'READ-COMMITTED' }),
    lock_wait_timeout: seconds,
    innodb_lock_wait_timeout: seconds,
    wait_timeout: IDLE_SECONDS,
    // MySQL limits only queries: the session ends its statements there.
    ...(isMariaDb ? { max_statement_time: statementTimeout / 1000 } : { max_execution_time: 0 }),
  };
}

/** A value as it can be set again: the driver returns whole numbers as texts. */
function asSetting(value: unknown, like: string | number | undefined): string | number {
  return typeof like === 'number' ? Number(value) : String(value);
}
