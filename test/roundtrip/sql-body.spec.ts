import { readFileSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { Column, DataSource, Entity, type EntitySchema, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { drawnPair } from '../changes/pairs/draw.js';
import { runPair } from '../changes/pairs/run-pair.js';
import { tableNames, temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';
import { table } from './entity-sets.js';

/** Only a decorator says how an index is to be built. */
@Entity('item')
@Index('ix_state', ['state'], { concurrent: true })
class IndexedItem {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'enum', enum: ['new', 'old'] })
  state!: string;
}

/** What each call in a body is. */
const callsIn = (source: string): string[] => [...source.matchAll(/\b(op\.\w+)\(/g)].map(([, call]) => call!);

describe('revisions with bodies of SQL lead from one random schema to another and back, and check finds nothing', () => {
  const random = { numRuns: 5, endOnFailure: true };
  const request = { sqlBody: true };

  it.each(databases)(
    'on %s',
    async (dialect, make) => {
      const database = await make();
      const law = fc.asyncProperty(drawnPair(dialect), (pair) => runPair(pair, database, request));
      await fc.assert(law, random).finally(() => database.drop());
    },
    180_000,
  );
});

describe.each(databases)('a revision with a body of SQL on %s', (dialect, make) => {
  const scene = useScene(make);

  const inApplication = <T>(
    entities: EntitySchema[],
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    options: Partial<MigrateModuleOptions> = {},
  ): Promise<T> => scene.inApplication(work, { entities, migrate: options });

  it('holds nothing but statements, quoted so that they come out as they were', async () => {
    const nasty = table('we`ird ${x} \\ "q"', { 'a`b': { type: 'varchar', default: "it's \\ `${y}`" } });
    await inApplication([nasty], async (migrations, dataSource) => {
      await migrations.init();
      const [written] = await migrations.migrate({ message: 'nasty', sqlBody: true });
      expect(new Set(callsIn(readFileSync(written!.path, 'utf8')))).toEqual(new Set(['op.execute']));
      expect(await tableNames(dataSource)).toEqual([]);
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade();
      expect(await tableNames(dataSource)).toEqual(['migrate_version', 'migrate_version_history']);
    });
  });

  it('keeps what only the database has: triggers and views of others', async () => {
    const before = table('user', { age: { type: 'varchar', nullable: true } });
    const after = table('user', { age: { type: 'text', nullable: true }, name: { type: 'text', default: 'x' } });
    const options: Partial<MigrateModuleOptions> = { includeName: (_name, type) => type !== 'view' };
    await inApplication(
      [before],
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ sqlBody: true });
        await migrations.upgrade();
        await dataSource.query('CREATE VIEW ages AS SELECT age FROM "user"');
        await dataSource.query(
          dialect === 'postgres'
            ? 'CREATE RULE remember AS ON DELETE TO "user" DO INSTEAD NOTHING'
            : 'CREATE TRIGGER remember BEFORE DELETE ON "user" BEGIN SELECT raise(IGNORE); END',
        );
        await dataSource.query(`INSERT INTO "user" (age) VALUES ('36')`);
      },
      options,
    );
    await inApplication(
      [after],
      async (migrations, dataSource) => {
        await migrations.migrate({ sqlBody: true });
        const rows = async (): Promise<unknown> => {
          await dataSource.query('DELETE FROM "user"');
          return dataSource.query('SELECT * FROM ages');
        };
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await rows()).toEqual([{ age: '36' }]);
        await migrations.downgrade();
        expect(await rows()).toEqual([{ age: '36' }]);
      },
      options,
    );
  });

  it('is refused where the statements cannot run, and the database is as it was', async () => {
    await inApplication(
      [table('user', { age: { type: 'varchar', nullable: true } })],
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        await dataSource.query('INSERT INTO "user" (age) VALUES (NULL)');
      },
    );
    await inApplication([table('user', { age: { type: 'varchar' } })], async (migrations, dataSource) => {
      await expect(migrations.migrate({ sqlBody: true })).rejects.toMatchObject({
        code: 'SQL_BODY',
        message: expect.stringContaining('Cannot write the upgrade of data source "default" as SQL'),
      });
      expect(await dataSource.query('SELECT age FROM "user"')).toEqual([{ age: null }]);
      expect(await migrations.history()).toHaveLength(1);
    });
  });
});

describe('a revision with a body of SQL', () => {
  it('has a section for each database, in the SQL of that database', async () => {
    const [main, other] = [await createPostgresDatabase(), await createSqliteDatabase()];
    const repository = temporaryDirectory();
    const entity = table('flag', { on: { type: 'boolean', default: true } });
    const analytics = new DataSource({ ...other.options, entities: [entity] });
    const dataSources = ['default', { name: 'analytics', dataSource: analytics }];
    const migrate = { directory: repository.directory, dataSources };
    await withApplication({ database: main, entities: [entity], migrate }, async ({ migrations }) => {
      await migrations.init();
      const [written] = await migrations.migrate({ sqlBody: true });
      const source = readFileSync(written!.path, 'utf8');
      expect(source).toContain('SERIAL');
      expect(source).toContain('AUTOINCREMENT');
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade();
      await migrations.close();
    });
    if (analytics.isInitialized) await analytics.destroy();
    await Promise.all([main.drop(), other.drop()]);
    repository.remove();
  });

  it('commits an enum value before it is used, and builds concurrently outside the transaction', async () => {
    const database = await createPostgresDatabase();
    const repository = temporaryDirectory();
    const migrate = { directory: repository.directory };
    const item = table('item', { state: { type: 'enum', enum: ['new'] } });
    await withApplication({ database, entities: [item], migrate }, async ({ migrations }) => {
      await migrations.init();
      await migrations.migrate({ sqlBody: true });
      await migrations.upgrade();
    });
    await withApplication({ database, entities: [IndexedItem], migrate }, async ({ migrations }) => {
      const written = await migrations.migrate({ sqlBody: true });
      const [source, concurrent] = written.map(({ path }) => readFileSync(path, 'utf8'));
      expect(source).toContain(`await op.execute(\`ALTER TYPE "item_state_enum" ADD VALUE 'old'\`);`);
      expect(concurrent).toMatch(/op\.autocommit\(async \(\) => \{\s+await op\.execute\(['"]CREATE INDEX CONCURRENTLY/);
      const [next] = await migrations.revision({ message: 'use it' });
      const text = readFileSync(next!.path, 'utf8');
      const use = `await op.execute("INSERT INTO item (state) VALUES ('old')");`;
      writeFileSync(next!.path, text.replace(/(upgrade\(op: Operations\): Promise<void> \{)/, `$1 ${use}`));
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
    });
    await database.drop();
    repository.remove();
  });
});
