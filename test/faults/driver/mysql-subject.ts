import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import type { TestMysqlServer } from '../../support/mysql-server.js';
import type { Application } from './application.js';
import { Command, type RunOptions } from './command.js';
import { Pause } from './pause.js';
import { type Direction, type Fault, FAULTS, type Mode } from './point.js';
import { PointProxy } from './point-proxy.js';
import { runHere } from './service.js';
import { LEDGER, OWN_TABLES, type Snapshot } from './snapshot.js';
import { printed, snapshotOfMysql } from './snapshot-mysql.js';
import type { Interrupted, Interruption, Place, Subject } from './subject.js';
import { mysqlWire } from './wire-mysql.js';

/** How long a lock may be held after the end of its run. */
const LOCK_DEADLINE = 5_000;
/** How long a change is kept waiting for a reader after the fault; a run that is gone does not end it. */
const HOLD_UP = 500;
/** How long a process is stopped at most, ms: the next run waits for it. */
const PAUSE = 1_500;
/** How long the server hears nothing of a machine that vanished. */
const SILENCE = 1_500;

/** MySQL or MariaDB. */
export class MysqlSubject implements Subject {
  readonly name = 'mysql';
  readonly title = 'MariaDB';
  readonly faults = FAULTS;
  private readonly templates = new Map<Direction, Promise<string>>();

  constructor(
    private readonly application: Application,
    private readonly server: TestMysqlServer,
  ) {}

  isExclusive = (fault: Fault): boolean => fault === 'crash';

  // A reader keeps it waiting.
  takesLong = (sql: string): boolean => /^ALTER TABLE `(?:account|side)`/.test(sql);

  async make(direction: Direction): Promise<Place> {
    const template = this.templates.get(direction) ?? this.makeTemplate(direction);
    this.templates.set(direction, template);
    const name = await this.create();
    await onServer(this.server, name, async (connection) => copy(connection, await template));
    return new MysqlPlace(this.application, this.server, name);
  }

  async version(): Promise<string> {
    return onServer(this.server, '', async (connection) => {
      const [rows] = await connection.query('SELECT VERSION() AS version');
      return `MariaDB ${String((rows as { version: string }[])[0]?.version).split('-')[0]}`;
    });
  }

  async close(): Promise<void> {
    for (const name of this.templates.values()) await drop(this.server, await name);
  }

  private async makeTemplate(direction: Direction): Promise<string> {
    const name = await this.create();
    const place = new MysqlPlace(this.application, this.server, name);
    await onServer(this.server, name, (connection) => connection.query(LEDGER));
    if (direction === 'down') await runHere('up', place.options('one'));
    return name;
  }

  private async create(): Promise<string> {
    const name = `nestjs_migrate_faults_${randomBytes(6).toString('hex')}`;
    await onServer(this.server, '', (connection) => connection.query(`CREATE DATABASE \`${name}\``));
    return name;
  }
}

/** Makes the tables of another database with their rows, and its views. */
async function copy(connection: Connection, template: string): Promise<void> {
  await connection.query('SET foreign_key_checks = 0');
  const [tables] = await connection.query(
    `SELECT table_name AS name, table_type AS type FROM information_schema.tables WHERE table_schema = '${template}' ORDER BY 2, 1`,
  );
  for (const { name, type } of tables as { name: string; type: string }[]) {
    const [rows] = await connection.query(`SHOW CREATE TABLE \`${template}\`.\`${name}\``);
    await connection.query(printed((rows as Record<string, unknown>[])[0] ?? {}));
    if (type === 'BASE TABLE') {
      await connection.query(`INSERT INTO \`${name}\` SELECT * FROM \`${template}\`.\`${name}\``);
    }
  }
}

class MysqlPlace implements Place {
  constructor(
    private readonly application: Application,
    private readonly server: TestMysqlServer,
    private readonly database: string,
  ) {}

  options(mode: Mode, port = Number(new URL(this.server.url).port)): RunOptions {
    const url = new URL(`${this.server.url}/${this.database}`);
    url.port = String(port);
    return {
      dataSource: { type: 'mysql', url: url.href },
      migrate: {
        directory: this.application.directory,
        transactionPerMigration: mode === 'each',
        runnerTimeout: 30_000,
      },
    };
  }

  snapshot(): Promise<Snapshot> {
    return this.withConnection(snapshotOfMysql);
  }

