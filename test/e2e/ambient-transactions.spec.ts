import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSource, type EntityManager, EntitySchema, Repository } from 'typeorm';
import { startApplication, temporaryDirectory, type TestApplication } from '../support/application.js';
import { databases, type TestDatabase } from '../support/databases.js';

const note = new EntitySchema<{ id: number; text: string }>({
  name: 'note',
  columns: { id: { type: 'integer', primary: true }, text: { type: 'text' } },
});

/** The transaction that a call is in, by its asynchronous context. */
const ambient = new AsyncLocalStorage<EntityManager>();

/**
 * Does what `initializeTransactionalContext` and `addTransactionalDataSource` of typeorm-transactional do: `manager` of data sources and
 * repositories is that of the transaction which the call is in.
 */
function makeTransactional(dataSource: DataSource): () => void {
  const own = dataSource.manager;
  const managers = new WeakMap<object, EntityManager>();
  Object.defineProperty(dataSource, 'manager', { configurable: true, get: () => ambient.getStore() ?? own });
  Object.defineProperty(Repository.prototype, 'manager', {
    configurable: true,
    get(this: object) {
      return ambient.getStore() ?? managers.get(this);
    },
    set(this: object, manager: EntityManager) {
      managers.set(this, manager);
    },
  });
  const query = dataSource.query.bind(dataSource);
  dataSource.query = (sql, parameters, runner) => query(sql, parameters, runner ?? dataSource.manager.queryRunner);
  return () => void Reflect.deleteProperty(Repository.prototype, 'manager');
}

const runInTransaction = <T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> =>
  dataSource.transaction((manager) => ambient.run(manager, work));

const rows = [
  `await op.manager.getRepository('note').insert({ id: 1, text: 'repository' });`,
  `await op.manager.getRepository('note').extend({ add(row) { return this.save(row); } }).add({ id: 2, text: 'extended' });`,
  `await op.manager.transaction((manager) => manager.getRepository('note').save({ id: 3, text: 'nested' }));`,
  `await op.queryRunner.manager.getRepository('note').createQueryBuilder().insert().values({ id: 4, text: 'built' }).execute();`,
  `await op.manager.createQueryBuilder().insert().into('note').values({ id: 5, text: 'built' }).execute();`,
  `await op.manager.insert('note', { id: 6, text: 'manager' });`,
  `await op.manager.query("INSERT INTO note VALUES (7, 'query')");`,
];

describe.each(databases)(
  'a call inside a transaction of the application, which its context knows of, on %s',
  (name, make) => {
    const { directory, remove } = temporaryDirectory();
    let database: TestDatabase;
    let application: TestApplication;
    let restore: () => void;

    beforeAll(async () => {
      database = await make();
      const small = { ...database, options: { ...database.options, poolSize: 4 } } as TestDatabase;
      application = await startApplication({ database: small, entities: [note], migrate: { directory } });
      await application.migrations.init();
      mkdirSync(join(directory, 'versions'), { recursive: true });
      write(
        'a',
        'null',
        `await op.execute('CREATE TABLE note (id integer PRIMARY KEY, text text NOT NULL)');`,
        'DROP TABLE note',
      );
      write('b', `'a'`, rows.join('\n'), 'DELETE FROM note');
      restore = makeTransactional(application.dataSource);
    });

    afterAll(async () => {
      restore();
      await application.module.close();
      await database.drop();
      remove();
    });

    function write(id: string, previous: string, up: string, down: string): void {
      writeFileSync(
        join(directory, 'versions', `${id}.ts`),
        `export const revision = '${id}';
       export const downRevision = ${previous};
       export const branchLabels = null;
       export const dependsOn = null;
       export async function upgrade(op) { ${up} }
       export async function downgrade(op) { await op.execute('${down}'); }`,
      );
    }

    const inside = <T>(work: () => Promise<T>): Promise<T> => runInTransaction(application.dataSource, work);
    const texts = (): Promise<unknown> => application.dataSource.query('SELECT id FROM note ORDER BY id');
    const all = rows.map((_row, index) => ({ id: index + 1 }));

    if (name === 'sqlite') {
      // There is one connection for both, and one that writes.
      it('is refused, since it would wait for the transaction', async () => {
        const refused = inside(() => application.migrations.upgrade());
        await expect(refused).rejects.toMatchObject({ code: 'APPLICATION_TRANSACTION' });
        await expect(application.migrations.status()).resolves.toMatchObject([{ current: [] }]);
      });
    } else {
      it('runs on its own connection, with all that a revision does', async () => {
        const { migrations } = application;
        await expect(inside(() => migrations.upgrade())).resolves.toMatchObject([{ current: ['b'] }]);
        expect(await texts()).toEqual(all);
        await expect(inside(() => migrations.status())).resolves.toMatchObject([{ current: ['b'], upToDate: true }]);
        await inside(() => migrations.check());
        await inside(() => migrations.verify());
        await expect(inside(() => migrations.downgrade('base'))).resolves.toMatchObject([{ current: [] }]);
      });

      it('keeps what it has done where the transaction is rolled back', async () => {
        const { migrations } = application;
        const failing = inside(async () => {
          await migrations.upgrade();
          throw new Error('the request fails');
        });
        await expect(failing).rejects.toThrow('the request fails');
        expect(await texts()).toEqual(all);
        await migrations.downgrade('base');
      });
    }

    it('is a part of the transaction where it is given its query runner', async () => {
      const { migrations, dataSource } = application;
      const failing = inside(async () => {
        await migrations.upgrade('head', { queryRunner: dataSource.manager.queryRunner });
        expect(await texts()).toEqual(all);
        throw new Error('the request fails');
      });
      await expect(failing).rejects.toThrow('the request fails');
      await expect(migrations.status()).resolves.toMatchObject([{ current: [] }]);
    });

    if (name === 'postgres') {
      it('ends in an error where the pool has no connection but that of the transaction', async () => {
        const { migrations, dataSource } = application;
        const calls = migrations.with({ connectTimeout: 300 });
        const taken = Array.from({ length: 3 }, () => dataSource.createQueryRunner());
        for (const runner of taken) await runner.connect();
        for (const call of [() => calls.upgrade(), () => calls.current(), () => calls.check()]) {
          await expect(inside<unknown>(call)).rejects.toMatchObject({ code: 'NO_CONNECTION', waitedMs: 300 });
        }
        const waiting = inside(() => migrations.upgrade('head', { signal: AbortSignal.timeout(100) }));
        await expect(waiting).rejects.toMatchObject({ code: 'RUN_ABORTED' });
        for (const runner of taken) await runner.release();
        // Those that came too late went back to the pool.
        const all = Array.from({ length: 4 }, () => dataSource.createQueryRunner());
        for (const runner of all) await runner.connect();
        for (const runner of all) await runner.release();
      });
    }

    it('writes nothing for a script', async () => {
      const { migrations, dataSource } = application;
      await migrations.upgrade('a');
      write('c', `'b'`, rows[0] ?? '', 'SELECT 1');
      const [result] = await inside(() => migrations.upgrade('b:c', { sql: true }));
      expect(result?.sql).toContain('repository');
      expect(await dataSource.query('SELECT * FROM note')).toEqual([]);
    });
  },
);
