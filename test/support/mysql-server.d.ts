/** What is left out where there is no server, and how to get one; for people. */
export const NO_MYSQL_SERVER: string;

/** The server of this machine; undefined where it has none. */
export function mysqlServerPath(): string | undefined;

/** The servers' own client, which runs scripts; undefined where the machine has none. */
export function mysqlClientPath(): string | undefined;

/** A server of a test. */
export interface TestMysqlServer {
  /** `mysql://user:password@host:port`, without a database. */
  readonly url: string;
  /** Kills it with SIGKILL, and starts it again. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a server with a data directory and a port of its own.
 *
 * @param options `survivesCrashes`: whether what is committed is on disk, for a test that crashes it; `more`: of its command line; `timeZone`: of its machine
 */
export function startMysql(
  server?: string,
  options?: { survivesCrashes?: boolean; more?: readonly string[]; timeZone?: string },
): Promise<TestMysqlServer>;