  async run(direction: Direction, mode: Mode, stop?: Interruption): Promise<Interrupted> {
    const settle: (() => Promise<void>)[] = [];
    let pause: Pause | undefined;
    const { hostname: host, port } = new URL(this.server.url);
    const proxy = await PointProxy.to(
      { host, port: Number(port) },
      stop && {
        ...stop,
        prepare: async () => void settle.push(await this.holdUp()),
        strike: async () => {
          if (stop.side === 'during') await this.untilWaiting();
          if (stop.fault === 'pause') {
            pause = new Pause(command, direction, this.options(mode), PAUSE);
            if (stop.side === 'before') await pause.ended;
          } else await this.strike(stop.fault, proxy, command);
          setTimeout(() => settle.forEach((undo) => void undo()), HOLD_UP).unref();
        },
      },
      mysqlWire,
    );
    const command = new Command(this.application, direction, this.options(mode, proxy.port));
    const outcome = await command.ended;
    await proxy.settled;
    const beside = await pause?.beside;
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

  drop(): Promise<void> {
    return drop(this.server, this.database);
  }

  private async strike(fault: Fault, proxy: PointProxy, command: Command): Promise<void> {
    if (fault === 'signal') return command.signal('SIGTERM');
    if (fault === 'cut') return proxy.cut();
    if (fault === 'crash') return this.server.crash();
    if (fault === 'terminate') return this.terminate();
    if (fault === 'vanish') proxy.fallSilent();
    await command.kill();
    if (fault === 'kill') proxy.cut();
  }

  private terminate(): Promise<void> {
    return this.withConnection(async (connection) => {
      const [rows] = await connection.query(`SELECT id FROM information_schema.processlist WHERE ${this.others()}`);
      for (const { id } of rows as { id: number }[]) await connection.query(`KILL ${id}`).catch(() => undefined);
    });
  }

  /** Keeps changes of the tables waiting, as any transaction does that reads them. */
  private async holdUp(): Promise<() => Promise<void>> {
    const connection = await connected(`${this.server.url}/${this.database}`);
    await connection.query('START TRANSACTION');
    for (const table of ['account', 'side']) {
      await connection.query(`SELECT 1 FROM ${table} LIMIT 1`).catch(() => undefined);
    }
    return async () => connection.destroy();
  }

  /** Waits until a change waits for a table. */
  private async untilWaiting(): Promise<void> {
    const waiting = `SELECT id FROM information_schema.processlist WHERE ${this.others()} AND state LIKE '%metadata lock%'`;
    for (let tries = 0; tries < 100; tries += 1) {
      const found = await this.withConnection(async (connection) => (await connection.query(waiting))[0] as unknown[]);
      if (found.length > 0) return;
      await sleep(20);
    }
  }

  /** Who holds the lock of the runs: its name is that of `lockName`. */
  private async untilUnlocked(): Promise<number> {
    const since = performance.now();
    const hash = createHash('sha256').update(['nestjs-migrate', this.database, OWN_TABLES].join('\0')).digest('hex');
    const locked = `SELECT IS_USED_LOCK('nestjs_migrate_${hash.slice(0, 40)}') AS id`;
    while (performance.now() - since < LOCK_DEADLINE) {
      const [rows] = await this.withConnection((connection) => connection.query(locked));
      if ((rows as { id: unknown }[])[0]?.id === null) return performance.now() - since;
      await sleep(50);
    }
    return Infinity;
  }

  private others(): string {
    return `db = '${this.database}' AND id <> CONNECTION_ID()`;
  }

  private withConnection<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return onServer(this.server, this.database, work);
  }
}

function drop(server: TestMysqlServer, name: string): Promise<void> {
  return onServer(
    server,
    '',
    async (connection) => void (await connection.query(`DROP DATABASE IF EXISTS \`${name}\``)),
  );
}

async function onServer<T>(
  { url }: TestMysqlServer,
  database: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connected(`${url}/${database}`);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

/** Connects, also to a server that is being started. */
async function connected(url: string, deadline = performance.now() + 30_000): Promise<Connection> {
  try {
    const connection = await createConnection(url);
    connection.on('error', () => undefined);
    return connection;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (performance.now() > deadline || !/^(ECONN|PROTOCOL_|EPIPE)/.test(code ?? '')) throw error;
    await sleep(100);
    return connected(url, deadline);
  }
}
