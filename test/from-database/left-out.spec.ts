import { DataSource } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, postgresVersion } from '../support/databases.js';
import { Bench } from './bench.js';

const linesAbout = (source: string, word: string): string[] =>
  source.split('\n').filter((line) => /^ *\/\//.test(line) && line.includes(word));

describe('what a revision cannot make is listed', () => {
  it('in its file and as warnings: privileges, owners, foreign tables, publications', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      const role = `reader_${process.pid}_${Date.now()}`;
      await bench.run(
        `CREATE ROLE ${role}`,
        `CREATE TABLE a (id integer PRIMARY KEY, name text)`,
        `CREATE TABLE b (id integer PRIMARY KEY)`,
        `CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
        `GRANT SELECT, INSERT ON a, b TO ${role}`,
        `GRANT UPDATE (name) ON a TO ${role}`,
        `REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC`,
        `ALTER TABLE b OWNER TO ${role}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${role}`,
        `CREATE FOREIGN DATA WRAPPER nowhere`,
        `CREATE SERVER there FOREIGN DATA WRAPPER nowhere`,
        `CREATE FOREIGN TABLE far (id integer) SERVER there`,
        `CREATE VIEW over_far AS SELECT * FROM far`,
        `CREATE VIEW over_that AS SELECT * FROM over_far`,
        `CREATE PUBLICATION all_of_it FOR TABLE a`,
        `COMMENT ON DATABASE ${(bench.source.driver.database ?? '').toString()} IS 'mine'`,
      );
      try {
        const source = await bench.write();
        for (const listed of [
          `GRANT INSERT, SELECT, UPDATE (name) ON TABLE a TO ${role}`,
          `GRANT SELECT ON TABLE over_far, over_that TO ${role}`,
          'REVOKE EXECUTE ON ROUTINE f() FROM PUBLIC',
          `owner ${role} of table b`,
          'foreign table far:',
          'view over_far: it needs foreign table far',
          'view over_that: it needs view over_far',
          'server there:',
          'foreign-data wrapper nowhere',
          'publication all_of_it',
          'default privileges',
          'comment on the database',
        ]) {
          expect(linesAbout(source, listed)).toHaveLength(1);
          expect(bench.notices.filter((notice) => notice.includes(listed))).toEqual([
            expect.stringMatching(/^warning: Left out: /),
          ]);
        }
        expect(source).not.toMatch(/op\.[a-zA-Z]+\(.*(over_far|far|nowhere)/);
      } finally {
        await bench.run(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`);
      }
    }));

  it('also to a user who may do nothing but read', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      const role = `plain_${process.pid}_${Date.now()}`;
      await bench.run(
        `CREATE ROLE ${role}`,
        'CREATE TABLE a (id integer PRIMARY KEY)',
        'INSERT INTO a VALUES (1)',
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        'CREATE TABLE b (id integer PRIMARY KEY)',
        `GRANT SELECT ON b TO ${role}`,
      );
      const url = new URL((bench.source.options as { url: string }).url);
      url.searchParams.set('options', `-c role=${role}`);
      const reader = new DataSource({ type: 'postgres', url: url.href });
      try {
        const source = await bench.write(reader);
        expect(source).toContain("name: 'a'");
        expect(source).toContain('FUNCTION f()');
        expect(linesAbout(source, 'owner postgres of 3 objects')).toHaveLength(1);
        expect(source).not.toContain('Rows are not written');
      } finally {
        await reader.destroy();
        await bench.run(`DROP OWNED BY ${role}`, `DROP ROLE ${role}`);
      }
    }));

  it('with the tables that hold rows, and how many', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(
        'CREATE TABLE role (name text PRIMARY KEY)',
        'CREATE TABLE empty (name text PRIMARY KEY)',
        'CREATE TABLE "Log" (id integer)',
        "INSERT INTO role VALUES ('admin'), ('guest')",
        'INSERT INTO "Log" SELECT * FROM generate_series(1, 1500)',
      );
      const source = await bench.write();
      expect(linesAbout(source, 'Rows are not written')).toEqual([
        expect.stringContaining('role (2); more than 1000 in each of Log.'),
      ]);
      expect(bench.notices).toContainEqual(expect.stringMatching(/^info: Rows are not written\. .*role \(2\)/));
    }));

  it("never an index that was not built, nor what another session's temporary tables are", () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      const runner = bench.source.createQueryRunner();
      await runner.query('CREATE TEMPORARY TABLE passing (id serial)');
      await bench.run('CREATE TABLE a (id integer)', 'INSERT INTO a VALUES (1), (1)');
      await expect(bench.run('CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id)')).rejects.toThrow('could not create');
      const source = await bench.write();
      await runner.release();
      expect(source).not.toContain('passing');
      expect(source).not.toContain('INDEX');
      expect(linesAbout(source, 'index a_id on table a')).toHaveLength(1);
    }));
});

