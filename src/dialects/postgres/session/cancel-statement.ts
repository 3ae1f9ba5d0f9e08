import type { QueryRunner } from 'typeorm';

/** Longest wait for the server to take a request, ms. */
const LIMIT = 2_000;

/** The parts of a client of pg, and of its connection, that send the request to cancel. */
interface Client {
  readonly host?: string;
  readonly port?: number;
  readonly processID: number;
  readonly secretKey: number;
  readonly ssl?: unknown;
  readonly connection: Connection & { readonly constructor: new (options: TlsOptions) => Connection };
}

interface TlsOptions {
  readonly ssl: unknown;
  /** `direct` begins with TLS, without asking the server for it. */
  readonly sslNegotiation?: string | undefined;
}

interface Connection extends Partial<Pick<TlsOptions, 'sslNegotiation'>> {
  readonly stream: { destroy(): void };
  /** The port and host, or the path of a socket file alone. */
  connect(...address: readonly (number | string | undefined)[]): void;
  /** Asks the server for TLS. */
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
  once(event: 'connect' | 'sslconnect' | 'end', listener: () => void): void;
  on(event: 'error', listener: () => void): void;
}

/**
 * Asks the server to cancel the statement that a connection runs now; does nothing when it runs none. Never throws.
 *
 * It is the request of the protocol and no `pg_cancel_backend`: that would need a connection of the pool, which may have no other
 * one, and behind a pooler the process of the server may work for somebody else by then. PgBouncer passes the request on.
 */
export async function cancelStatement(runner: QueryRunner): Promise<void> {
  const { databaseConnection: client } = runner as unknown as { readonly databaseConnection?: Client };
  if (client?.connection === undefined) return;
  const { ssl = false, host, port, processID, secretKey } = client;
  const { sslNegotiation } = client.connection;
  await new Promise<void>((resolve) => {
    const request = new client.connection.constructor({ ssl, sslNegotiation });
    const timer = setTimeout(() => request.stream.destroy(), LIMIT);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('error', end);
    // The server closes the connection when it has read the request.
    request.once('end', end);
    const asks = ssl !== false && sslNegotiation !== 'direct';
    if (asks) request.once('connect', () => request.requestSsl());
    request.once(ssl === false ? 'connect' : 'sslconnect', () => request.cancel(processID, secretKey));
    if (host?.startsWith('/')) request.connect(`${host}/.s.PGSQL.${port}`);
    else request.connect(port, host);
  });
}
