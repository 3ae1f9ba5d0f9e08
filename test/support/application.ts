import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type EntitySchema, type MixedList } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { MigrateModule, type MigrateModuleOptions, MigrationService } from '../../src/index.js';
import type { TestDatabase } from './databases.js';

type Entities = MixedList<string | EntitySchema | (new () => unknown)>;

/** A started Nest application with migrations, as a user would write it. */
export interface TestApplication {
  readonly module: TestingModule;
  readonly migrations: MigrationService;
  readonly dataSource: DataSource;
}

export interface ApplicationOptions {
  readonly database: TestDatabase;
  readonly entities?: Entities;
  /** What `MigrateModule.forRoot` gets. */
  readonly migrate: MigrateModuleOptions;
  readonly providers?: Provider[];
}

/** Starts an application; its `module` is to be closed by the caller. */
export async function startApplication({
  database,
  entities = [],
  migrate,
  providers = [],
}: ApplicationOptions): Promise<TestApplication> {
  const options = { ...database.options, entities, retryAttempts: 0 } as TypeOrmModuleOptions;
  const module = await Test.createTestingModule({
    imports: [TypeOrmModule.forRoot(options), MigrateModule.forRoot(migrate)],
    providers,
  }).compile();
  await module.init();
  return { module, migrations: module.get(MigrationService), dataSource: module.get(DataSource) };
}

/** Starts an application, lets `work` use it, and shuts it down. */
export async function withApplication<T>(
  options: ApplicationOptions,
  work: (application: TestApplication) => Promise<T>,
): Promise<T> {
  const application = await startApplication(options);
  try {
    return await work(application);
  } finally {
    await application.module.close();
  }
}

/** A directory that does not exist yet, for a migration repository, and what removes it. */
export function temporaryDirectory(): { readonly directory: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), 'nestjs-migrate-'));
  return { directory: join(parent, 'migrations'), remove: () => rmSync(parent, { recursive: true, force: true }) };
}

const TABLES = {
  postgres: `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  mysql: 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  sqlite: `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
};

/** Names of the tables that a database has, sorted. */
export async function tableNames(dataSource: DataSource): Promise<readonly string[]> {
  const rows = (await dataSource.query(TABLES[dialectOf(dataSource).name])) as { name: string }[];
  return rows.map(({ name }) => name).sort();
}
