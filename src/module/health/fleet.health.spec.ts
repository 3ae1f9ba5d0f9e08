import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import Database from 'better-sqlite3';
import { MigrateModule } from '../migrate.module.js';
import { MigrationService } from '../../service/migration.service.js';
import { FleetHealthIndicator, type FleetHealthOptions } from './migration.health.js';

describe('FleetHealthIndicator', () => {
  const root = mkdtempSync(join(tmpdir(), 'fleet-health-'));
  const fileOf = (id: string): string => join(root, `${id}.sqlite`);
  let module: TestingModule;
  let asked = 0;
  let wait: Promise<void> = Promise.resolve();

  /** Makes a tenant at a revision, or at base. */
  const tenant = (id: string, revision?: string): void => {
    const file = new Database(fileOf(id));
    file.exec('CREATE TABLE IF NOT EXISTS migrate_version (version_num varchar(32) NOT NULL PRIMARY KEY)');
    file.exec(
      `DELETE FROM migrate_version ${revision === undefined ? '' : `; INSERT INTO migrate_version VALUES ('${revision}')`}`,
    );
    file.close();
  };

  beforeAll(async () => {
    mkdirSync(join(root, 'migrations/versions'), { recursive: true });
    const marks = ['downRevision', 'branchLabels', 'dependsOn'].map((mark) => `export const ${mark} = null;`);
    const functions = ['upgrade', 'downgrade'].map((direction) => `export async function ${direction}() {}`);
    const source = [`export const revision = 'a1';`, ...marks, ...functions].join('\n');
    writeFileSync(join(root, 'migrations/versions/a1.ts'), source);
    for (const id of ['acme', 'globex', 'initech']) tenant(id, 'a1');
    tenant('umbrella');
    const options = { type: 'better-sqlite3', database: ':memory:' } as DataSourceOptions;
    const ids = ['acme', 'globex', 'initech', 'umbrella', 'gone'];
    const tenants = async () => {
      asked += 1;
      await wait;
      return ids.map((id) => ({ id, options: { database: fileOf(id) }, tags: id === 'umbrella' ? ['late'] : [] }));
    };
    module = await Test.createTestingModule({
      imports: [
        TerminusModule,
        MigrateModule.forRoot({
          directory: join(root, 'migrations'),
          dataSources: [
            {
              name: 'default',
              dataSource: new DataSource(options),
              tenants: { useFactory: () => ({ tenants: tenants as never }) },
            },
            { name: 'other', dataSource: new DataSource(options) },
          ],
        }),
      ],
      providers: [FleetHealthIndicator],
    }).compile();
  });

  afterAll(async () => {
    await module.get(MigrationService).close();
    await module.close();
    rmSync(root, { recursive: true, force: true });
  });

  const ask = (options?: FleetHealthOptions) =>
    module.get(FleetHealthIndicator).isUpToDate('tenants', { cacheFor: 0, ...options });

  it('is down while a tenant is behind, unless as many are tolerated; one that is gone does not count', async () => {
    const counts = { tenants: 5, upToDate: 3, behind: 1, ahead: 0, unknown: 0, gone: 1, unreachable: 0 };
    expect(await ask()).toEqual({ tenants: { status: 'down', ...counts } });
    for (const tolerate of [1, '1', '20%']) {
      expect(await ask({ tolerate })).toEqual({ tenants: { status: 'up', ...counts } });
    }
    expect(await ask({ tolerate: '19%' })).toMatchObject({ tenants: { status: 'down' } });
    expect(await ask({ target: 'base' })).toMatchObject({ tenants: { status: 'down', ahead: 3, upToDate: 1 } });
    expect(await ask({ tenants: ['acme', 'gone'] })).toMatchObject({ tenants: { status: 'up', tenants: 2 } });
    expect(await ask({ tags: ['late'], tolerate: '99%' })).toMatchObject({ tenants: { status: 'down', tenants: 1 } });
  });

  it('is down, with the reason, where it cannot be asked', async () => {
    const message = expect.stringContaining('Data source "other" of MigrateModule has no tenants.') as string;
    expect(await ask({ dataSource: 'other' })).toEqual({ tenants: { status: 'down', message } });
    expect(await ask({ tolerate: 'many' })).toMatchObject({
      tenants: { status: 'down', message: '"tolerate" is "many", and neither a number of tenants nor a share.' },
    });
    expect(await ask({ tenants: ['acmee'] })).toMatchObject({ tenants: { status: 'down' } });
  });

  it('reads the positions once for calls at the same time, and again when they are old', async () => {
    const before = asked;
    await Promise.all([ask({ cacheFor: 60_000 }), ask({ cacheFor: 60_000, tolerate: 1 })]);
    await ask({ cacheFor: 60_000 });
    expect(asked - before).toBe(1);
    await ask({ cacheFor: 0 });
    expect(asked - before).toBe(2);
  });

  it('is down where the answer takes longer than it may', async () => {
    let go = (): void => undefined;
    wait = new Promise((done) => (go = done));
    expect(await ask({ timeout: 50 })).toEqual({
      tenants: { status: 'down', message: 'The positions of the tenants were not read within 50 ms.' },
    });
    go();
  });
});
