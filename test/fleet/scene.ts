import { DataSource, type DataSourceOptions } from 'typeorm';
import { openTenants, type OpenTenants } from '../../src/fleet/tenants/open-tenants.js';
import type { TenantWork } from '../../src/fleet/tenant-work.js';
import type { FleetEntry } from '../../src/fleet/tenants/fleet-entry.js';
import { MigrationEnvironment } from '../../src/service/environment.js';
import type { MigrateOptions } from '../../src/service/options/options.js';
import { temporaryDirectory } from '../support/application.js';
import { type RevisionBodies, writeRevisions } from '../support/write-revisions.js';

/** A history of revisions, and what migrates tenants by it. */
export class FleetScene {
  private readonly folder = temporaryDirectory();
  private runs = 0;

  /** @param options of the entry's data source, which is never connected */
  constructor(
    private readonly options: DataSourceOptions,
    private readonly migrate: MigrateOptions = {},
  ) {}

  write(revisions: Readonly<Record<string, RevisionBodies>>): this {
    writeRevisions(this.folder.directory, revisions);
    return this;
  }

  open(entry: Partial<FleetEntry> = {}): Promise<OpenTenants> {
    const options = { command: 'db', directory: this.folder.directory, ...this.migrate };
    const dataSource = new DataSource(this.options);
    const environment = new MigrationEnvironment(options, [{ entry: { name: 'default' }, dataSource }], async () => {
      throw new Error('There are no providers here.');
    });
    return openTenants({ environment, name: 'default', concurrency: 4, tenantTimeout: 500, ...entry });
  }

  /** Work of a new run. */
  work(command: TenantWork['command'], ...target: readonly string[]): TenantWork {
    this.runs += 1;
    return { runId: `run-${this.runs}`, command, target };
  }

  remove(): void {
    this.folder.remove();
  }
}
