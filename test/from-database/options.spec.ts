import { EntitySchema } from 'typeorm';
import type { MigrateOptions, MigrateRequest } from '../../src/index.js';
import { createPostgresDatabase, createSqliteDatabase, databases } from '../support/databases.js';
import { Bench } from './bench.js';
import { catalogOf } from './catalog.js';

const withoutComments = (source: string): string => source.replaceAll(/^ *\/\/.*\n/gm, '');

describe('which part of the database is written', () => {
  const statements = [
    'CREATE SCHEMA sales',
    'CREATE SCHEMA audit',
    "CREATE TYPE mood AS ENUM ('ok')",
    'CREATE TABLE post (id integer PRIMARY KEY, mood mood, draft text)',
    'CREATE INDEX post_mood ON post (mood)',
    'CREATE INDEX post_draft ON post (draft)',
    'CREATE TABLE tag (id integer PRIMARY KEY, "postId" integer REFERENCES post (id))',
    'CREATE VIEW tags AS SELECT t.id FROM tag t JOIN post p ON p.id = t."postId"',
    'CREATE TABLE sales.line (id integer PRIMARY KEY)',
    'CREATE TABLE audit.line (id integer PRIMARY KEY)',
    "CREATE FUNCTION audit.log() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
    'CREATE TRIGGER log AFTER INSERT ON post FOR EACH ROW EXECUTE FUNCTION audit.log()',
  ];

  async function written(options: MigrateOptions): Promise<{ source: string; comments: string }> {
    return Bench.use(
      createPostgresDatabase,
      async (bench) => {
        await bench.run(...statements);
        const source = await bench.write();
        await bench.migrations(bench.target).upgrade();
        await bench.migrations(bench.target).downgrade('base');
        const comments = source.split('\n').filter((line) => line.trim().startsWith('//'));
        return { source: withoutComments(source), comments: comments.join('\n') };
      },
      options,
    );
  }

  it('all schemas, unless some are named', async () => {
    expect((await written({})).source).toContain("schema: 'audit'");
    const { source, comments } = await written({ includeSchemas: ['sales'] });
    expect(source).toContain("schema: 'sales'");
    expect(source).not.toContain('audit');
    expect(comments).toContain('schema audit: it is not among includeSchemas');
    expect(comments).toContain('trigger log on table post: it needs function audit.log()');
  });

  it('what includeName lets see, without what needs the rest', async () => {
    const { source, comments } = await written({
      includeName: (name, type) => !(type === 'schema' && name === 'audit') && !(type === 'table' && name === 'post'),
    });
    expect(source).toContain("name: 'tag'");
    expect(source).not.toMatch(/name: 'post'|audit|tags|foreignKeys|TRIGGER/);
    expect(comments).toContain('foreign key tag_postId_fkey of table tag: it needs table post');
    expect(comments).toContain('view tags: it needs table');
  });

  it('what includeObject lets through: tables, columns with what depends on them, indexes, enums', async () => {
    const asked = new Set<string>();
    const { source, comments } = await written({
      includeObject: (object, name, type, reflected, compareTo) => {
        asked.add(`${type} ${reflected} ${compareTo === null}`);
        return !(type === 'column' && name === 'draft') && name !== 'post_mood' && type !== 'enum' && 'name' in object;
      },
    });
    expect(asked).toContain('table true true');
    expect(source).not.toMatch(/draft|post_mood|createEnum|name: 'post'/);
    expect(comments).toContain('table post: it needs type mood');
  });

  it('can be edited by processRevisionDirectives, and rendered by renderItem', async () => {
    const { source } = await written({
      processRevisionDirectives: (directives) =>
        directives.map((directive) => ({
          ...directive,
          upgrade: directive.upgrade.filter(({ kind }) => kind !== 'createView' && kind !== 'execute'),
          downgrade: directive.downgrade.filter(({ kind }) => kind !== 'dropView' && kind !== 'execute'),
        })),
      renderItem: (item) => item.type === 'type' && item.object === 'text' && "'text' as const",
    });
    expect(source).not.toMatch(/createView|execute/);
    expect(source).toContain("type: 'text' as const");
  });
});

it("writes names of the data source's own schema bare, so that the revision runs in another", () =>
  Bench.use(
    createPostgresDatabase,
    async (bench) => {
      const inApp = (...statements: string[]): Promise<void> =>
        bench.run('SET search_path = app', ...statements, 'RESET search_path');
      await bench.run('CREATE SCHEMA app');
      await inApp(
        'CREATE TABLE a (id serial PRIMARY KEY, size integer)',
        'CREATE INDEX a_expr ON a ((size + 1))',
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
        'CREATE TRIGGER touch BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION touch()',
        'CREATE RULE quiet AS ON DELETE TO a DO INSTEAD NOTHING',
        'CREATE DOMAIN positive AS integer CHECK (VALUE > 0)',
        'CREATE SEQUENCE small AS smallint',
        "COMMENT ON FUNCTION touch() IS 'of app.a'",
        'CREATE STATISTICS stats ON id, size FROM a',
      );
      const source = await bench.write();
      expect(source.replaceAll("'of app.a'", '')).not.toMatch(/\bapp\b/);
      await bench.migrations(bench.target).upgrade();
      const wanted = await catalogOf(bench.source);
      expect(await catalogOf(bench.target)).toEqual(wanted);
    },
    {},
    { schema: 'app', poolSize: 1 } as object,
  ));

