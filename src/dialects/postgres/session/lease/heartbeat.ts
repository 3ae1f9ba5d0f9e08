import { Worker } from 'node:worker_threads';
import type { DataSource } from 'typeorm';
import { OwnClient } from '../own-client.js';
import { THREAD_CODE, threadConnection, type ThreadMessage } from './heartbeat-thread.js';

/** How often a lease is renewed, ms. */
const EVERY = 400;

/** What a heartbeat sends. */
export interface HeartbeatRequest {
  readonly dataSource: DataSource;
  /** The statement of a thread, which is sent as long as the process runs. */
  readonly ofThread: string;
  /** The statement of this thread, which is not sent while a revision computes. */
  readonly ofProcess: string;
  /** Called when it changed no row. */
  readonly onMissed: () => void;
}

/**
 * Sends a statement again and again on a connection of its own, since that of the run is busy and in a transaction.
 *
 * A thread of its own sends it, so that a revision that computes for a while keeps nothing from being sent: what is silent is stopped, or
 * cut off. Where there can be no thread, as with options of the connection that are functions, this one sends it.
 *
 * An error means nothing: the database may be away for a moment, or the pool used up. The next one goes over a new connection.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private thread: Worker | undefined;
  private client: OwnClient | undefined;
  private isStopped = false;
  private hasBeaten = false;

  constructor(private readonly request: HeartbeatRequest) {}

  /** Whether its thread sends now, which goes on while the process computes. */
  get isHeard(): boolean {
    return this.hasBeaten;
  }

  start(): void {
    void this.startThread();
  }

  /** Sends nothing more; what is on its way is given up. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.thread?.postMessage('end');
    void this.client?.end();
  }

  private async startThread(): Promise<void> {
    const { dataSource, ofThread: statement } = this.request;
    try {
      const connection = await threadConnection(dataSource);
      if (this.isStopped) return;
      if (connection === undefined) return this.beat();
      const workerData = { ...connection, statement, pause: EVERY };
      this.watch(new Worker(THREAD_CODE, { eval: true, execArgv: [], workerData }));
    } catch {
      // Options that cannot be copied, or no permission to start threads.
      this.beat();
    }
  }

  private watch(thread: Worker): void {
    let isReady = false;
    this.thread = thread;
    thread.unref();
    thread.on('error', () => undefined);
    thread.on('message', (message: ThreadMessage) => {
      if (message === 'ready') isReady = true;
      else if (message === 'beat') this.hasBeaten = true;
      else if (!this.isStopped) this.request.onMissed();
    });
    thread.once('exit', () => {
      this.hasBeaten = false;
      if (this.isStopped) return;
      if (isReady) return this.later(() => void this.startThread());
      this.thread = undefined;
      this.beat();
    });
  }

  private beat(): void {
    void this.send().finally(() => this.later(() => this.beat()));
  }

  private later(next: () => void): void {
    if (this.isStopped) return;
    this.timer = setTimeout(next, EVERY);
    this.timer.unref();
  }

  private async send(): Promise<void> {
    const { dataSource, ofProcess, onMissed } = this.request;
    try {
      if (this.client === undefined) {
        const client = new OwnClient(dataSource);
        await client.connect();
        this.client = client;
      }
      const { rowCount } = await this.client.query(ofProcess);
      if (rowCount === 0 && !this.isStopped) onMissed();
    } catch {
      void this.client?.end();
      this.client = undefined;
    }
    if (this.isStopped) void this.client?.end();
  }
}
