import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './postgres-server.js';
import { scratchDirectory } from './scratch.js';

/** The file of Redis; undefined where it is not installed. */
const redisFile = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']
  .map((folder) => join(folder, 'redis-server'))
  .find(isExecutable);

/** `describe` where Redis is installed; elsewhere the tests are skipped, and the reason is printed. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (redisFile !== undefined) return describe(name, tests);
  process.stderr.write(`Skipped, since Redis is not installed (Debian: apt-get install redis-server): ${name}\n`);
  describe.skip(name, tests);
}

/** A real Redis that keeps nothing. */
export class RedisServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const port = await freePort();
    const directory = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-redis-'));
    const settings = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
    const server = spawn(redisFile ?? '', settings.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: server.stdout });
    for await (const line of lines) if (line.includes('Ready to accept connections')) break;
    server.stdout.resume();
    return new RedisServer(server, directory, port);
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
    rmSync(this.directory, { recursive: true, force: true });
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
