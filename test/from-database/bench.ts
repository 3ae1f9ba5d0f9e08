import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrateOptions, MigrateRequest } from '../../src/index.js';
import { type FoundDataSource, MigrationEnvironment } from '../../src/service/environment.js';
import { MigrationService } from '../../src/service/migration.service.js';
import type { DatabaseMaker } from '../support/databases.js';
import type { Dump } from '../changes/dump.js';
import { catalogOf } from './catalog.js';

/** A database that is there, an empty one, and a repository for both. */
export class Bench {
  /** What was told so far, with its level. */
  readonly notices: string[] = [];

  private constructor(
    readonly source: DataSource,
    readonly target: DataSource,
    private readonly folder: string,
    private readonly options: MigrateOptions,
  ) {}

  static async use<T>(
    make: DatabaseMaker,
    work: (bench: Bench) => Promise<T>,
    options: MigrateOptions = {},
    settings: Partial<DataSourceOptions> = {},
  ): Promise<T> {
    const databases = [await make(), await make()];
    const [source, target] = databases.map(
      (database) => new DataSource({ ...database.options, ...settings } as DataSourceOptions),
    ) as [DataSource, DataSource];
    const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-from-database-'));
    try {
      await source.initialize();
      await target.initialize();
      return await work(new Bench(source, target, folder, options));
    } finally {
      for (const dataSource of [source, target]) if (dataSource.isInitialized) await dataSource.destroy();
      for (const database of databases) await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Runs SQL on the database that is there. */
  async run(...statements: string[]): Promise<void> {
    for (const sql of statements) await this.source.query(sql);
  }

  /** Runs a script on the empty database, as the database's own client would. */
  async runScript(script: string): Promise<void> {
    if (this.target.options.type === 'postgres') return void (await this.target.query(script));
    const { databaseConnection } = this.target.driver as unknown as { databaseConnection: { exec(sql: string): void } };
    databaseConnection.exec(script);
  }

  /** The migrations of both databases, with one history. */
  both(): MigrationService {
    return this.serviceOf(
      [
        { entry: { name: 'default' }, dataSource: this.source },
        { entry: { name: 'second' }, dataSource: this.target },
      ],
      'migrations',
    );
  }

  /** The migrations of one of the databases, in a repository that both share unless it is named. */
  migrations(dataSource: DataSource, repository = 'migrations'): MigrationService {
    return this.serviceOf([{ entry: { name: 'default' }, dataSource }], repository);
  }

  private serviceOf(found: readonly FoundDataSource[], repository: string): MigrationService {
    const options = {
      ...this.options,
      command: 'db',
      directory: join(this.folder, repository),
      connectTimeout: 60_000,
    };
    const noProviders = (): Promise<never> => Promise.reject(new Error('There is no application here.'));
    const environment = new MigrationEnvironment(options, found, noProviders);
    return new MigrationService(
      environment,
      found.map(({ entry }) => entry.name),
    ).with({
      onNotice: ({ level, message }) => void this.notices.push(`${level}: ${message}`),
    });
  }

  /** Writes the revision of the database that is there. @returns its source, without what names it */
  async write(dataSource = this.source, repository = 'migrations', request: MigrateRequest = {}): Promise<string> {
    const migrations = this.migrations(dataSource, repository);
    await migrations.init();
    await migrations.migrate({ fromDatabase: true, message: 'what is there', revId: 'first', ...request });
    return this.sourceOf(repository);
  }

  sourceOf(repository = 'migrations'): string {
    const versions = join(this.folder, repository, 'versions');
    const [file] = readdirSync(versions).filter((name) => name.endsWith('.ts'));
    return file === undefined ? '' : readFileSync(join(versions, file), 'utf8').replace(/^\/\*[\s\S]*?\*\/\n/, '');
  }

  /** Makes the empty database what the other one is, empties it, and makes it again. */
  async round(): Promise<Round> {
    const source = await this.write();
    const empty = await catalogOf(this.target);
    const wanted = await catalogOf(this.source);
    const migrations = this.migrations(this.target);
    await migrations.upgrade();
    const upgraded = await catalogOf(this.target);
    const again = withoutComments(await this.write(this.target, 'again'));
    await migrations.downgrade('base');
    const downgraded = await catalogOf(this.target);
    await migrations.upgrade();
    const back = await catalogOf(this.target);
    return {
      source,
      actual: { upgraded, again, downgraded, back },
      wanted: { upgraded: wanted, again: withoutComments(source), downgraded: empty, back: wanted },
    };
  }
}

/** What came of it, and what must have: the same catalogs, and the same revision when it is written from there. */
export interface Round {
  readonly source: string;
  readonly actual: RoundParts;
  readonly wanted: RoundParts;
}

interface RoundParts {
  readonly upgraded: Dump;
  readonly again: string;
  readonly downgraded: Dump;
  readonly back: Dump;
}

/** Rows and settings are no part of the law. */
function withoutComments(source: string): string {
  return source.replaceAll(/^ *\/\/.*\n/gm, '');
}
