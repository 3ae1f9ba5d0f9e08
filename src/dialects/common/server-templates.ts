import { randomBytes } from 'node:crypto';
import type { DataSourceOptions } from 'typeorm';
import { TestDatabaseError } from '../../errors/testing.errors.js';
import {
  type DatabaseCopy,
  type DatabaseTemplates,
  isTemplate,
  KEPT_TEMPLATES,
  type TemplatePlace,
} from '../templates.js';
import { Backoff } from './backoff.js';

/** Options of a data source on a server. */
export interface ServerOptions {
  readonly url?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly username?: string | undefined;
  readonly password?: unknown;
  readonly database?: string | undefined;
  readonly replication?: unknown;
}

/** A connection to a server on which templates and copies are databases. */
export interface TemplateServer {
  /** Names of all databases that begin so, the newest templates first. */
  names(prefix: string): Promise<readonly string[]>;
  /** Whether a template is there, and was made to its end. */
  isComplete(template: string): Promise<boolean>;
  create(name: string): Promise<void>;
  /** Makes the database that was filled the template. */
  complete(unfinished: string, template: string): Promise<void>;
  copy(template: string, name: string): Promise<void>;
  /** Whether `copy` failed since the template does not exist, or no longer. */
  isGone(error: unknown): boolean;
  /** Drops a database, if it exists, also where others are connected to it. */
  drop(name: string): Promise<void>;
  tryLock(template: string): Promise<boolean>;
  unlock(template: string): Promise<void>;
}

/** A kind of server, and what the options of its data sources are called. */
export interface TemplateServerKind {
  readonly protocol: string;
  readonly port: number;
  /** The name of the database that becomes a template. */
  unfinished(template: string): string;
  /** Runs work on a connection to the database of the options, which itself is not changed. */
  onServer<T>(work: (server: TemplateServer) => Promise<T>): Promise<T>;
}

type Fill = (options: DataSourceOptions) => Promise<void>;

/**
 * Templates as databases of a server. One process creates a template while the others wait for its lock; one that dies leaves nothing
 * behind that could be mistaken for a template.
 */
export class ServerTemplates<Options extends DataSourceOptions & ServerOptions> implements DatabaseTemplates {
  constructor(
    private readonly kind: TemplateServerKind,
    private readonly options: Options,
    private readonly place: TemplatePlace,
  ) {
    if (options.replication !== undefined) {
      throw new TestDatabaseError('A test database is made on one server, and the data source has `replication`.', {
        hint: `Give the options of its master: { type: "${options.type}", url }.`,
      });
    }
  }

  copy(key: string, fill: Fill): Promise<DatabaseCopy> {
    const template = `${this.place.family}_${key}`;
    return this.kind.onServer(async (server) => {
      for (let attempt = 1; ; attempt += 1) {
        await this.settle(server, template, fill);
        const name = `${template}_${randomBytes(4).toString('hex')}`;
        try {
          await server.copy(template, name);
        } catch (error) {
          // Another process may have created newer templates since, and dropped this one.
          if (server.isGone(error) && attempt < 3) continue;
          throw error;
        }
        return this.copyNamed(name);
      }
    });
  }

  drop({ templates }: { readonly templates: boolean }): Promise<void> {
    const { family } = this.place;
    return this.kind.onServer(async (server) => {
      for (const name of await server.names(`${family}_`)) {
        const isKept = !templates && isTemplate(name, family) && (await server.isComplete(name));
        if (!isKept) await server.drop(name);
      }
    });
  }

  private copyNamed(name: string): DatabaseCopy {
    const options = this.optionsOf(name);
    return { options, url: this.urlOf(options), drop: () => this.kind.onServer((server) => server.drop(name)) };
  }

  private async settle(server: TemplateServer, template: string, fill: Fill): Promise<void> {
    if (await server.isComplete(template)) return;
    // Polled: on PostgreSQL a wait inside the lock would block what waits for all transactions to end.
    const backoff = new Backoff({ first: 100, longest: 100 });
    while (!(await server.tryLock(template))) await backoff.pause();
    try {
      if (!(await server.isComplete(template))) await this.make(server, template, fill);
    } finally {
      await server.unlock(template);
    }
  }

  private async make(server: TemplateServer, template: string, fill: Fill): Promise<void> {
    const unfinished = this.kind.unfinished(template);
    await server.drop(unfinished);
    await server.create(unfinished);
    try {
      await fill(this.optionsOf(unfinished));
      await server.complete(unfinished, template);
    } catch (error) {
      await server.drop(unfinished);
      throw error;
    }
    const { family } = this.place;
    const templates = (await server.names(`${family}_`)).filter((name) => isTemplate(name, family));
    for (const old of templates.slice(KEPT_TEMPLATES)) await server.drop(old);
  }

  private optionsOf(database: string): Options {
    const { url } = this.options;
    if (url === undefined) return { ...this.options, database };
    const moved = new URL(url);
    moved.pathname = `/${database}`;
    return { ...this.options, url: moved.href, database };
  }

  private urlOf({ url, username, password, host = 'localhost', port, database = '' }: Options): string {
    if (url !== undefined) return url;
    const made = new URL(`${this.kind.protocol}://${host}:${port ?? this.kind.port}/${database}`);
    made.username = username ?? '';
    made.password = typeof password === 'string' ? password : '';
    return made.href;
  }
}
