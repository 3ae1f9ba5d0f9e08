import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MigrateModule, type MigrateModuleOptions, MigrationService } from '../../src/index.js';

type Options = Partial<
  Pick<DataSourceOptions, 'entities' | 'migrations' | 'migrationsTableName' | 'migrationsTransactionMode'>
>;

/** An application with migrations of TypeORM, on any database. */
export class OldApplication {
  constructor(
    private readonly typeorm: Options,
    private readonly migrate: MigrateModuleOptions,
  ) {}

  /** What `typeorm migration:run` did before this package came. */
  async runOldMigrations(database: DataSourceOptions, options: Options = {}): Promise<void> {
    await onDataSource({ ...database, ...this.typeorm, ...options } as DataSourceOptions, (dataSource) =>
      dataSource.runMigrations(),
    );
  }

  /** Starts the application, lets `work` use it, and shuts it down. */
  async start<T>(
    database: DataSourceOptions,
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    options: Options = {},
  ): Promise<T> {
    const typeorm = { ...database, ...this.typeorm, ...options, retryAttempts: 0 } as TypeOrmModuleOptions;
    const module = await Test.createTestingModule({
      imports: [TypeOrmModule.forRoot(typeorm), MigrateModule.forRoot(this.migrate)],
    }).compile();
    await module.init();
    try {
      return await work(module.get(MigrationService), module.get(DataSource));
    } finally {
      await module.close();
    }
  }
}

export async function onDataSource<T>(
  options: DataSourceOptions,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await new DataSource(options).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
