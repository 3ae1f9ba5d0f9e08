import { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Traffic } from '../../support/pgbouncer.js';
import type { TestServer } from '../../support/postgres-server.js';
import type { Application } from './application.js';
import { Command, type RunOptions } from './command.js';
import { Pause } from './pause.js';
import { type Direction, type Fault, FAULTS, type Mode } from './point.js';
import { PointProxy } from './point-proxy.js';
import { runHere } from './service.js';
import { LEDGER, type Snapshot } from './snapshot.js';
import { snapshotOfPostgres } from './snapshot-postgres.js';
import type { Interrupted, Interruption, Place, Subject } from './subject.js';

/** The driver's own sessions, which no fault may hit. */
const OWN_NAME = 'faults';
/** How long a lock may be held after the end of its run. */
const LOCK_DEADLINE = 5_000;
/** How long a concurrent build is kept waiting after the fault. */
const HOLD_UP = 3_000;
/** How long a process is stopped at most: where it can lose its lease, until it has. */
const PAUSE = { direct: 1_500, pooled: 14_000 };
/** How long the server hears nothing of a machine that vanished. */
const SILENCE = 1_500;

/** Where runs connect to: the server itself, or a pooler in front of it. */
export interface Route {
  readonly host: string;
  readonly port: number;
  /** Whether a pooler is there, where a run that is paused loses its lease. */
  readonly isPooled?: boolean;
  /** Whether others work there meanwhile. */
  readonly isBusy?: boolean;
}

/** PostgreSQL, reached directly or through a pooler. */
export class PostgresSubject implements Subject {
  readonly faults = FAULTS;
  private readonly templates = new Map<Direction, Promise<string>>();

  constructor(
    readonly name: string,
    readonly title: string,
    private readonly application: Application,
    private readonly server: TestServer,
    private readonly route: Route,
  ) {}

  isExclusive = (fault: Fault): boolean => fault === 'crash';

  async make(direction: Direction): Promise<PostgresPlace> {
    const template = this.templates.get(direction) ?? this.makeTemplate(direction);
    this.templates.set(direction, template);
    const place = new PostgresPlace(this.application, this.server, this.route, await this.create(await template));
    if (this.route.isBusy === true) place.bringOthers();
    return place;
  }

  async version(): Promise<string> {
    const client = await connected(`${this.server.url}/postgres`);
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    await client.end();
    return `PostgreSQL ${rows[0]?.server_version}`;
  }

  async close(): Promise<void> {
    for (const name of this.templates.values()) await onServer(this.server, `DROP DATABASE "${await name}"`);
  }

  private async makeTemplate(direction: Direction): Promise<string> {
    const name = await this.create('template0');
    const place = new PostgresPlace(this.application, this.server, this.route, name);
    await place.query(LEDGER);
    if (direction === 'down') await runHere('up', place.direct());
    return name;
  }

  private async create(template: string): Promise<string> {
    const name = `faults_${randomBytes(6).toString('hex')}`;
    // Copied through the WAL, a sequence goes back in a crash to where it was in the template.
    await onServer(this.server, `CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY file_copy`);
    return name;
  }
}

class PostgresPlace implements Place {
  private others: Traffic | undefined;

  constructor(
    private readonly application: Application,
    private readonly server: TestServer,
    private readonly route: Route,
    private readonly database: string,
  ) {}

  options(mode: Mode, { host, port }: Pick<Route, 'host' | 'port'> = this.route): RunOptions {
    return {
      dataSource: { type: 'postgres', url: `postgres://postgres:postgres@${host}:${port}/${this.database}` },
      migrate: {
        directory: this.application.directory,
        transactionPerMigration: mode === 'each',
        runnerTimeout: 30_000,
      },
    };
  }

  bringOthers(): void {
    const { host, port } = this.route;
    this.others = new Traffic(`postgres://postgres:postgres@${host}:${port}/${this.database}`);
  }

  /** The options of a run that goes past the pooler. */
  direct(): RunOptions {
    const { hostname, port } = new URL(this.server.url);
    return this.options('one', { host: hostname, port: Number(port) });
  }

  snapshot(): Promise<Snapshot> {
    return this.withClient(snapshotOfPostgres);
  }

  async query<T extends object>(sql: string): Promise<T[]> {
    return this.withClient(async (client) => (await client.query<T>(sql)).rows);
  }

