import type { DataSource } from 'typeorm';
import { withinTime } from '../../common/within-time.js';
import { endConnection, type EndingClient } from './end-connection.js';

/** The answer to a statement. */
export interface OwnAnswer {
  readonly rowCount: number | null;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** The part of the driver's connections that is used here. */
interface DriverClient extends EndingClient {
  connect(): Promise<void>;
  query(sql: string): Promise<OwnAnswer>;
  on(event: 'error', listener: () => void): void;
}

/** TypeORM's pool of a data source. */
interface Pool {
  readonly options: object;
  readonly Client: new (options: object) => DriverClient;
}

/** How long the connecting, or an answer, may take, ms: a pooler without a free connection, or a firewall, leaves it out for ever. */
const LIMIT = 5_000;

/**
 * A connection with the options of a data source, which is none of its pool: that may have no other one to give, least of all to a run
 * in an application that serves.
 *
 * It is not connected yet; an error of it is no error of the process, and nothing of it takes longer than its limit.
 */
export class OwnClient {
  private readonly client: DriverClient;

  /** @param limit how long the connecting and each answer may take, ms */
  constructor(
    dataSource: DataSource,
    private readonly limit = LIMIT,
  ) {
    const { master } = dataSource.driver as unknown as { readonly master: Pool };
    this.client = new master.Client(master.options);
    this.client.on('error', () => undefined);
  }

  /** @throws what the driver throws, or an Error when it takes too long; the connection is given up then */
  async connect(): Promise<void> {
    try {
      await this.inTime(() => this.client.connect());
    } catch (error) {
      void this.end();
      throw error;
    }
  }

  /** @throws what the driver throws, or an Error when it takes too long */
  query(sql: string): Promise<OwnAnswer> {
    return this.inTime(() => this.client.query(sql));
  }

  /** Never throws. */
  end(): Promise<void> {
    return endConnection(this.client);
  }

  private inTime<T>(work: () => Promise<T>): Promise<T> {
    return withinTime(this.limit, work, () => new Error(`no answer of the server within ${this.limit} ms`));
  }
}

/** How long a statement on a connection for it alone may take, ms, and the connecting. */
const ONCE = 1_000;

/** Sends a statement on a connection for it alone. @throws what the driver throws, or an Error when it takes too long */
export async function sendOnce(dataSource: DataSource, sql: string): Promise<OwnAnswer> {
  const client = new OwnClient(dataSource, ONCE);
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
