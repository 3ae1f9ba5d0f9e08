import { readFileSync, writeFileSync } from 'node:fs';
import { EntitySchema, type Logger, type MigrationInterface } from 'typeorm';
import type { MigrationService, OwnQuery } from '../../src/index.js';
import { withApplication } from '../support/application.js';
import { databases, createSqliteDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const user = new EntitySchema({
  name: 'user',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, name: { type: 'varchar' } },
});

/** A logger of the application's own, with what it was given. */
class Recorder implements Logger {
  readonly queries: string[] = [];
  readonly errors: string[] = [];
  readonly slow: string[] = [];
  readonly #others: unknown[] = [];

  logQuery(query: string): void {
    this.queries.push(query);
  }
  logQueryError(_error: string | Error, query: string): void {
    this.errors.push(query);
  }
  logQuerySlow(_time: number, query: string): void {
    this.slow.push(query);
  }
  logSchemaBuild(message: string): void {
    this.#others.push(message);
  }
  logMigration(message: string): void {
    this.#others.push(message);
  }
  log(_level: 'log' | 'info' | 'warn', message: unknown): void {
    this.#others.push(message);
  }
}

const memory: [string, typeof createSqliteDatabase] = [
  'a database that all share one connection to',
  async () => ({ dialect: 'sqlite', url: '', options: { type: 'sqljs' }, drop: async () => undefined }),
];

describe.each([...databases, memory])('the logger of an application, on %s', (_, make) => {
  const scene = useScene(make);
  let logger: Recorder;

  beforeEach(() => {
    logger = new Recorder();
  });

  function serving<T>(
    work: (migrations: MigrationService, query: (sql: string) => Promise<unknown>) => Promise<T>,
    migrations: (new () => MigrationInterface)[] = [],
  ) {
    const { database, directory } = scene;
    // A driver tells of statements that took longer than nothing at all.
    const options = { ...database.options, logger, logging: true, maxQueryExecutionTime: 0.000_001, migrations };
    return withApplication(
      { database: { ...database, options } as typeof database, entities: [user], migrate: { directory } },
      async ({ migrations, dataSource }) => {
        for (const seen of [logger.queries, logger.slow]) seen.length = 0;
        return work(migrations, (sql) => dataSource.query(sql));
      },
    );
  }

  it('sees nothing of the first contact with a database', async () => {
    await serving(async (migrations) => {
      await migrations.init();
      await migrations.status();
      await migrations.current();
      await migrations.check();
      await migrations.migrate({ message: 'first', revId: 'a1' });
    });
    expect(logger).toMatchObject({ queries: [], errors: [], slow: [] });
  });

  it('sees nothing of what a command looks up to take over migrations of TypeORM', async () => {
    class Old1600000000001 implements MigrationInterface {
      async up(): Promise<void> {}
      async down(): Promise<void> {}
    }
    await serving(
      async (migrations) => {
        await expect(migrations.adopt({ dryRun: true })).rejects.toThrow('Old1600000000001');
      },
      [Old1600000000001],
    );
    expect(logger).toMatchObject({ queries: [], errors: [], slow: [] });
  });

  it('sees the statements of revisions, and no others', async () => {
    await serving(async (migrations) => {
      await migrations.init();
      const [{ path } = { path: '' }] = await migrations.migrate({ message: 'first', revId: 'a1' });
      const more = `await op.execute('INSERT INTO "user" ("name") VALUES (\\'Ann\\')');
        await op.manager.query('UPDATE "user" SET "name" = \\'Bob\\'');
        await op.queryRunner.query('DELETE FROM "user"');`;
      writeFileSync(path, readFileSync(path, 'utf8').replace(/\n}\n/, `\n${more}\n}\n`));
      await migrations.upgrade();
      expect(logger.queries.map((sql) => sql.split(' ')[0])).toEqual(['CREATE', 'INSERT', 'UPDATE', 'DELETE']);
      expect(logger.queries[0]).toMatch(/^CREATE TABLE "user"/);
      expect(await migrations.status()).toMatchObject([{ state: 'current' }]);
      expect(await migrations.check()).toEqual([]);
      expect(logger.queries).toHaveLength(4);
      await migrations.downgrade();
    });
    expect(logger.queries.at(-1)).toBe('DROP TABLE "user"');
    expect(logger.errors).toEqual([]);
  });

  it('sees the statement of a revision that fails', async () => {
    await serving(async (migrations) => {
      await migrations.init();
      const [{ path } = { path: '' }] = await migrations.revision({ message: 'first', revId: 'a1' });
      const source = readFileSync(path, 'utf8');
      writeFileSync(path, source.replace(/(upgrade\(.*\{)/, `$1 await op.execute('DROP TABLE nowhere'); `));
      await expect(migrations.upgrade()).rejects.toThrow('nowhere');
    });
    expect(logger).toMatchObject({ queries: ['DROP TABLE nowhere'], errors: ['DROP TABLE nowhere'] });
  });

  it('sees what the application asks meanwhile, and is in its place afterwards', async () => {
    await serving(async (migrations, query) => {
      await migrations.init();
      const asked = Array.from({ length: 20 }, (__, index) => `SELECT ${index} AS n`);
      await Promise.all([migrations.check(), migrations.status(), ...asked.map(query)]);
      expect(logger.queries.toSorted()).toEqual(asked.toSorted());
      logger.queries.length = 0;
      await query('SELECT 1 AS n');
      expect(logger.queries).toEqual(['SELECT 1 AS n']);
    });
  });

  it('gets no statements of this package, which `onQuery` gets where it is given', async () => {
    const own: OwnQuery[] = [];
    await serving(async (migrations) => {
      await migrations.init();
      await migrations.with({ onQuery: (query) => own.push(query) }).check();
    });
    expect(own.length).toBeGreaterThan(1);
    expect(own[0]).toEqual({ dataSource: 'default', sql: expect.stringContaining('migrate_version') });
    expect(logger.queries).toEqual([]);
  });
});
