import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from './point.js';
import { postgresWire, type Request, type Wire } from './wire.js';

/** How long the end of a connection takes to come here. */
const CLOSING_MS = 200;

/** Where the proxy stops, and what it does there. */
export interface Stop {
  /** Number of the request, from 1, over all connections, or what it is. */
  readonly message: number | ((sql: string) => boolean);
  readonly side: Side;
  /** Called there, before the request goes on; where the side is `during` before and after the request goes on. */
  readonly prepare?: () => Promise<void>;
  readonly strike: () => Promise<void>;
}

/** A way to a server or a pooler that counts requests and stops at one of them. */
export class PointProxy {
  /** The text of each request so far. */
  readonly requests: string[] = [];
  private readonly links = new Set<Link>();
  private hasStruck = false;
  private struck = Promise.resolve();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
    private readonly stop: Stop | undefined,
    readonly wire: Wire,
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(
    target: { readonly host: string; readonly port: number },
    stop?: Stop,
    wire: Wire = postgresWire,
  ): Promise<PointProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PointProxy(server, target, stop, wire);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Whether the stop was reached. */
  get isReached(): boolean {
    return this.hasStruck;
  }

  /** Resolves when what was begun at the stop is done. */
  get settled(): Promise<void> {
    return this.struck;
  }

  /** Closes all connections on both sides; new ones are taken. */
  cut(): void {
    for (const link of this.links) link.end();
  }

  /** Nothing comes through the connections of this moment any more, and their end is not passed on. */
  fallSilent(): void {
    for (const link of this.links) link.isSilent = true;
  }

  close(): void {
    this.server.close();
    this.cut();
  }

  /** The stop, when this request is the one. */
  number(request: Request): Stop | undefined {
    this.requests.push(request.sql);
    const { message } = this.stop ?? {};
    const isHere = typeof message === 'function' ? message(request.sql) : message === this.requests.length;
    if (this.hasStruck || !isHere) return undefined;
    this.hasStruck = true;
    return this.stop;
  }

  /** Whoever waits for `settled` gets its error. */
  async prepare(stop: Stop): Promise<void> {
    this.struck = stop.prepare?.() ?? this.struck;
    await this.struck.catch(() => undefined);
  }

  /** Whoever waits for `settled` gets its error, or that of `prepare`. */
  async strike(stop: Stop): Promise<void> {
    this.struck = this.struck.then(() => stop.strike());
    await this.struck.catch(() => undefined);
  }

  private join(client: Socket): void {
    const link = new Link(this, client, connect(this.target.port, this.target.host));
    this.links.add(link);
    link.onEnd = () => this.links.delete(link);
  }
}

/** One connection through the proxy. */
class Link {
  isSilent = false;
  onEnd: () => void = () => undefined;
  private readonly requests: ReturnType<Wire['requests']>;
  private readonly answers: ReturnType<Wire['answers']>;
  private queue = Promise.resolve();
  private isWithheld = false;
  private withheld: Buffer[] = [];
  private pending = 0;
  private onAnswered: () => void = () => undefined;

  constructor(
    private readonly proxy: PointProxy,
    private readonly client: Socket,
    private readonly server: Socket,
  ) {
    this.requests = proxy.wire.requests();
    this.answers = proxy.wire.answers();
    client.on('data', (chunk: Buffer) => {
      for (const part of this.requests.add(chunk)) this.queue = this.queue.then(() => this.pass(part));
    });
    server.on('data', (chunk: Buffer) => this.answer(chunk));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        if (!this.isSilent) this.end();
      });
    }
  }

  end(): void {
    this.client.destroy();
    this.server.destroy();
    this.onAnswered();
    this.onEnd();
  }

  private async pass(part: Request | Buffer): Promise<void> {
    if (Buffer.isBuffer(part)) return this.send(part);
    const stop = this.proxy.number(part);
    if (stop?.side === 'before') await this.proxy.strike(stop);
    if (stop?.side === 'during') await this.proxy.prepare(stop);
    this.isWithheld ||= stop?.side === 'after';
    this.pending += 1;
    const answered = new Promise<void>((resolve) => (this.onAnswered = resolve));
    this.send(part.bytes);
    if (stop?.side === 'during') await this.proxy.strike(stop);
    if (stop?.side !== 'after') return;
    await answered;
    await this.proxy.strike(stop);
    await sleep(CLOSING_MS);
    this.isWithheld = false;
    // A pooler keeps a client whose connection to the server was idle already: its answer is on the way.
    if (!this.client.destroyed && !this.isSilent) this.client.write(Buffer.concat(this.withheld));
  }

  private send(bytes: Buffer): void {
    if (!this.isSilent && !this.server.destroyed) this.server.write(bytes);
  }

  private answer(chunk: Buffer): void {
    if (this.isSilent) return;
    this.pending -= this.answers.add(chunk);
    if (this.isWithheld) this.withheld.push(chunk);
    else this.client.write(chunk);
    if (this.pending <= 0) this.onAnswered();
  }
}