describe('what the runner and TypeORM keep is left out', () => {
  const tables = {
    postgres: [
      createPostgresDatabase,
      [
        'CREATE TABLE "migrations" ("id" SERIAL NOT NULL, "timestamp" bigint NOT NULL, "name" character varying NOT NULL, CONSTRAINT "PK_m" PRIMARY KEY ("id"))',
        'ALTER TABLE "migrations" RENAME TO "ran"',
        'CREATE TABLE "typeorm_metadata" ("type" character varying NOT NULL, "database" character varying, "schema" character varying, "table" character varying, "name" character varying, "value" text)',
      ],
    ],
    sqlite: [
      createSqliteDatabase,
      [
        'CREATE TABLE "ran" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)',
        'CREATE TABLE "typeorm_metadata" ("type" varchar NOT NULL, "database" varchar, "schema" varchar, "table" varchar, "name" varchar, "value" text)',
      ],
    ],
  } as const;

  it.each(Object.entries(tables))('on %s', (_, [make, statements]) =>
    Bench.use(make, async (bench) => {
      await bench.run(...statements, 'CREATE TABLE "post" ("id" integer PRIMARY KEY NOT NULL)');
      await bench.run("INSERT INTO ran (timestamp, name) VALUES (1700000000000, 'First1700000000000')");
      await bench.migrations(bench.source, 'other').init();
      await bench.migrations(bench.source, 'other').ensureVersion();
      const source = await bench.write();
      expect(source).toContain("name: 'post'");
      expect(source.replaceAll(/\/\/.*/g, '')).not.toMatch(/ran\b|migrations|typeorm_metadata|migrate_version/);
      expect(linesAbout(source, 'table ran: TypeORM keeps the migrations in it that it ran')).toHaveLength(1);
      expect(source).not.toContain('Rows are not written');
    }),
  );

  it('but a table of the application that looks alike is not', () =>
    Bench.use(createSqliteDatabase, async (bench) => {
      await bench.run(
        'CREATE TABLE "reading" ("id" integer PRIMARY KEY NOT NULL, "timestamp" datetime NOT NULL, "name" varchar NOT NULL)',
      );
      expect(await bench.write()).toContain("name: 'reading'");
    }));
});

it('writes what only newer versions of PostgreSQL have, as far as this server has it', () =>
  Bench.use(createPostgresDatabase, async (bench) => {
    const statements: readonly (readonly [number, string])[] = [
      [14, 'CREATE TABLE t (a integer, b integer, c integer)'],
      [15, 'ALTER TABLE t ADD CONSTRAINT nulls UNIQUE NULLS NOT DISTINCT (a, b)'],
      [15, 'CREATE UNIQUE INDEX nulls_too ON t (b) NULLS NOT DISTINCT'],
      [15, 'CREATE TABLE p (id integer PRIMARY KEY)'],
      [15, 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p ON DELETE SET NULL (a)'],
      [15, 'CREATE VIEW asked WITH (security_invoker = true) AS SELECT * FROM t'],
      [18, 'ALTER TABLE t ADD COLUMN d integer GENERATED ALWAYS AS (a * 2) VIRTUAL'],
      [18, 'ALTER TABLE t ADD CONSTRAINT unenforced CHECK (c > 0) NOT ENFORCED'],
      [18, 'CREATE TABLE during (id int4range, at daterange, PRIMARY KEY (id, at WITHOUT OVERLAPS))'],
    ];
    await bench.run(...statements.filter(([since]) => since <= postgresVersion).map(([, sql]) => sql));
    const { actual, wanted } = await bench.round();
    expect(actual).toEqual(wanted);
  }));
