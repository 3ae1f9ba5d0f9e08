import type { TestServer } from './postgres-server.js';

/** What is left out where there is no server, and how to get one; for people. */
export const NO_MYSQL_SERVER: string;

/** The server of this machine; undefined where it has none. */
export function mysqlServerPath(): string | undefined;

/** The servers' own client, which runs scripts; undefined where the machine has none. */
export function mysqlClientPath(): string | undefined;

/** Starts a server with a data directory and a port of its own. */
export function startMysql(server?: string): Promise<TestServer>;
