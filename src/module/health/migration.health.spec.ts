import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TerminusModule } from '@nestjs/terminus';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MigrateModule } from '../migrate.module.js';
import { MigrationService } from '../../service/migration.service.js';
import { getMigrationServiceToken } from '../migrate.tokens.js';
import { MigrationHealthIndicator, type MigrationHealthOptions } from './migration.health.js';

describe('MigrationHealthIndicator', () => {
  const root = mkdtempSync(join(tmpdir(), 'health-'));
  let module: TestingModule;
  let queries: string[];
  let sources: readonly DataSource[];

  /** Two data sources with a repository each, both behind by one revision. */
  beforeEach(async () => {
    queries = [];
    const verbose = (sql: string): void => void queries.push(sql);
    const options = { type: 'better-sqlite3', database: ':memory:', verbose } as unknown;
    const dataSources = ['default', 'analytics'].map((name) => {
      mkdirSync(join(root, name, 'versions'), { recursive: true });
      const marks = ['downRevision', 'branchLabels', 'dependsOn'].map((mark) => `export const ${mark} = null;`);
      const functions = ['upgrade', 'downgrade'].map((direction) => `export async function ${direction}() {}`);
      const source = [`export const revision = '${name}1';`, ...marks, ...functions].join('\n');
      writeFileSync(join(root, name, 'versions/a1.ts'), source);
      return { name, directory: join(root, name), dataSource: new DataSource(options as DataSourceOptions) };
    });
    sources = dataSources.map(({ dataSource }) => dataSource);
    module = await Test.createTestingModule({
      imports: [TerminusModule, MigrateModule.forRoot(dataSources)],
      providers: [MigrationHealthIndicator],
    }).compile();
  });

  afterEach(async () => {
    await module.get(MigrationService).close();
    await module.close();
  });

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const ask = (options?: MigrationHealthOptions, key = 'migrations') =>
    module.get(MigrationHealthIndicator).isUpToDate(key, options);
  const upgrade = (name: string) => module.get<MigrationService>(getMigrationServiceToken(name)).upgrade();

  it('is down until every data source of every repository is at its heads, and names what is pending', async () => {
    const behind = { state: 'behind', current: [], unknown: [] };
    expect(await ask()).toEqual({
      migrations: {
        status: 'down',
        dataSources: {
          default: { ...behind, pending: ['default1'] },
          analytics: { ...behind, pending: ['analytics1'] },
        },
      },
    });
    await upgrade('default');
    expect(await ask(undefined, 'schema')).toMatchObject({ schema: { status: 'down' } });
    await upgrade('analytics');
    const current = { state: 'current', pending: [], unknown: [] };
    expect(await ask()).toEqual({
      migrations: {
        status: 'up',
        dataSources: {
          default: { ...current, current: ['default1'] },
          analytics: { ...current, current: ['analytics1'] },
        },
      },
    });
  });

  it('counts the states of `tolerate` as up, and asks only the data sources that are named', async () => {
    await upgrade('analytics');
    expect(await ask({ dataSources: ['analytics'] })).toMatchObject({ migrations: { status: 'up' } });
    expect(await ask({ tolerate: ['behind'] })).toMatchObject({
      migrations: { status: 'up', dataSources: { default: { state: 'behind', pending: ['default1'] } } },
    });
    expect(await ask({ tolerate: ['ahead', 'unknown', 'down'] })).toMatchObject({ migrations: { status: 'down' } });
    expect(await ask({ dataSources: ['analytcis'] })).toEqual({
      migrations: { status: 'down', message: 'There is no data source "analytcis" here.' },
    });
  });

  it('asks each database once for calls at the same time, and again when the answer is old or a run has ended', async () => {
    await upgrade('default');
    await upgrade('analytics');
    await ask({ cacheFor: 0 });
    queries.length = 0;
    await Promise.all([ask({ cacheFor: 200 }), ask({ cacheFor: 200 }), ask({ cacheFor: 200 }, 'other')]);
    expect(queries).toHaveLength(2);
    await ask({ cacheFor: 200 });
    expect(queries).toHaveLength(2);
    await sleep(210);
    await ask({ cacheFor: 200 });
    expect(queries).toHaveLength(4);
    await Promise.all([ask({ cacheFor: 0 }), ask({ cacheFor: 0 })]);
    await ask({ cacheFor: 0 });
    expect(queries).toHaveLength(8);
    await module.get(MigrationService).downgrade('base');
    expect(await ask({ cacheFor: 200 })).toMatchObject({ migrations: { status: 'down' } });
  });

  it('names what verify finds where that is asked for, and is up all the same', async () => {
    await upgrade('default');
    await upgrade('analytics');
    const path = join(root, 'default', 'versions/a1.ts');
    appendFileSync(path, '// a comment\n');
    expect(await ask({ drift: true, cacheFor: 0 })).toMatchObject({
      migrations: { status: 'up', dataSources: { default: { state: 'current', drift: [] }, analytics: { drift: [] } } },
    });
    appendFileSync(path, 'void 0;\n');
    expect(await ask({ drift: true, cacheFor: 0 })).toMatchObject({
      migrations: {
        status: 'up',
        dataSources: { default: { state: 'current', drift: ['changed-file'] }, analytics: { drift: [] } },
      },
    });
    const { dataSources } = (await ask({ cacheFor: 0 }))['migrations'] as unknown as { dataSources: object };
    expect(JSON.stringify(dataSources)).not.toContain('drift');
  });

  it('is as it is where verify cannot look, and says why', async () => {
    await upgrade('default');
    const [source] = sources;
    await source?.query('DROP TABLE migrate_version_history');
    await source?.query('CREATE TABLE migrate_version_history (note text)');
    expect(await ask({ drift: true, cacheFor: 0, dataSources: ['default'] })).toMatchObject({
      migrations: { status: 'up', dataSources: { default: { driftError: { code: 'VERSION_TABLE' } } } },
    });
  });
});
