import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { DataSource, type DataSourceOptions, EntitySchema } from 'typeorm';
import { MigrateModule, MigrationService, type Notice } from '../../src/index.js';
import { createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const visit = new EntitySchema({ name: 'visit', columns: { id: { type: 'integer', primary: true } } });

describe('data sources that share a history', () => {
  const scene = useScene(createSqliteDatabase);

  async function withDataSources<T>(
    options: Readonly<Record<string, Partial<DataSourceOptions>>>,
    work: (migrations: MigrationService) => Promise<T>,
  ): Promise<T> {
    const dataSources = Object.entries(options).map(([name, own]) => ({
      name,
      dataSource: new DataSource({ ...scene.database.options, entities: [visit], ...own } as DataSourceOptions),
    }));
    const { directory } = scene;
    const module = await Test.createTestingModule({
      imports: [MigrateModule.forRoot({ dataSources, directory })],
    }).compile();
    const migrations = module.get(MigrationService);
    try {
      await migrations.init();
      return await work(migrations);
    } finally {
      await migrations.close();
      await module.close();
    }
  }

  it('may have any name; a part of one that is gone is said and left out, and one that was added has nothing to do', async () => {
    const memory = { database: ':memory:' };
    await withDataSources({ default: {}, constructor: memory, toString: memory }, async (migrations) => {
      const part = (name: string): string => `export const ${name} = { 'default': (op) => op.execute('SELECT 1'),
        'old one': () => { throw new Error('nobody may run this'); } };`;
      writeFileSync(
        join(scene.directory, 'versions/a1.ts'),
        [`export const revision = 'a1';`, `export const downRevision = null;`, part('upgrade'), part('downgrade')].join(
          '\n',
        ),
      );
      const notices: Notice[] = [];
      const results = await migrations.with({ onNotice: (notice) => notices.push(notice) }).upgrade();
      expect(results.map(({ dataSource, current }) => [dataSource, current])).toEqual([
        ['default', ['a1']],
        ['constructor', ['a1']],
        ['toString', ['a1']],
      ]);
      expect(notices).toEqual([
        { level: 'warning', message: expect.stringMatching(/no data source "old one".*its part of a1 is left out/) },
      ]);
    });
  });

  it('are refused by migrate, check and upgrade when two of them are one database', async () => {
    symlinkSync(scene.database.url, `${scene.database.url}-alias`);
    const alias = { database: `${scene.database.url}-alias` };
    await withDataSources({ default: {}, alias }, async (migrations) => {
      const refused = {
        code: 'SAME_DATABASE',
        dataSources: ['default', 'alias'],
        hint: expect.stringContaining('alias'),
      };
      await expect(migrations.check()).rejects.toMatchObject(refused);
      await expect(migrations.migrate({ message: 'visits' })).rejects.toMatchObject(refused);
      await expect(migrations.upgrade()).rejects.toMatchObject(refused);
    });
  });
});
