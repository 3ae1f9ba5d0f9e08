import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What JSON says is looked at by `expect` alone. */
type Json = ReturnType<typeof JSON.parse>;

/** A built application that listens in a process of its own, as `npm start` runs it. */
export class ServedSample {
  private constructor(
    private readonly server: ChildProcess,
    private readonly address: string,
  ) {}

  /**
   * Starts `dist/main.js` of a folder.
   *
   * @throws Error with what it printed, when it ends before it listens, or does not listen within a minute
   */
  static async start(directory: string, environment: Record<string, string> = {}): Promise<ServedSample> {
    const port = await freePort();
    const { NODE_OPTIONS: _options, ...inherited } = process.env;
    const env = { ...inherited, NODE_ENV: 'production', PORT: String(port), ...environment };
    const server = spawn(process.execPath, ['dist/main.js'], { cwd: directory, env });
    let printed = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk));
    const sample = new ServedSample(server, `http://127.0.0.1:${port}`);
    const deadline = performance.now() + 60_000;
    while (!(await sample.answers())) {
      const isLate = performance.now() > deadline;
      if (isLate) server.kill();
      if (isLate || server.exitCode !== null) throw new Error(`The application did not come to listen:\n${printed}`);
      await sleep(50);
    }
    return sample;
  }

  async call(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Asks until the status is the wanted one, as a load balancer does. */
  async becomes(status: number, path: string): Promise<Json> {
    for (let left = 100; left > 0; left -= 1) {
      const answer = await this.call('GET', path);
      if (answer.status === status) return answer.body;
      await sleep(200);
    }
    throw new Error(`${path} did not become ${status}.`);
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null) return;
    const ended = once(this.server, 'exit');
    this.server.kill();
    await ended;
  }

  private async answers(): Promise<boolean> {
    try {
      await fetch(this.address);
      return true;
    } catch {
      return false;
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
