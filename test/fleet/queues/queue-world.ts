import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import type { FleetReport } from '../../../src/index.js';
import { temporaryDirectory } from '../../support/application.js';
import { createPostgresDatabase } from '../../support/databases.js';
import { type RevisionBodies, writeRevisions } from '../../support/write-revisions.js';

/** A queue that the tests run on. */
export interface Engine {
  readonly name: 'pg-boss' | 'bullmq';
  /** What runs the processes. @default this Node */
  readonly node?: string;
  readonly redis?: number;
}

/** How a process differs from the others. */
interface ProcessSettings {
  readonly isWorker?: boolean;
  readonly directory?: string;
  readonly tenants?: readonly string[];
}

/** A process of the application. */
export class QueueProcess {
  private readonly answers = new Map<
    number,
    (message: { readonly value?: unknown; readonly error?: string }) => void
  >();
  private calls = 0;

  constructor(private readonly child: ChildProcess) {
    child.on('message', ({ id, ...answer }: { id: number }) => this.answers.get(id)?.(answer));
  }

  /** Calls a method of its fleet, or `close` of the application. */
  async call<T = FleetReport>(method: string, ...args: readonly unknown[]): Promise<T> {
    this.calls += 1;
    const id = this.calls;
    const answer = new Promise<{ readonly value?: unknown; readonly error?: string }>((resolve) => {
      this.answers.set(id, resolve);
    });
    this.child.send({ id, method, args });
    const { value, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return value as T;
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

/** Tenants in schemas of a database, and the processes of an application that migrate them by a queue. */
export class QueueWorld {
  readonly tenants = Array.from({ length: 24 }, (_, index) => `t${index}`);
  private readonly folders = [temporaryDirectory()];
  private readonly processes: QueueProcess[] = [];
  private readonly commands: ChildProcess[] = [];

  private constructor(
    private readonly engine: Engine,
    readonly admin: Client,
    private readonly url: string,
    private readonly drop: () => Promise<void>,
  ) {}

  static async create(engine: Engine): Promise<QueueWorld> {
    const { url, drop } = await createPostgresDatabase();
    const admin = new Client({ connectionString: url });
    await admin.connect();
    const world = new QueueWorld(engine, admin, url, drop);
    const made = world.tenants.map((id) => `CREATE SCHEMA ${id}; CREATE TABLE ${id}.ran (revision text)`);
    await admin.query(made.join(';'));
    return world;
  }

  write(revisions: Readonly<Record<string, RevisionBodies>>, directory = this.directory): void {
    writeRevisions(directory, revisions);
  }

  get directory(): string {
    return this.folders[0]?.directory ?? '';
  }

  /** A directory that is removed with the world. */
  folder(): string {
    const folder = temporaryDirectory();
    this.folders.push(folder);
    return folder.directory;
  }

  /** Starts a process, and waits until it is ready. @param settings what differs for it */
  async start(settings: ProcessSettings = {}, env: NodeJS.ProcessEnv = {}): Promise<QueueProcess> {
    const child = fork('test/fleet/queues/process.mjs', [], {
      ...(this.engine.node !== undefined && { execPath: this.engine.node }),
      execArgv: [],
      env: { ...this.environment(settings), ...env },
    });
    const started = new QueueProcess(child);
    this.processes.push(started);
    await this.began(child, once(child, 'message'));
    return started;
  }

  /** Starts `db fleet worker`, and waits until it is ready. */
  async startCommand(settings: ProcessSettings): Promise<ChildProcess> {
    const { node = process.execPath } = this.engine;
    const args = [
      'dist/cli/nest-cmd.js',
      '--app',
      'test/fleet/queues/app.module.mjs#AppModule',
      'db',
      'fleet',
      'worker',
    ];
    const child = spawn(node, args, { env: this.environment(settings), stdio: ['ignore', 'ignore', 'pipe'] });
    this.commands.push(child);
    const lines = createInterface({ input: child.stderr });
    await this.began(child, once(lines, 'line'));
    return child;
  }

  private environment(settings: ProcessSettings): NodeJS.ProcessEnv {
    const { url, tenants, directory, engine } = this;
    const name = new URL(url).pathname.slice(1);
    const queue = { url, directory, tenants, engine: engine.name, name, redis: engine.redis, ...settings };
    return { ...process.env, TEST_QUEUE: JSON.stringify(queue) };
  }

  private async began(child: ChildProcess, ready: Promise<unknown>): Promise<void> {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error('A process has ended and not begun.')));
    await Promise.race([ready, ended]);
    // It may end later.
    ended.catch(() => undefined);
  }

  /** How often a revision has been run, by tenant, without those where it was once. */
  async notOnce(revision: string, tenants = this.tenants): Promise<Readonly<Record<string, number>>> {
    const each = tenants.map(
      (id) => `SELECT '${id}' AS id, count(*)::int AS ran FROM ${id}.ran WHERE revision = '${revision}'`,
    );
    const { rows } = await this.admin.query<{ id: string; ran: number }>(each.join(' UNION ALL '));
    return Object.fromEntries(rows.filter(({ ran }) => ran !== 1).map(({ id, ran }) => [id, ran]));
  }

  /** The rows of the record. */
  async recorded<T>(columns: string): Promise<readonly T[]> {
    return (await this.admin.query(`SELECT ${columns} FROM migrate_version_fleet_tenant ORDER BY number`)).rows as T[];
  }

  /** Waits until so many tenants are in a state. */
  async until(state: string, count: number): Promise<void> {
    const sql = `SELECT count(*)::int AS count FROM migrate_version_fleet_tenant WHERE state = '${state}'`;
    for (;;) {
      const found = await this.admin.query<{ count: number }>(sql).catch(() => undefined);
      if ((found?.rows[0]?.count ?? 0) >= count) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async remove(): Promise<void> {
    for (const command of this.commands) command.kill('SIGKILL');
    await Promise.all(this.processes.map((one) => one.kill()));
    await this.admin.end();
    await this.drop();
    for (const folder of this.folders) folder.remove();
  }
}
