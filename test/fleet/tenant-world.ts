import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Provider } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import {
  type MigrateDataSource,
  type MigrateModuleOptions,
  MigrationFleet,
  type Tenant,
  type TenantsOptions,
} from '../../src/index.js';
import {
  type ApplicationOptions,
  startApplication,
  temporaryDirectory,
  type TestApplication,
} from '../support/application.js';
import { databaseMakers, type DialectName, type TestDatabase } from '../support/databases.js';
import { type RevisionBodies, writeRevisions } from '../support/write-revisions.js';

/** An application with a fleet: tenants in schemas on PostgreSQL, in files on SQLite, and in databases on MySQL. */
export class TenantWorld {
  /** What the directory gives; a test may change it. */
  tenants: Tenant[] = [];
  private readonly folder = temporaryDirectory();
  private readonly opened: TestApplication[] = [];
  private readonly databases: TestDatabase[] = [];

  private constructor(
    readonly database: TestDatabase,
    /** For statements of the test; its own connection. */
    readonly admin: DataSource,
  ) {}

  static async create(dialect: DialectName): Promise<TenantWorld> {
    const database = await databaseMakers[dialect]();
    return new TenantWorld(database, await new DataSource(database.options).initialize());
  }

  get directory(): string {
    return this.folder.directory;
  }

  write(revisions: Readonly<Record<string, RevisionBodies>>): this {
    writeRevisions(this.folder.directory, revisions);
    return this;
  }

  /** Makes tenants with places of their own. */
  async add(...ids: string[]): Promise<void> {
    for (const id of ids) this.tenants.push(await this.made(id));
  }

  private async made(id: string): Promise<Tenant> {
    const { dialect, url } = this.database;
    if (dialect === 'postgres') {
      await this.admin.query(`CREATE SCHEMA "${id}"`);
      return { id, schema: id };
    }
    if (dialect === 'sqlite') {
      const database = join(dirname(url), `${id}.sqlite`);
      const file = await new DataSource({ type: 'better-sqlite3', database }).initialize();
      await file.destroy();
      return { id, options: { database } as Partial<DataSourceOptions> };
    }
    const own = await databaseMakers[dialect]();
    this.databases.push(own);
    return { id, options: { database: own.url.split('/').at(-1) } as Partial<DataSourceOptions> };
  }

  /** Takes the place of a tenant away; the directory still has it. */
  async destroy(id: string): Promise<void> {
    const tenant = this.tenants.find((one) => one.id === id);
    const { database } = Object(tenant?.options) as { database?: string };
    if (this.database.dialect === 'sqlite') return rmSync(database ?? '');
    const place = this.database.dialect === 'postgres' ? `SCHEMA "${id}" CASCADE` : `DATABASE \`${database ?? ''}\``;
    await this.admin.query(`DROP ${place}`);
  }

  /** The rows of a query on a tenant's tables, where `T.` is put before each. */
  async rows<T = Record<string, unknown>>(id: string, sql: string): Promise<T[]> {
    const { options } = this.tenants.find((one) => one.id === id) ?? {};
    const { database = '' } = Object(options) as { database?: string };
    if (this.database.dialect === 'sqlite') {
      const file = await new DataSource({ type: 'better-sqlite3', database }).initialize();
      try {
        return await file.query(sql.replaceAll('T.', ''));
      } finally {
        await file.destroy();
      }
    }
    const place = this.database.dialect === 'postgres' ? `"${id}"` : `\`${database}\``;
    return this.admin.query(sql.replaceAll('T.', `${place}.`));
  }

  /** How often each revision has been applied to a tenant. */
  async applied(id: string): Promise<string[]> {
    const rows = await this.rows<{ revision: string }>(
      id,
      "SELECT revision FROM T.migrate_version_history WHERE error IS NULL AND finished_at IS NOT NULL AND direction <> 'stamp' ORDER BY id",
    );
    return rows.map(({ revision }) => revision);
  }

  /** Starts an application, and gives its fleet; it is closed with the world. */
  async fleet(
    tenants: Omit<TenantsOptions, 'useFactory' | 'useClass' | 'useExisting'> = {},
    options: Partial<MigrateModuleOptions> & { readonly entry?: MigrateDataSource } = {},
    changes: object = {},
    providers: Provider[] = [],
  ): Promise<MigrationFleet> {
    return (await this.application(tenants, options, changes, providers)).module.get(MigrationFleet);
  }

  /** Starts an application with a fleet; it is closed with the world. */
  async application(
    tenants: Omit<TenantsOptions, 'useFactory' | 'useClass' | 'useExisting'> = {},
    options: Partial<MigrateModuleOptions> & { readonly entry?: MigrateDataSource } = {},
    changes: object = {},
    providers: Provider[] = [],
  ): Promise<TestApplication> {
    const { entry, ...migrate } = options;
    const { entities } = changes as Pick<ApplicationOptions, 'entities'>;
    const application = await startApplication({
      providers,
      ...(entities && { entities }),
      database: { ...this.database, options: { ...this.database.options, ...changes } as DataSourceOptions },
      migrate: {
        directory: this.folder.directory,
        dataSources: [{ ...entry, tenants: { ...tenants, useFactory: () => ({ tenants: () => this.tenants }) } }],
        ...migrate,
      },
    });
    this.opened.push(application);
    return application;
  }

  async drop(): Promise<void> {
    for (const { module } of this.opened) await module.close();
    if (this.admin.isInitialized) await this.admin.destroy();
    for (const database of this.databases) await database.drop();
    await this.database.drop();
    this.folder.remove();
  }
}
