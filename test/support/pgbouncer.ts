import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './postgres-server.js';

export type PoolMode = 'session' | 'transaction';

/** The user without rights that exists on every Unix: PgBouncer refuses to run as root. */
const NOBODY = 65_534;

/** The file of PgBouncer; undefined where it is not installed. */
export const pgbouncerFile = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => join(folder, 'pgbouncer'))
  .find(isExecutable);

/** `describe` where PgBouncer is installed; elsewhere the tests are skipped, and the reason is printed. */
export function describeWithPgBouncer(name: string, tests: () => void): void {
  if (pgbouncerFile !== undefined) return describe(name, tests);
  process.stderr.write(`Skipped, since PgBouncer is not installed (Debian: apt-get install pgbouncer): ${name}\n`);
  describe.skip(name, tests);
}

interface PgBouncerOptions {
  readonly mode: PoolMode;
  /** Connections to the server for each database. @default 4 */
  readonly poolSize?: number;
}

/** A real PgBouncer in front of the server of a database. */
export class PgBouncer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly url: string,
  ) {}

  /** @param url `postgres://user:password@host:port/database` of the database behind it */
  static async to(url: string, { mode, poolSize = 4 }: PgBouncerOptions): Promise<PgBouncer> {
    const { hostname, port, username, password, pathname } = new URL(url);
    const own = await freePort();
    const directory = mkdtempSync(join(tmpdir(), 'nestjs-migrate-pgbouncer-'));
    chmodSync(directory, 0o755);
    const file = join(directory, 'pgbouncer.ini');
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: own,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: mode,
      default_pool_size: poolSize,
      max_client_conn: 500,
      ignore_startup_parameters: 'extra_float_digits',
      // A server that is started again is soon asked again.
      server_login_retry: 1,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    const target = `* = host=${hostname} port=${port} user=${username} password=${password}`;
    writeFileSync(file, ['[databases]', target, '[pgbouncer]', ...lines, ''].join('\n'));
    const isRoot = process.getuid?.() === 0;
    const started = spawn(pgbouncerFile ?? 'pgbouncer', ['--quiet', file], {
      stdio: 'ignore',
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    const bouncer = new PgBouncer(started, directory, `postgres://${username}:${password}@127.0.0.1:${own}${pathname}`);
    await bouncer.answers(own);
    return bouncer;
  }

  async stop(): Promise<void> {
    const exited = this.process.exitCode === null ? once(this.process, 'exit') : undefined;
    this.process.kill('SIGKILL');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async answers(port: number): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (this.process.exitCode !== null) break;
      if (await accepts(port)) return;
      await sleep(20);
    }
    throw new Error(`PgBouncer does not answer; its exit code is ${this.process.exitCode}.`);
  }
}

/** Other work through a pool: short transactions on several connections, so that backends change between statements. */
export class Traffic {
  private ended = false;
  private readonly workers: Promise<void>[];

  constructor(url: string, connections = 3) {
    this.workers = Array.from({ length: connections }, () => this.work(url));
  }

  async stop(): Promise<void> {
    this.ended = true;
    await Promise.all(this.workers);
  }

  private async work(url: string): Promise<void> {
    while (!this.ended) {
      const client = new Client(url);
      const lost = new AbortController();
      client.on('error', () => lost.abort());
      // A pooler whose server was started again refuses who comes, or lets go of who is there.
      await client.connect().catch(() => lost.abort());
      while (!this.ended && !lost.signal.aborted) {
        await client.query('BEGIN; SELECT pg_sleep(0.002); COMMIT').catch(() => undefined);
        await sleep(Math.random() * 3);
      }
      await client.end().catch(() => undefined);
      if (lost.signal.aborted) await sleep(50);
    }
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether anyone listens on a port. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
