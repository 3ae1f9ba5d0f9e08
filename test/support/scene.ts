import type { DataSource } from 'typeorm';
import type { MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { type ApplicationOptions, temporaryDirectory, withApplication } from './application.js';
import type { DatabaseMaker, TestDatabase } from './databases.js';

/** What an application in a scene may be given. */
export type SceneOptions = Pick<ApplicationOptions, 'entities' | 'providers'> & {
  /** What `MigrateModule.forRoot` gets beside the scene's directory. */
  readonly migrate?: Partial<MigrateModuleOptions>;
};

/** A database and a place for a repository, both new for each test. */
export interface Scene {
  readonly database: TestDatabase;
  /** Where the repository is to be; it is not there yet. */
  readonly directory: string;
  /** Starts an application on the database, lets `work` use it, and shuts it down. */
  inApplication<T>(
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    options?: SceneOptions,
  ): Promise<T>;
}

/** Makes a scene for each test of the `describe` that it is called in, and takes it away again. */
export function useScene(make: DatabaseMaker): Scene {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    database = await make();
    repository = temporaryDirectory();
  });

  afterEach(async () => {
    await database.drop();
    repository.remove();
  });

  return {
    get database() {
      return database;
    },
    get directory() {
      return repository.directory;
    },
    inApplication: (work, { migrate, ...options } = {}) =>
      withApplication(
        { database, migrate: { directory: repository.directory, ...migrate }, ...options },
        ({ migrations, dataSource }) => work(migrations, dataSource),
      ),
  };
}