  async run(direction: Direction, mode: Mode, stop?: Interruption): Promise<Interrupted> {
    const settle: (() => Promise<void>)[] = [];
    let pause: Pause | undefined;
    const proxy = await PointProxy.to(
      this.route,
      stop && {
        ...stop,
        prepare: async () => void settle.push(await this.holdUp()),
        strike: async () => {
          if (stop.side === 'during') await this.untilBusy();
          if (stop.fault === 'pause') {
            pause = new Pause(
              command,
              direction,
              this.options(mode),
              PAUSE[this.route.isPooled === true ? 'pooled' : 'direct'],
            );
            // What is before the message is before it also when the process goes on.
            if (stop.side === 'before') await pause.ended;
          } else await this.strike(stop.fault, proxy, command);
          // A run that lives, or the one that it tries again, must be able to end its build.
          setTimeout(() => settle.forEach((undo) => void undo()), HOLD_UP).unref();
        },
      },
    );
    const command = new Command(
      this.application,
      direction,
      this.options(mode, { host: '127.0.0.1', port: proxy.port }),
    );
    const outcome = await command.ended;
    await proxy.settled;
    const beside = await pause?.beside;
    // A pooler learns of a new start of the server by and by.
    if (stop?.fault === 'crash') await this.untilReachable();
    const lockedMs = stop?.fault === 'vanish' ? 0 : await this.untilUnlocked();
    for (const undo of settle) await undo();
    const end = async (): Promise<void> => proxy.close();
    if (stop?.fault !== 'vanish') await end();
    return {
      outcome,
      messages: proxy.requests,
      isReached: proxy.isReached,
      lockedMs,
      ...(beside && { beside }),
      // The server learns late that a machine has vanished: the next run is there before.
      ...(stop?.fault === 'vanish' && { settle: () => sleep(SILENCE).then(end) }),
    };
  }

  async drop(): Promise<void> {
    await this.others?.stop();
    await onServer(this.server, `DROP DATABASE IF EXISTS "${this.database}" WITH (FORCE)`);
  }

  private async strike(fault: Fault, proxy: PointProxy, command: Command): Promise<void> {
    if (fault === 'signal') return command.signal('SIGTERM');
    if (fault === 'cut') return proxy.cut();
    if (fault === 'crash') return this.server.crash();
    if (fault === 'terminate') {
      await this.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE ${OTHERS}`);
      return;
    }
    if (fault === 'vanish') proxy.fallSilent();
    await command.kill();
    if (fault === 'kill') proxy.cut();
  }

  /** Keeps a concurrent build waiting, as any transaction does that writes. */
  private async holdUp(): Promise<() => Promise<void>> {
    const client = await this.connect();
    await client.query('BEGIN');
    for (const { name } of await this.query<{ name: string }>(TABLES)) {
      // Where the run itself holds the table, nothing is built there now.
      await client
        .query(`LOCK TABLE "${name}" IN ROW EXCLUSIVE MODE NOWAIT`)
        .catch(() => client.query('ROLLBACK; BEGIN'));
    }
    return () => client.end().catch(() => undefined);
  }

  /** Waits until a session is in the middle of its statement. */
  private async untilBusy(): Promise<void> {
    const busy = `SELECT 1 FROM pg_stat_activity WHERE ${OTHERS} AND state = 'active' AND wait_event IN ('virtualxid', 'PgSleep')
                  AND query NOT LIKE 'BEGIN; SELECT pg_sleep%'`;
    for (let tries = 0; tries < 200 && (await this.query(busy)).length === 0; tries += 1) await sleep(10);
  }

  private async untilReachable(): Promise<void> {
    const { host, port } = this.route;
    const client = await connected(`postgres://postgres:postgres@${host}:${port}/${this.database}`);
    // A pooler takes clients also while it has no connection to the server.
    while (
      !(await client.query('SELECT 1').then(
        () => true,
        () => false,
      ))
    )
      await sleep(100);
    await client.end();
  }

  private async untilUnlocked(): Promise<number> {
    const since = performance.now();
    const locks = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory'
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await this.query(locks)).length > 0) {
      if (performance.now() - since > LOCK_DEADLINE) return Infinity;
      await sleep(50);
    }
    return performance.now() - since;
  }

  private async withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private connect(): Promise<Client> {
    return connected(`${this.server.url}/${this.database}`);
  }
}

const OTHERS = `datname = current_database() AND backend_type = 'client backend' AND application_name <> '${OWN_NAME}'`;
const TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename IN ('account', 'side')`;

async function onServer({ url }: TestServer, sql: string): Promise<void> {
  const client = await connected(`${url}/postgres`);
  await client.query(sql).finally(() => client.end());
}

/** Connects, also to a server that is being started. */
async function connected(url: string, deadline = performance.now() + 20_000): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: OWN_NAME });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (performance.now() > deadline || !/^(57P|ECONN|53300|08P01)/.test(code ?? 'ECONN')) throw error;
    await sleep(100);
    return connected(url, deadline);
  }
}
