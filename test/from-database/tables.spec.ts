import { createPostgresDatabase, createSqliteDatabase } from '../support/databases.js';
import { Bench } from './bench.js';

describe('on SQLite', () => {
  it('writes tables as TypeORM makes them with operations', () =>
    Bench.use(createSqliteDatabase, async (bench) => {
      await bench.run(
        `CREATE TABLE "author" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, "kind" varchar CHECK( "kind" IN ('a','b') ) NOT NULL DEFAULT ('a'))`,
        `CREATE TABLE "post" ("id" varchar PRIMARY KEY NOT NULL, "at" datetime NOT NULL DEFAULT (datetime('now')), "authorId" integer, CONSTRAINT "FK_a" FOREIGN KEY ("authorId") REFERENCES "author" ("id") ON DELETE CASCADE ON UPDATE NO ACTION)`,
        `CREATE INDEX "IDX_p" ON "post" ("authorId")`,
        `CREATE UNIQUE INDEX "IDX_q" ON "post" ("at") WHERE "authorId" IS NOT NULL`,
        `CREATE VIEW "titles" AS SELECT "id" FROM "post"`,
      );
      const { source, actual, wanted } = await bench.round();
      expect(actual).toEqual(wanted);
      expect(source).toContain('await op.createTable({');
      expect(source).not.toContain('op.execute');
    }));

  it('writes what the model cannot say as it was written', () =>
    Bench.use(createSqliteDatabase, async (bench) => {
      await bench.run(
        `create table note (id INTEGER PRIMARY KEY, body TEXT not null unique, -- of a person
           size int generated always as (length(body)) stored, check (size < 100))`,
        `CREATE TABLE "pair" (a INT, b ANY, PRIMARY KEY (a, b DESC)) STRICT, WITHOUT ROWID`,
        `CREATE INDEX note_lower ON note (lower(body), size DESC) WHERE size > 3`,
        `CREATE VIRTUAL TABLE search USING fts5(body, content='note', content_rowid='id')`,
        `CREATE TRIGGER note_ai AFTER INSERT ON note BEGIN
           INSERT INTO search(rowid, body) VALUES (new.id, new.body); END`,
        `CREATE VIEW long (b) AS SELECT body FROM note WHERE size > 10`,
        `CREATE TRIGGER long_in INSTEAD OF INSERT ON long BEGIN INSERT INTO note (body) VALUES (new.b); END`,
        `CREATE TABLE node (id INTEGER PRIMARY KEY AUTOINCREMENT, parent REFERENCES node ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)`,
        `INSERT INTO note (body) VALUES ('one'), ('two')`,
        `PRAGMA user_version = 7`,
      );
      const { source, actual, wanted } = await bench.round();
      expect(actual).toEqual(wanted);
      expect(source).toContain('PRAGMA user_version = 7');
      expect(source).toContain('note (2)');
      expect(source).not.toContain('search_data');
    }));
});

it('writes every SQLite statement that its parser of tables, or its operations, cannot say as it was', () =>
  Bench.use(createSqliteDatabase, async (bench) => {
    await bench.run(
      `CREATE TABLE IF NOT EXISTS [odd name] (\`a b\` INT CONSTRAINT "n n" NOT NULL ON CONFLICT IGNORE, "c""d" REFERENCES gone (x) MATCH FULL, CHECK ("a b" > 'x;y') /* why */)`,
      `CREATE TABLE copied AS SELECT 1 AS a, 'b' AS b`,
      `CREATE TABLE "Upper" ("Id" INTEGER NOT NULL PRIMARY KEY ASC AUTOINCREMENT, at TEXT DEFAULT CURRENT_TIMESTAMP, n NUMERIC(10, 2) DEFAULT -1.50, b BLOB DEFAULT x'00ff')`,
      `CREATE TABLE computed (a, b AS (a || '-'), c INTEGER GENERATED ALWAYS AS (length(a)) VIRTUAL, UNIQUE (a COLLATE NOCASE, c DESC) ON CONFLICT REPLACE)`,
      `CREATE UNIQUE INDEX "i.1" ON computed (a COLLATE NOCASE DESC, abs(c)) WHERE c > 1 AND a <> 'it''s'`,
      `CREATE VIRTUAL TABLE place USING rtree(id, x1, x2)`,
      `CREATE VIRTUAL TABLE own_search USING fts5(title, body, prefix='2 3')`,
      `CREATE VIRTUAL TABLE words USING fts5vocab('own_search', 'row')`,
      `CREATE TRIGGER "tr 1" BEFORE UPDATE OF a ON computed WHEN old.a <> new.a BEGIN
         SELECT CASE WHEN new.a = 'x' THEN RAISE(ABORT, 'no; never') END;
         DELETE FROM copied; END`,
      `CREATE VIEW "both" ("x y", z, "w""") AS WITH t AS (SELECT 1) SELECT * FROM t, copied`,
    );
    const { source, actual, wanted } = await bench.round();
    expect(actual).toEqual(wanted);
    expect(source).not.toMatch(/place_node|own_search_data/);
  }));

