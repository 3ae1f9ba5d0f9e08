import type { DataSource } from 'typeorm';
import { type OwnClient, ownClient } from '../own-client.js';

/** How often a lease is renewed, ms. */
const EVERY = 2_000;

/**
 * Sends a statement again and again on a connection of its own, since that of the run is busy and in a transaction.
 *
 * An error means nothing: the database may be away for a moment, or the pool used up. The next one goes over a new connection.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private client: OwnClient | undefined;
  private sending: Promise<void> | undefined;
  private isWanted = false;

  /**
   * @param statement the statement as it has to be now
   * @param onMissed called when it changed no row
   */
  constructor(
    private readonly dataSource: DataSource,
    private readonly statement: () => string,
    private readonly onMissed: () => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.beat(), EVERY);
    this.timer.unref();
  }

  /** Sends it now; when one is on its way already, another one after that. */
  beat(): void {
    this.isWanted = true;
    this.sending ??= this.send().finally(() => (this.sending = undefined));
  }

  get isSending(): boolean {
    return this.sending !== undefined;
  }

  /** Sends nothing more; what is on its way is given up. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.drop();
  }

  private async send(): Promise<void> {
    while (this.isWanted && this.timer !== undefined) {
      this.isWanted = false;
      try {
        this.client ??= await this.connected();
        const { rowCount } = await this.client.query(this.statement());
        if (rowCount === 0 && this.timer !== undefined) this.onMissed();
      } catch {
        this.drop();
      }
    }
    if (this.timer === undefined) this.drop();
  }

  private async connected(): Promise<OwnClient> {
    const client = ownClient(this.dataSource);
    await client.connect();
    return client;
  }

  private drop(): void {
    void this.client?.end().catch(() => undefined);
    this.client = undefined;
  }
}
