import type { DataSource, QueryRunner } from 'typeorm';

/** The part of the driver's connections that is used here. */
export interface DriverConnection {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly stream?: { setKeepAlive?(isOn: boolean, delay?: number): void };
  ping(done: (error: unknown) => void): void;
  destroy(): void;
}

/** The driver's connection of a query runner; undefined before it has one. */
export function connectionOf(runner: QueryRunner): DriverConnection | undefined {
  return (runner as unknown as { readonly databaseConnection?: DriverConnection }).databaseConnection;
}

/** How long a statement on a connection for it alone may take, ms, the connecting included. */
const LIMIT = 2_000;

interface OwnConnection {
  query(sql: string, done: (error: unknown) => void): void;
  on(event: 'error', listener: () => void): void;
  destroy(): void;
}

/** What decides where a connection leads, and as whom. */
const OPTIONS = ['host', 'port', 'socketPath', 'user', 'password', 'ssl', 'authPlugins', 'stream', 'charsetNumber'];

/**
 * Sends a statement on a connection of its own to the server of another one, since the pool may have none to give. It is given up
 * where that takes too long. Never throws.
 */
export async function sendOnce({ driver }: DataSource, runner: QueryRunner, sql: string): Promise<void> {
  const config = connectionOf(runner)?.config;
  const { mysql } = driver as unknown as { readonly mysql?: { createConnection(options: object): OwnConnection } };
  if (config === undefined || mysql === undefined) return;
  const given = OPTIONS.filter((name) => config[name] !== undefined).map((name) => [name, config[name]]);
  const connection = mysql.createConnection(Object.fromEntries(given) as object);
  connection.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMIT);
    connection.query(sql, () => resolve());
  });
  clearTimeout(timer);
  connection.destroy();
}
