import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { DataSource, EntitySchema } from 'typeorm';
import { type TestApplication, temporaryDirectory, withApplication } from '../support/application.js';
import { createSqliteDatabase, type TestDatabase } from '../support/databases.js';
import { Gate } from '../support/gate.js';

const author = new EntitySchema<{ id: number; name: string }>({
  name: 'author',
  columns: { id: { type: 'integer', primary: true, generated: 'increment' }, name: { type: 'varchar' } },
});

const createAuthor = `await op.createTable({
  name: 'author',
  columns: [
    { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
    { name: 'name', type: 'varchar' },
  ],
});`;
const addPhone = `await op.addColumn('author', { name: 'phone', type: 'varchar', isNullable: true });`;
const insertEve = `await op.execute("INSERT INTO author (name) VALUES ('Eve')");`;
// More than SQLite keeps in memory unless told to.
const addMuch = `await op.createTable({ name: 'pile', columns: [{ name: 'bytes', type: 'blob' }] });
  await op.execute(\`INSERT INTO pile SELECT zeroblob(1000000) FROM (VALUES ${Array.from({ length: 24 }, () => '(0)').join()})\`);`;
const pass = `await (await op.get('GATE')).pass();`;

describe.each([
  ['a rollback journal', {}],
  ['a WAL', { enableWAL: true }],
])('an application that serves while it is upgraded, on SQLite with %s', (_, journal) => {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;
  let gate: Gate;
  let atEnd: () => Promise<unknown>;

  beforeEach(async () => {
    database = await createSqliteDatabase();
    Object.assign(database.options, journal);
    repository = temporaryDirectory();
    gate = new Gate();
    atEnd = async () => undefined;
  });
  afterEach(async () => {
    await database.drop();
    repository.remove();
  });

  /** Serves at revision a1, with one author. */
  function serving(work: (application: TestApplication) => Promise<void>): Promise<void> {
    const providers = [
      { provide: 'GATE', useValue: gate },
      { provide: 'AUTHORS', inject: [DataSource], useFactory: (source: DataSource) => source.getRepository(author) },
    ];
    const onRunEnd = async (): Promise<void> => void (await atEnd());
    const migrate = { directory: repository.directory, runnerTimeout: 2000, onRunEnd };
    return withApplication({ database, entities: [author], migrate, providers }, async (application) => {
      await application.migrations.init();
      write('a1', null, createAuthor);
      await application.migrations.upgrade();
      await application.dataSource.getRepository(author).save({ name: 'Ada' });
      await work(application);
    });
  }

  function write(id: string, downRevision: string | null, upgrade: string): void {
    const lines = [
      `export const revision = '${id}';`,
      `export const downRevision = ${JSON.stringify(downRevision)};`,
      `export async function upgrade(op) { ${upgrade} }`,
      `export async function downgrade(op) {}`,
    ];
    writeFileSync(join(repository.directory, 'versions', `${id}.ts`), lines.join('\n'));
  }

  const namesOf = async ({ dataSource }: TestApplication): Promise<string[]> =>
    (await dataSource.getRepository(author).find({ order: { id: 'ASC' } })).map(({ name }) => name);

  it('gets an error at once for a write that cannot be made, and loses none to a run that fails', () =>
    serving(async (application) => {
      const { migrations, dataSource } = application;
      const authors = dataSource.getRepository(author);
      write('b2', 'a1', `${addPhone} ${insertEve} ${pass} throw new Error('no');`);
      const run = migrations.upgrade();
      run.catch(() => undefined);
      await gate.reached;

      const started = performance.now();
      await expect(authors.save({ name: 'Grace' })).rejects.toMatchObject({ driverError: { code: 'SQLITE_BUSY' } });
      await expect(
        dataSource.transaction(async (manager) => {
          expect(await manager.count(author)).toBe(1);
          await manager.save(author, { name: 'Grace' });
        }),
      ).rejects.toMatchObject({ driverError: { code: 'SQLITE_BUSY' } });
      expect(performance.now() - started).toBeLessThan(2000);
      expect(await namesOf(application)).toEqual(['Ada']);

      atEnd = () => authors.save({ name: 'Grace' });
      gate.release();
      await expect(run).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
      expect(await namesOf(application)).toEqual(['Ada', 'Grace']);
      expect(await dataSource.query('PRAGMA busy_timeout')).toEqual([{ timeout: 5000 }]);
      expect(await dataSource.query('PRAGMA foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    }));

  it('reads throughout, and sees what the run made when it is done', () =>
    serving(async ({ migrations, dataSource }) => {
      const columns = async (): Promise<string> =>
        Object.keys((await dataSource.query<object[]>('SELECT * FROM author'))[0]!).join();
      const breathe = 'await new Promise(setImmediate);';
      write('b2', 'a1', `${addPhone} ${addMuch} for (let n = 0; n < 20; n++) { ${insertEve} ${breathe} }`);
      const over = new AbortController();
      const run = migrations.upgrade().finally(() => over.abort());
      const seen: string[] = [];
      while (!over.signal.aborted) {
        seen.push(await columns());
        await nextTick();
      }
      await run;
      expect(seen.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'id,name'));
      expect(await columns()).toBe('id,name,phone');
    }));

  it('is not written to by a revision behind the back of the run', () =>
    serving(async (application) => {
      write('b2', 'a1', `${insertEve} await (await op.get('AUTHORS')).save({ name: 'Grace' });`);
      await expect(application.migrations.upgrade()).rejects.toMatchObject({
        failure: { databaseCode: 'SQLITE_BUSY', reason: 'SqliteError: database is locked' },
        hint: expect.stringContaining(
          'A revision writes on the connection of the run: with `op.execute`, `op.manager`',
        ),
      });
      expect(await namesOf(application)).toEqual(['Ada']);
    }));

  it('finishes its transaction first, and both are kept', () =>
    serving(async (application) => {
      const { migrations, dataSource } = application;
      write('b2', 'a1', `${addPhone} await new Promise((resolve) => setTimeout(resolve, 600));`);
      let run: Promise<unknown> = Promise.resolve();
      await dataSource.transaction(async (manager) => {
        expect(await manager.count(author)).toBe(1);
        run = migrations.upgrade();
        run.catch(() => undefined);
        await sleep(300);
        await manager.save(author, { name: 'Grace' });
      });
      await run;
      expect(await namesOf(application)).toEqual(['Ada', 'Grace']);
      expect(await migrations.status()).toMatchObject([{ upToDate: true }]);
    }));
});
