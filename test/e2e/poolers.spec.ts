import { Client } from 'pg';
import { EntitySchema } from 'typeorm';
import type { MigrateModuleOptions } from '../../src/index.js';
import { temporaryDirectory, type TestApplication, withApplication } from '../support/application.js';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { describeWithPgBouncer, PgBouncer, Traffic } from '../support/pgbouncer.js';

const note = new EntitySchema<{ id: number; title: string }>({
  name: 'note',
  columns: { id: { type: 'int', primary: true, generated: 'increment' }, title: { type: 'varchar' } },
  indices: [{ name: 'ix', columns: ['title'] }],
});

describeWithPgBouncer('an application behind a transaction pool, with a schema of its own', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let traffic: Traffic;
  let direct: Client;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    bouncer = await PgBouncer.to(database.url, { mode: 'transaction' });
    traffic = new Traffic(bouncer.url);
    direct = new Client(database.url);
    await direct.connect();
    repository = temporaryDirectory();
  });

  afterEach(async () => {
    await traffic.stop();
    await direct.end();
    await bouncer.stop();
    await database.drop();
    repository.remove();
  });

  const inApplication = <T>(
    work: (application: TestApplication) => Promise<T>,
    migrate: object = {},
    entities: EntitySchema[] = [note],
  ): Promise<T> => {
    const options = { type: 'postgres' as const, url: bouncer.url, schema: 'shop' };
    return withApplication(
      {
        database: { ...database, options },
        entities,
        migrate: { directory: repository.directory, ...migrate } as MigrateModuleOptions,
      },
      work,
    );
  };

  it('is asked and changed in that schema, whatever the other schemas have', async () => {
    // What another application has left in the schema that the connection finds first.
    await direct.query(`
      CREATE TABLE public.migrate_version (version_num varchar(32) PRIMARY KEY);
      INSERT INTO public.migrate_version VALUES ('another');
      CREATE TABLE public.note (id integer, title varchar)`);
    await inApplication(async ({ migrations, dataSource }) => {
      await migrations.init();
      await migrations.migrate({ message: 'notes' });
      expect(await migrations.status()).toMatchObject([{ state: 'behind', current: [] }]);
      const [run] = await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      expect(await migrations.current()).toMatchObject([{ revisions: run?.current.map((revision) => ({ revision })) }]);
      expect(await migrations.log()).toMatchObject(
        run?.steps.map(({ revision }) => ({ revision, result: 'done' })) ?? [],
      );
      expect(await migrations.verify()).toMatchObject([{ findings: [] }]);
      await dataSource.getRepository(note).insert({ title: 'one' });
      await migrations.downgrade('base');
      expect(await migrations.status()).toMatchObject([{ state: 'behind', current: [] }]);
    });
    expect((await direct.query('SELECT version_num FROM public.migrate_version')).rows).toEqual([
      { version_num: 'another' },
    ]);
    const { rows } = await direct.query(
      `SELECT n.nspname AS schema, relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE n.nspname IN ('public', 'shop') AND relkind = 'r' ORDER BY 1, 2`,
    );
    expect(rows.map(({ schema, name }) => `${String(schema)}.${String(name)}`)).toEqual([
      'public.migrate_version',
      'public.note',
      'shop.migrate_version',
      'shop.migrate_version_history',
      'shop.migrate_version_lock',
    ]);
  });

  it('changes a table in use in its online form, each batch in a transaction of its own', async () => {
    await inApplication(async ({ migrations, dataSource }) => {
      await migrations.init();
      await migrations.migrate({ message: 'notes' });
      await migrations.upgrade();
      await dataSource.query(`INSERT INTO shop.note (title) SELECT 'a' FROM generate_series(1, 2100)`);
    });
    const filled = new EntitySchema<{ id: number; title: string; token: string }>({
      ...note.options,
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        title: { type: 'varchar' },
        token: { type: 'uuid', default: () => 'gen_random_uuid()', unique: true },
      },
    });
    const [run] = await inApplication(
      async ({ migrations }) => {
        await migrations.migrate({ message: 'tokens', online: true });
        const runs = await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        return runs;
      },
      {},
      [filled],
    );
    expect(run?.steps).toHaveLength(1);
    const { rows } = await direct.query('SELECT count(DISTINCT token)::int AS n FROM shop.note');
    expect(rows).toEqual([{ n: 2100 }]);
  });

  it('takes the lock that its option names', async () => {
    const upgrade = inApplication(
      async ({ migrations }) => {
        await migrations.init();
        await migrations.migrate({ message: 'notes' });
        await migrations.upgrade();
      },
      { lock: 'session' },
    );
    await expect(upgrade).rejects.toMatchObject({ code: 'POOLED_CONNECTION' });
  });
});
