import { Client } from 'pg';
import { EntitySchema } from 'typeorm';
import type { MigrationService } from '../../src/index.js';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';

const book = new EntitySchema<{ id: number; mood: string; title: string; author: object }>({
  name: 'book',
  columns: {
    id: { type: 'int', primary: true, generated: 'increment' },
    mood: { type: 'enum', enum: ['sad', 'glad'], default: 'sad' },
    title: { type: 'varchar', default: 'none' },
  },
  checks: [{ name: 'ck', expression: `"Shop".book.title <> ''` }],
  indices: [{ name: 'ix', columns: ['title'], where: `"Shop".book.id > 5` }],
  relations: { author: { type: 'many-to-one', target: 'author' } },
});
const author = new EntitySchema({ name: 'author', schema: 'people', columns: { id: { type: 'int', primary: true } } });
const review = new EntitySchema({
  name: 'review',
  type: 'view',
  expression: `SELECT b.id FROM "Shop".book b WHERE b.mood = 'glad'`,
  columns: { id: { type: 'int' } },
});

/** Everything in all schemas but PostgreSQL's own, and how it is made. */
const everything = `
  SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind,
         (SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
            coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), ''), ', ' ORDER BY a.attnum)
          FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
         (SELECT string_agg(pg_get_constraintdef(k.oid), ', ' ORDER BY k.conname)
          FROM pg_constraint k WHERE k.conrelid = c.oid) AS constraints
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname !~ '^pg_|^information_schema$' AND c.relname !~ 'migrate_version'
  ORDER BY 1, 2`;

describe('a data source with a schema of its own that is not there', () => {
  let online: TestDatabase;
  let offline: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    [online, offline] = await Promise.all([createPostgresDatabase(), createPostgresDatabase()]);
    repository = temporaryDirectory();
  });
  afterEach(async () => {
    await Promise.all([online.drop(), offline.drop()]);
    repository.remove();
  });

  const inApplication = <T>(work: (migrations: MigrationService) => Promise<T>): Promise<T> => {
    const database = { ...online, options: { ...online.options, schema: 'Shop' } } as TestDatabase;
    const migrate = { directory: repository.directory };
    return withApplication({ database, entities: [book, author, review], migrate }, ({ migrations }) =>
      work(migrations),
    );
  };

  it('gets it with the version table, online and by a script that is the same', async () => {
    const script = await inApplication(async (migrations) => {
      await migrations.init();
      expect(await migrations.status()).toMatchObject([{ state: 'current', current: [] }]);
      const [written] = await migrations.migrate({ message: 'shop' });
      expect(written).toBeDefined();
      expect(await ask(online, `SELECT 1 FROM pg_namespace WHERE nspname = 'Shop'`)).toEqual([]);
      const [script] = await migrations.upgrade('head', { sql: true });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      expect(await migrations.status()).toMatchObject([{ state: 'current', current: [written?.revision] }]);
      return script?.sql ?? '';
    });
    const made = await ask(online, everything);
    expect(new Set(made.map(({ schema }) => schema))).toEqual(new Set(['Shop', 'people']));
    await ask(offline, script);
    expect(await ask(offline, everything)).toEqual(made);

    await inApplication(async (migrations) => {
      const [script] = await migrations.downgrade(`${(await migrations.heads())[0]?.revision}:base`, { sql: true });
      await migrations.downgrade('base');
      await ask(offline, script?.sql ?? '');
      // The schema stays, since the version table stands in it.
      for (const database of [online, offline]) {
        expect(await ask(database, everything)).toEqual([]);
        expect(await ask(database, `SELECT nspname FROM pg_namespace WHERE nspname IN ('Shop', 'people')`)).toEqual([
          { nspname: 'Shop' },
        ]);
      }
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
    });
  });
});

async function ask(database: TestDatabase, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(database.url);
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
