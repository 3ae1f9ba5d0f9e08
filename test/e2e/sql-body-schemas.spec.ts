import { readFileSync } from 'node:fs';
import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const entity = (name: string, columns: Record<string, EntitySchemaColumnOptions>): EntitySchema =>
  new EntitySchema({ name, columns: { id: { type: 'int', primary: true }, ...columns } });

describe('what others have on a table that a body of SQL changes', () => {
  const scene = useScene(createPostgresDatabase);

  it('is put back, and stays theirs: no check wants to drop it', async () => {
    const first = [entity('t', { n: { type: 'varchar', length: '9' } })];
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate();
        await migrations.upgrade();
        await dataSource.query(`CREATE SCHEMA o; CREATE VIEW o.v AS SELECT n FROM t; GRANT SELECT ON o.v TO public;
          CREATE MATERIALIZED VIEW o.m AS SELECT n FROM t; CREATE VIEW o.above AS SELECT n FROM o.v;
          ALTER VIEW o.above ALTER COLUMN n SET DEFAULT 'x';
          CREATE TABLE o.child (n integer REFERENCES t (id))`);
        expect(await migrations.check()).toEqual([]);
      },
      { entities: first },
    );
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.migrate({ message: 'longer', sqlBody: true });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const relations = `SELECT relname AS name FROM pg_class WHERE relnamespace = 'o'::regnamespace ORDER BY 1`;
        expect(await dataSource.query(relations)).toEqual(['above', 'child', 'm', 'v'].map((name) => ({ name })));
      },
      { entities: [entity('t', { n: { type: 'text' } })] },
    );
  });
});

describe('a body of SQL that was written for the schema of one tenant', () => {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    repository = temporaryDirectory();
  });
  afterEach(async () => {
    await database.drop();
    repository.remove();
  });

  const accounts = (values: string[], more: Record<string, EntitySchemaColumnOptions> = {}): EntitySchema =>
    entity('acc', {
      st: { type: 'enum', enum: values, default: 'new' },
      list: { type: 'enum', enum: values, array: true, nullable: true, enumName: 'marks' },
      ...more,
    });

  /** What only the database knows, on a table in a schema. */
  const dependOn = async (schema: string): Promise<void> => {
    const dataSource = await new DataSource(database.options).initialize();
    await dataSource.query(`SET search_path = ${schema};
      CREATE VIEW seen AS SELECT st FROM acc;
      CREATE MATERIALIZED VIEW kept AS SELECT st FROM seen; CREATE INDEX kept_st ON kept (st);
      COMMENT ON VIEW seen IS 'x';
      CREATE INDEX part ON acc (id) WHERE st = 'new';
      CREATE STATISTICS both_of ON id, st FROM acc;
      CREATE POLICY mine ON acc USING (st = 'new');
      CREATE RULE none AS ON DELETE TO acc WHERE old.st = 'old' DO INSTEAD NOTHING;
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
      CREATE TRIGGER touch BEFORE UPDATE OF st ON acc FOR EACH ROW EXECUTE FUNCTION f();
      ALTER TABLE acc ADD CONSTRAINT positive CHECK (id > 0 OR st = 'new');`);
    await dataSource.destroy();
  };

  it.each(['t1', undefined])('(%s) changes an enum in the schema of the one that it runs on', async (writer) => {
    const inSchema = <T>(
      schema: string | undefined,
      values: string[],
      work: Parameters<typeof withApplication<T>>[1],
    ): Promise<T> => {
      const options = { ...database.options, ...(schema !== undefined && { schema }) };
      return withApplication(
        {
          database: { ...database, options } as TestDatabase,
          entities: [accounts(values)],
          migrate: { directory: repository.directory },
        },
        work,
      );
    };
    for (const schema of [writer, 't2']) {
      await inSchema(schema, ['new', 'old', 'gone'], async ({ migrations }) => {
        await migrations.init().catch(() => undefined);
        if (schema === writer) await migrations.migrate();
        await migrations.upgrade();
      });
    }
    for (const schema of [writer ?? 'public', 't2']) await dependOn(schema);
    await inSchema(writer, ['new', 'old'], async ({ migrations }) => {
      const [written] = await migrations.migrate({ message: 'less', sqlBody: true });
      expect(readFileSync(written!.path, 'utf8')).not.toMatch(/\b(t1|public)"?\./);
    });
    await inSchema('t2', ['new', 'old'], async ({ migrations }) => {
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      await migrations.downgrade();
    });
    await inSchema(writer, ['new', 'old'], async ({ migrations }) => {
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
    });
  });
});
