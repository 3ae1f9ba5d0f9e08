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