describe.each(databases)('on %s', (_, make) => {
  const table = 'CREATE TABLE "post" ("id" integer PRIMARY KEY NOT NULL)';

  it('is refused where revisions are, with what to do, and writes nothing', () =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      const before = await bench.write();
      await expect(bench.migrations(bench.source).migrate({ fromDatabase: true })).rejects.toMatchObject({
        code: 'REVISIONS_EXIST',
        message: expect.stringMatching(
          /can only be the first one, and .*migrations has revisions already \(head: first\)/,
        ),
        hint: expect.stringContaining('`npx nest-cmd db migrate`'),
      });
      expect(bench.sourceOf()).toBe(before);
      expect(await bench.migrations(bench.source).heads()).toHaveLength(1);
    }));

  it('writes nothing for an empty database', () =>
    Bench.use(make, async (bench) => {
      expect(await bench.write()).toBe('');
      expect(bench.notices).toContain('info: Read from the database: nothing');
    }));

  it('changes nothing in the database', () =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      const before = await catalogOf(bench.source);
      await bench.write();
      expect(await catalogOf(bench.source)).toEqual(before);
    }));

  const refused: readonly MigrateRequest[] = [
    { renames: ['a:b'] },
    { renameFile: 'renames.txt' },
    { detectRenames: false },
    { confirmRename: () => true },
    { sqlBody: true },
  ];
  it.each(refused)('refuses an option about the entities: %j', (request) =>
    Bench.use(make, async (bench) => {
      await bench.run(table);
      const [option] = Object.keys(request);
      await expect(bench.write(bench.source, 'migrations', request)).rejects.toMatchObject({
        code: 'FROM_DATABASE_OPTION',
        message: `'${option}' has no meaning with \`fromDatabase\`, which writes what the database holds.`,
      });
      expect(await bench.migrations(bench.source).heads()).toEqual([]);
    }),
  );

  it('is refused for an empty revision, and for a value that is no flag', () =>
    Bench.use(make, async (bench) => {
      const migrations = bench.migrations(bench.source);
      await migrations.init();
      await expect(migrations.revision({ fromDatabase: true })).rejects.toMatchObject({ code: 'IDLE_OPTION' });
      await expect(migrations.migrate({ fromDatabase: 'yes' as never })).rejects.toThrow(
        "`migrate`: 'fromDatabase' is 'yes'; it must be true or false.",
      );
    }));

  it('looks at no entities: neither at what they lack, nor at what they have', () =>
    Bench.use(
      make,
      async (bench) => {
        await bench.run(table);
        const source = await bench.write();
        expect(source).toContain("name: 'post'");
        expect(source).not.toContain('other');
      },
      {},
      { entities: [new EntitySchema({ name: 'other', columns: { id: { type: 'int', primary: true } } })] } as object,
    ));

  it('can be written as a script, which makes the same', () =>
    Bench.use(make, async (bench) => {
      await bench.run(
        table,
        'CREATE TABLE "tag" ("id" integer PRIMARY KEY NOT NULL, "post" integer REFERENCES "post" ("id"))',
        'CREATE VIEW "posts" AS SELECT "id" FROM "post"',
      );
      await bench.write();
      const [result] = await bench.migrations(bench.target).upgrade('head', { sql: true });
      const wanted = await catalogOf(bench.source);
      await bench.runScript(result?.sql ?? '');
      expect(await catalogOf(bench.target)).toEqual(wanted);
    }));
});

it('writes what each data source of one repository holds', async () => {
  // Both are of the first kind here; test/e2e has data sources of two kinds.
  await Bench.use(createSqliteDatabase, async (bench) => {
    await bench.run('CREATE TABLE "one" ("id" integer PRIMARY KEY NOT NULL)');
    await bench.target.query('CREATE TABLE "two" ("id" integer PRIMARY KEY NOT NULL)');
    const both = bench.both();
    await both.init();
    await both.migrate({ fromDatabase: true });
    const source = bench.sourceOf();
    expect(source.indexOf("name: 'one'")).toBeGreaterThan(0);
    expect(source.indexOf("name: 'two'")).toBeGreaterThan(source.indexOf("name: 'one'"));
  });
});
