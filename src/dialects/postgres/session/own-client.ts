import type { DataSource } from 'typeorm';

/** The part of the driver's connections that is used here. */
export interface OwnClient {
  connect(): Promise<void>;
  query(
    sql: string,
  ): Promise<{ readonly rowCount: number | null; readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): void;
}

/** TypeORM's pool of a data source. */
interface Pool {
  readonly options: object;
  readonly Client: new (options: object) => OwnClient;
}

/**
 * A connection with the options of a data source, which is none of its pool: that may have no other one to give, least of all to a run
 * in an application that serves. It is not connected yet; an error of it is no error of the process.
 */
export function ownClient(dataSource: DataSource): OwnClient {
  const { master } = dataSource.driver as unknown as { readonly master: Pool };
  const client = new master.Client(master.options);
  client.on('error', () => undefined);
  return client;
}

/** How long a statement on a connection for it alone may take, ms, the connecting included. */
const LIMIT = 2_000;

/** Sends a statement on a connection for it alone, unless that takes too long. @throws what the driver throws */
export async function sendOnce(dataSource: DataSource, sql: string): Promise<void> {
  const client = ownClient(dataSource);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMIT);
  });
  const sent = client.connect().then(() => client.query(sql));
  sent.catch(() => undefined);
  try {
    await Promise.race([sent, late]);
  } finally {
    clearTimeout(timer);
    await client.end().catch(() => undefined);
  }
}
