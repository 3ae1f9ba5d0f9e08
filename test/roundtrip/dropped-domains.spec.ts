import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';

let database: TestDatabase;
let repository: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  repository = temporaryDirectory();
});
afterEach(async () => {
  await database.drop();
  repository.remove();
});

/** The lines of the only revision that are comments of its upgrade. */
function comments(): readonly string[] {
  const versions = join(repository.directory, 'versions');
  const [name = ''] = readdirSync(versions);
  const [upgrade = ''] = (readFileSync(join(versions, name), 'utf8').split('function upgrade')[1] ?? '').split(
    'function downgrade',
  );
  return upgrade.split('\n').flatMap((line) => /^\s*\/\/ (.*)/.exec(line)?.[1] ?? []);
}

const DOMAINS = [
  `CREATE DOMAIN positive AS integer CHECK (VALUE > 0)`,
  `CREATE DOMAIN small AS positive NOT NULL DEFAULT 1 CONSTRAINT below_ten CHECK (VALUE < 10)`,
  `CREATE SCHEMA "Shop"`,
  `CREATE DOMAIN "Shop"."E mail" AS varchar(80) CHECK (VALUE ~ '@')`,
  `CREATE DOMAIN label AS text`,
];

it('columns of domains get the types of the entity, and the file lists what the domains specify', async () => {
  database = await createPostgresDatabase();
  const entity = table('person', {
    age: { type: 'int', nullable: true },
    size: { type: 'int' },
    mail: { type: 'varchar', length: 80, nullable: true },
    name: { type: 'text', nullable: true },
    sizes: { type: 'bigint', array: true, nullable: true },
  });
  const migrate = { directory: repository.directory };
  await withApplication({ database, entities: [entity], migrate }, async ({ migrations, dataSource }) => {
    for (const sql of DOMAINS) await dataSource.query(sql);
    await dataSource.query(
      `CREATE TABLE person (id serial CONSTRAINT "PK_5fdaf670315c4b7e70cce85daa3" PRIMARY KEY, age positive,
         size small NOT NULL, mail "Shop"."E mail", name label, sizes positive[])`,
    );
    await dataSource.query(`INSERT INTO person (age, size, mail, name, sizes) VALUES (5, 6, 'a@b', 'x', '{1,2}')`);
    const types = (): Promise<unknown> =>
      dataSource.query(
        `SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'person'::regclass AND attnum > 0`,
      );
    const rows = (): Promise<unknown> => dataSource.query('SELECT age, size, mail, name, sizes FROM person');
    const before = [await types(), await rows()];
    await migrations.init();
    await migrations.migrate({ message: 'types' });
    const said = comments();
    expect(said).toContain(
      '"person.age" is no longer of the domain positive, and loses what that specifies: CHECK ((VALUE > 0)). Add to the entity what is to be kept',
    );
    expect(said).toContainEqual(
      expect.stringMatching(
        /^"person.size" is no longer of the domain small, .*: CHECK \(\(\(VALUE\)::integer < 10\)\), CHECK \(\(VALUE > 0\)\), NOT NULL, DEFAULT 1\./,
      ),
    );
    expect(said).toContainEqual(
      expect.stringMatching(
        /^"person.mail" is no longer of the domain "Shop"."E mail", .*CHECK \(\(\(VALUE\)::text ~ '@'::text\)\)\./,
      ),
    );
    expect(said).toContain('"person.name" is no longer of the domain label');
    expect(said).toContainEqual(expect.stringMatching(/"person.sizes" is no longer of the domain positive, /));
    expect(said.join()).not.toContain('this fails');
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    expect((await rows()) as unknown[]).toEqual([{ age: 5, size: 6, mail: 'a@b', name: 'x', sizes: ['1', '2'] }]);
    await migrations.downgrade();
    expect([await types(), await rows()]).toEqual(before);
    await expect(dataSource.query('UPDATE person SET age = 0')).rejects.toThrow('violates check constraint');
  });
});

it.each([
  ['postgres', createPostgresDatabase],
  ['sqlite', createSqliteDatabase],
] as const)(
  'a view that no entity has is dropped with a comment, and a view of an entity without one, on %s',
  async (dialect, create) => {
    database = await create();
    const migrate = { directory: repository.directory };
    await withApplication({ database, entities: [table('t', {})], migrate }, async ({ migrations, dataSource }) => {
      await dataSource.query('CREATE VIEW mine AS SELECT 1 AS one');
      if (dialect === 'postgres') await dataSource.query('CREATE MATERIALIZED VIEW daily AS SELECT 1 AS one');
      await migrations.init();
      await migrations.migrate({ message: 'views' });
      const dropped = comments().filter((line) => line.startsWith('drops the'));
      expect(dropped).toContainEqual(expect.stringContaining('drops the view "mine", which no entity has'));
      expect(dropped).toHaveLength(dialect === 'postgres' ? 2 : 1);
      if (dialect === 'postgres') expect(dropped.join()).toContain('drops the materialized view "daily"');
      await migrations.upgrade();
      await expect(dataSource.query('SELECT * FROM mine')).rejects.toThrow(/mine/);
      await migrations.downgrade();
      expect(await dataSource.query('SELECT * FROM mine')).toEqual([{ one: 1 }]);
    });
  },
);

it.each([
  [
    'partitioned',
    [
      'CREATE TABLE event (id int, at date) PARTITION BY RANGE (at)',
      `CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`,
    ],
    'drops the table "event" with its partitions and all their rows; the downgrade creates one that is not PARTITIONED BY RANGE (at), without the partitions',
  ],
  [
    'partitioned by an expression and a list',
    [
      'CREATE TABLE event (id int, name text) PARTITION BY LIST (lower(name))',
      `CREATE TABLE event_a PARTITION OF event FOR VALUES IN ('a')`,
    ],
    'drops the table "event" with its partitions and all their rows; the downgrade creates one that is not PARTITIONED BY LIST (lower(name)), without the partitions',
  ],
  [
    'an heir of a table that no entity has either',
    ['CREATE TABLE base (id int)', 'CREATE TABLE event (name text) INHERITS (base)'],
    'drops the table "event" with all its rows; the downgrade creates one that does not inherit from "base"',
  ],
])(
  'a table without an entity that is %s is dropped with a warning of what does not come back',
  async (_what, sql, warning) => {
    database = await createPostgresDatabase();
    const migrate = { directory: repository.directory };
    const kept = table('kept', { name: { type: 'text', nullable: true } });
    await withApplication({ database, entities: [kept], migrate }, async ({ migrations, dataSource }) => {
      await migrations.init();
      await migrations.migrate({ message: 'kept' });
      await migrations.upgrade();
      for (const statement of sql) await dataSource.query(statement);
      const notices: string[] = [];
      await migrations.with({ onNotice: ({ message }) => notices.push(message) }).migrate({ message: 'all' });
      expect(notices).toContain(warning);
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade();
    });
  },
);
