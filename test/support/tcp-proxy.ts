import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way to a real PostgreSQL server that can fall silent, be cut, and count.
 *
 * A round trip is a message after which the server answers: a simple query, or the Sync that ends an extended one.
 */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly forgotten = new WeakSet<Socket>();
  private silent = false;
  private rounds = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /**
   * @param url `postgres://user:password@host:port/database`
   * @param port where it listens; any that is free by default
   */
  static async to(url: string, port = 0): Promise<TcpProxy> {
    const target = new URL(url);
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const own = new URL(url);
    own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = new TcpProxy(server, own.href);
    server.on('connection', (client) => proxy.join(client, connect(Number(target.port), target.hostname)));
    return proxy;
  }

  /** Connections stay open, and nothing comes through any more: as behind a firewall that drops packets. */
  fallSilent(): void {
    this.silent = true;
  }

  /** Connections of now end at their next message, as those of a pool whose server was started again. */
  forget(): void {
    for (const socket of this.sockets) this.forgotten.add(socket);
  }

  /** Connections made from now on work again; those that were silent stay so. */
  recover(): void {
    this.silent = false;
  }

  /** Ends all connections and takes no more. */
  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  /** Connections of clients that are open. */
  get connections(): number {
    return this.sockets.size / 2;
  }

  /** Round trips since this was last asked. */
  takeRounds(): number {
    const rounds = this.rounds;
    this.rounds = 0;
    return rounds;
  }

  private join(client: Socket, server: Socket): void {
    const frames = new FrameCounter(() => (this.rounds += 1));
    let lost = false;
    const forward = (from: Socket, to: Socket, seen?: (chunk: Buffer) => void): void => {
      this.sockets.add(from);
      from.on('data', (chunk: Buffer) => {
        lost ||= this.silent;
        if (this.forgotten.has(from)) from.destroy();
        if (lost) return;
        seen?.(chunk);
        to.write(chunk);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    };
    forward(client, server, (chunk) => frames.add(chunk));
    forward(server, client);
  }
}

/** Finds the messages in what a client sends: the first has a length alone, the others a letter before it. */
class FrameCounter {
  private rest = Buffer.alloc(0);
  private started = false;

  constructor(private readonly onRound: () => void) {}

  add(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const letter = this.started ? 1 : 0;
      if (this.rest.length < letter + 4) return;
      const length = letter + this.rest.readInt32BE(letter);
      if (this.rest.length < length) return;
      if (letter === 1 && 'QS'.includes(String.fromCharCode(this.rest[0]!))) this.onRound();
      this.started = true;
      this.rest = this.rest.subarray(length);
    }
  }
}
