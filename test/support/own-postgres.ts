import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

/** A PostgreSQL server for one file of tests, which may be started again; it prepares no transactions. */
export class OwnPostgres {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: Interface,
    /** `postgres://…`, without a database. */
    readonly url: string,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const server = spawn(process.execPath, ['test/support/serve-postgres.js'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: server.stdout });
    const [url] = (await once(lines, 'line')) as [string];
    return new OwnPostgres(server, lines, url);
  }

  /** Kills all processes of the server at once, and starts it again. */
  crash(): Promise<void> {
    return this.command('crash');
  }

  /** Shuts the server down in order, and starts it again after a pause, ms. */
  restart(pause = 0): Promise<void> {
    return this.command(`restart ${pause}`);
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.stdin?.end();
    await exited;
  }

  private async command(line: string): Promise<void> {
    this.process.stdin?.write(`${line}\n`);
    await once(this.lines, 'line');
  }
}
