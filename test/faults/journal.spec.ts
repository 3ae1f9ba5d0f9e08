import type { Operations } from '../../src/operations/operations.interface.js';
import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { subjects } from '../../src/dialects/contract/subjects.js';

const counted = 'UPDATE counter SET runs = runs + 1';

/** The revisions: the second one leaves the transaction of its run, and counts what it does. */
const calls: Readonly<Record<string, (op: Operations) => Promise<unknown>>> = {
  'rows in the transaction': (op) => op.execute(counted),
  'rows by the query runner': (op) => op.queryRunner.query(counted),
  'a table with an index': (op) =>
    op.createTable({
      name: 'made',
      columns: [{ name: 'c', type: 'integer' }],
      indices: [{ name: 'ix_made', columnNames: ['c'] }],
    }),
  'rows outside': (op) => op.autocommit(() => op.execute(counted)),
  'several outside': (op) =>
    op.autocommit(async () => {
      await op.execute(counted);
      await op.execute('VACUUM');
      await op.queryRunner.query(counted);
      await op.createTable({
        name: 'out',
        columns: [{ name: 'c', type: 'integer' }],
        indices: [{ name: 'ix_out', columnNames: ['c'] }],
      });
    }),
  'a transaction of its own outside': (op) =>
    op.autocommit(() =>
      op.manager.transaction(async (manager) => {
        await manager.query(counted);
        await manager.query(counted);
      }),
    ),
  'a concurrent index': (op) =>
    op.createIndex('counter', { name: 'ix_runs', columnNames: ['runs'], isConcurrent: true }),
  'rows at the end': (op) => op.execute(counted),
};
const WHOLE = 8;

describe.each(subjects)('the journal of a revision, on %s', (_, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  const history = (revise: (op: Operations) => Promise<unknown>): Revisions => ({
    a: async (op) => {
      await op.createTable({ name: 'counter', columns: [{ name: 'runs', type: 'integer' }] });
      await op.execute('INSERT INTO counter VALUES (0)');
    },
    b: async (op) => void (await revise(op)),
    c: (op) => op.execute(counted),
  });
  const all = async (op: Operations): Promise<void> => {
    for (const call of Object.values(calls)) await call(op);
  };
  const runs = async (): Promise<number> => Number((await database.query('SELECT runs FROM counter'))[0]?.['runs']);
  const openJournal = () => database.query('SELECT * FROM migrate_version_journal');

  const fails = (): Promise<never> => Promise.reject(new Error('it fails'));

  it('lets the next run go on behind what is done, wherever the revision fails', async () => {
    for (let place = 0; place <= Object.keys(calls).length; place += 1) {
      const failing = async (op: Operations): Promise<void> => {
        for (const call of Object.values(calls).slice(0, place)) await call(op);
        await fails();
      };
      const error = await database.failure(history(failing));
      expect(error.failure).toMatchObject({ reason: 'it fails' });
      await database.upgrade(history(all));
      expect(await runs()).toBe(WHOLE + 1);
      expect(await openJournal()).toEqual([]);
      await database.drop();
      database = await ContractDatabase.make(subject);
    }
  });
});