it('leaves out the views and triggers of a SQLite database that cannot be read, and says why', () =>
  Bench.use(createSqliteDatabase, async (bench) => {
    await bench.run(
      'CREATE TABLE copied (a)',
      'CREATE VIEW fine AS SELECT a FROM copied',
      `CREATE VIEW "of gone" AS SELECT * FROM never_there`,
      `CREATE TRIGGER through INSTEAD OF INSERT ON "of gone" BEGIN SELECT 1; END`,
      `CREATE TRIGGER stale AFTER DELETE ON copied BEGIN DELETE FROM never_there; END`,
    );
    const source = await bench.write();
    expect(source).toContain("- view 'of gone': it cannot be read: no such table: main.never_there");
    expect(source).toContain("- trigger 'stale' of 'copied': it cannot be read: no such table: main.never_there");
    await bench.migrations(bench.target).upgrade();
    expect(
      await bench.target.query(`SELECT name FROM sqlite_master WHERE name IN ('copied', 'fine') ORDER BY 1`),
    ).toEqual([{ name: 'copied' }, { name: 'fine' }]);
    await expect(bench.target.query('SELECT * FROM "of gone"')).rejects.toThrow('no such table: of gone');
  }));

it('writes the statements of a SQLite database in which one cannot be read', () =>
  Bench.use(createSqliteDatabase, async (bench) => {
    await bench.run(
      'CREATE TABLE "post" ("id" integer PRIMARY KEY NOT NULL)',
      'CREATE INDEX "IDX" ON "post" ("id")',
      'CREATE TABLE dangling (a int, CONSTRAINT says_nothing)',
    );
    const { source, actual, wanted } = await bench.round();
    expect(actual).toEqual(wanted);
    expect(source).toContain('CONSTRAINT says_nothing');
  }));

describe('on PostgreSQL', () => {
  it('writes tables, enums, sequences and views with operations', () =>
    Bench.use(createPostgresDatabase, async (bench) => {
      await bench.run(
        `CREATE TYPE "post_status_enum" AS ENUM ('new', 'paid')`,
        `CREATE SEQUENCE "numbers" INCREMENT BY 5 MINVALUE 5`,
        `CREATE TABLE "author" ("id" SERIAL NOT NULL, "name" character varying(40) NOT NULL DEFAULT 'x', CONSTRAINT "PK_a" PRIMARY KEY ("id"), CONSTRAINT "UQ_a" UNIQUE ("name"))`,
        `CREATE TABLE "post" ("id" integer GENERATED ALWAYS AS IDENTITY, "no" bigint NOT NULL DEFAULT nextval('numbers'), "status" "post_status_enum" NOT NULL DEFAULT 'new', "tags" text array, "authorId" integer, "size" integer GENERATED ALWAYS AS ("authorId" * 2) STORED, CONSTRAINT "PK_p" PRIMARY KEY ("id"), CONSTRAINT "CHK_p" CHECK ("authorId" > 0 AND "status" IN ('new', 'paid')), CONSTRAINT "FK_p" FOREIGN KEY ("authorId") REFERENCES "author" ("id") ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED)`,
        `CREATE INDEX "IDX_low" ON "author" (lower("name"))`,
        `CREATE UNIQUE INDEX "IDX_open" ON "post" ("authorId" DESC NULLS LAST, "no") INCLUDE ("status") WHERE "status" = 'new'`,
        `CREATE INDEX "IDX_tags" ON "post" USING gin ("tags")`,
        `CREATE VIEW "open_posts" AS SELECT p."id", a."name" FROM "post" p JOIN "author" a ON a."id" = p."authorId"`,
        `CREATE MATERIALIZED VIEW "counts" AS SELECT "name", count(*) AS n FROM "open_posts" GROUP BY "name"`,
        `CREATE UNIQUE INDEX "counts_name" ON "counts" ("name")`,
        `COMMENT ON TABLE "post" IS 'what they write'`,
        `COMMENT ON COLUMN "post"."no" IS 'counts'`,
        `CREATE TABLE "a" ("id" integer PRIMARY KEY, "b" integer)`,
        `CREATE TABLE "b" ("id" integer PRIMARY KEY, "a" integer REFERENCES "a" ("id"))`,
        `ALTER TABLE "a" ADD CONSTRAINT "to_b" FOREIGN KEY ("b") REFERENCES "b" ("id")`,
      );
      const { source, actual, wanted } = await bench.round();
      expect(actual).toEqual(wanted);
      expect(source).toContain("await op.createEnum('post_status_enum'");
      expect(source).not.toContain('op.execute');
    }));
});
