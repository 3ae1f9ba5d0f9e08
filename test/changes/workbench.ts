import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { MigrateOptions } from '../../src/index.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import { MigrationService } from '../../src/service/migration.service.js';
import { databaseMakers, type TestDatabase } from '../support/databases.js';
import type { DialectName, Entity } from './change.js';

/** One state of an application's entities, with the migrations of its database. */
export interface Stage {
  readonly migrations: MigrationService;
  readonly dataSource: DataSource;
  /** What the migrations warned of so far. */
  readonly warnings: readonly string[];
}

/** A database and a migration repository of their own. */
export class Workbench {
  private constructor(
    private readonly database: TestDatabase,
    /** Where its repository is. */
    readonly folder: string,
    private readonly options: MigrateOptions,
  ) {}

  /** Lets `work` use a workbench on a database of its own, and removes both. */
  static async use<T>(dialect: DialectName, work: (bench: Workbench) => Promise<T>): Promise<T> {
    const database = await databaseMakers[dialect]();
    try {
      return await Workbench.on(database, work);
    } finally {
      await database.drop();
    }
  }

  /** Lets `work` use a workbench on a database that is there, and stays. */
  static async on<T>(
    database: TestDatabase,
    work: (bench: Workbench) => Promise<T>,
    options: MigrateOptions = {},
  ): Promise<T> {
    const bench = new Workbench(database, mkdtempSync(join(tmpdir(), 'nestjs-migrate-changes-')), options);
    try {
      return await work(bench);
    } finally {
      rmSync(bench.folder, { recursive: true, force: true });
    }
  }

  get dialect(): DialectName {
    return this.database.dialect;
  }

  /** Starts the application with these entities, as `nest-cmd` does: the migrations open the data source themselves. */
  async stage<T>(
    entities: readonly Entity[],
    work: (stage: Stage) => Promise<T>,
    options: Partial<DataSourceOptions> = {},
  ): Promise<T> {
    const settings = { ...this.database.options, ...options, entities: [...entities] } as DataSourceOptions;
    const dataSource = new DataSource(settings);
    const warnings: string[] = [];
    const migrations = this.serviceOf(dataSource).with({
      onNotice: ({ level, message }) => {
        if (level === 'warning') warnings.push(message);
      },
    });
    try {
      return await work({ migrations, dataSource, warnings });
    } finally {
      await migrations.close();
    }
  }

  private serviceOf(dataSource: DataSource): MigrationService {
    const directory = join(this.folder, 'migrations');
    // A machine that runs many tests at once may take its time to connect.
    const options: MigrateOptions & { command: string } = {
      ...this.options,
      command: 'db',
      directory,
      connectTimeout: 60_000,
    };
    const noProviders = (): Promise<never> => Promise.reject(new Error('There is no application here.'));
    const environment = new MigrationEnvironment(options, [{ entry: { name: 'default' }, dataSource }], noProviders);
    return new MigrationService(environment, ['default']);
  }
}
