import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { subjects } from '../../src/dialects/contract/subjects.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { type RunRequest, writeScript } from '../../src/runtime/index.js';
import { Fuse } from './fuse.js';
import { settings, TestHistory } from './history.js';

const ROWS = 25;
const filled = 'UPDATE item SET runs = runs + 1';

describe.each(subjects)('op.inBatches, on %s', (name, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  /** A revision that makes 25 rows, and one that fills them. */
  const history = (revise: (op: Operations) => Promise<unknown>): Revisions => ({
    a: async (op) => {
      await op.createTable({
        name: 'item',
        columns: [
          { name: 'id', type: 'bigint', isPrimary: true },
          { name: 'runs', type: 'integer' },
        ],
      });
      await op.bulkInsert(
        'item',
        Array.from({ length: ROWS }, (_row, id) => ({ id, runs: 0 })),
      );
    },
    b: async (op) => void (await revise(op)),
    c: (op) => op.execute('UPDATE item SET runs = runs + 100 WHERE id = 0'),
  });
  const counts = async (): Promise<readonly number[]> =>
    (await database.query('SELECT runs FROM item ORDER BY id')).map(({ runs }) => Number(runs));
  const once = [101, ...Array.from({ length: ROWS - 1 }, () => 1)];
  const openJournal = () => database.query('SELECT state, statements FROM migrate_version_journal');

  it('runs a statement for each row once, whatever the size of a batch is', async () => {
    for (const size of [1, 7, ROWS, 1000]) {
      await database.upgrade(history((op) => op.inBatches({ table: 'item', size }, filled)));
      expect({ size, counts: await counts() }).toEqual({ size, counts: once });
      await database.drop();
      database = await ContractDatabase.make(subject);
    }
  });

  it('goes on behind its last batch where it fails, unless the statement is another one then', async () => {
    const bad = 'UPDATE item SET runs = CASE WHEN id = 20 AND runs < 5 THEN NULL ELSE runs + 1 END';
    const failing = (size: number): Revisions => history((op) => op.inBatches({ table: 'item', size }, bad));
    await database.failure(failing(10));
    expect(await counts()).toEqual([...Array.from({ length: 20 }, () => 1), 0, 0, 0, 0, 0]);
    expect(await openJournal()).toMatchObject([{ state: 'failed', statements: 2 }]);
    const other = await database.failure(history((op) => op.inBatches({ table: 'item' }, filled)));
    expect(other).toMatchObject({ code: 'JOURNAL_MISMATCH' });
    await database.query('UPDATE item SET runs = 5 WHERE id = 20');
    await database.upgrade(failing(3));
    expect(await counts()).toEqual(once.map((count, id) => (id === 20 ? 6 : count)));
    expect(await openJournal()).toEqual([]);
  });

  it('goes on behind its last batch when it was stopped between two', async () => {
    const controller = new AbortController();
    const slow = history((op) => op.inBatches({ table: 'item', size: 10, pause: 10_000 }, filled));
    const started = Date.now();
    const onStatement: RunRequest['onStatement'] = ({ sql, state }) => {
      if (sql.startsWith('UPDATE item') && state === 'done') setTimeout(() => controller.abort('SIGTERM'), 200);
    };
    const error = await database.failure(slow, { signal: controller.signal, onStatement } as Partial<RunRequest>);
    expect(error).toMatchObject({ code: 'RUN_ABORTED' });
    expect(Date.now() - started).toBeLessThan(5000);
    expect(await counts()).toEqual(Array.from({ length: ROWS }, (_row, id) => (id < 10 ? 1 : 0)));
    expect(await openJournal()).toMatchObject([{ state: 'failed', statements: 1 }]);
    await database.upgrade(history((op) => op.inBatches({ table: 'item', size: 10 }, filled)));
    expect(await counts()).toEqual(once);
    expect(await openJournal()).toEqual([]);
  });

  it('reaches the end with each row done once, where a run died at any statement', async () => {
    const both = history(async (op) => {
      await op.inBatches({ table: 'item', size: 10 }, filled);
    });
    for (let at = 60; ; at += 7) {
      const fuse = new Fuse(database.dataSource, at, at % 2 === 0);
      const died = await database.upgrade(both).then(
        () => false,
        () => true,
      );
      fuse.remove();
      await database.reconnect();
      await database.upgrade(both);
      expect({ at, counts: await counts() }).toEqual({ at, counts: once });
      if (!died) break;
      await database.drop();
      database = await ContractDatabase.make(subject);
    }
  }, 60_000);

  it('goes by several columns, by columns that are named, and by large numbers and texts', async () => {
    const big = '9007199254740993';
    await database
      .upgrade({
        a: async (op) => {
          await op.createTable({
            name: 'pair',
            columns: [
              {
                name: 'a',
                type: 'bigint',
                isPrimary: true,
              },
              {
                name: 'b',
                type: 'varchar',
                length: '20',
                isPrimary: true,
              },
              {
                name: 'c',
                type: 'integer',
              },
              {
                name: 'runs',
                type: 'integer',
              },
            ],
          });
          const keys = [
            [1, "it's"],
            [1, 'b\\c'],
            [2, ''],
            [2, 'é'],
            [big, 'a'],
          ] as const;
          for (const [c, [a, b]] of keys.entries())
            await op.bulkInsert('pair', [
              {
                a,
                b,
                c,
                runs: 0,
              },
            ]);
        },
        b: async (op) => {
          await op.inBatches(
            {
              table: 'pair',
              size: 2,
            },
            'UPDATE pair AS p SET runs = runs + 1 WHERE p.runs < 10',
          );
          await op.inBatches(
            {
              table: 'pair',
              size: 1,
              key: ['c'],
            },
            'UPDATE pair SET runs = runs + 10',
          );
          await op.inBatches(
            {
              table: 'pair',
              size: 3,
            },
            'DELETE FROM pair WHERE c = 4',
          );
          await op.inBatches(
            {
              table: 'pair',
              size: 2,
            },
            `INSERT INTO copy (id) SELECT c FROM pair WHERE {batch}`,
          );
        },
      } as Revisions)
      .catch(async (error: unknown) => {
        // The copy is made by the test, so that its absence is a failure of the last statement only.
        if (!String((error as Error).message).includes('copy')) throw error;
      });
    expect((await database.query('SELECT runs FROM pair ORDER BY c')).map(({ runs }) => Number(runs))).toEqual([
      11, 11, 11, 11,
    ]);
  });

  it('comes to its end by a key that many rows have, and is refused for one that can be NULL', async () => {
    const create = (op: Operations): Promise<void> =>
      op.createTable({
        name: 'item',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true },
          { name: 'kind', type: 'integer' },
          { name: 'runs', type: 'integer', isNullable: true },
        ],
      });
    const kinds = [1, 1, 1, 1, 2, 3, 3, 3, 3];
    await database.upgrade({
      a: async (op) => {
        await create(op);
        await op.bulkInsert(
          'item',
          kinds.map((kind, id) => ({ id, kind, runs: 0 })),
        );
      },
      b: (op) => op.inBatches({ table: 'item', size: 2, key: ['kind'] }, filled),
    });
    expect(await counts()).toEqual(kinds.map(() => 1));
    const error = await database.failure({
      c: (op) => op.inBatches({ table: 'item', key: ['kind', 'runs'] }, filled),
    } as Revisions);
    expect(error.message).toContain("'runs' of 'item' can be NULL");
  }, 20_000);

  it('goes by bytes', async () => {
    const type = { postgres: 'bytea', sqlite: 'blob', mysql: 'binary' }[subject.dialect.name];
    const length = subject.dialect.name === 'mysql' ? { length: '2' } : {};
    await database.upgrade({
      a: async (op) => {
        const columns = [
          { name: 'id', type, ...length, isPrimary: true },
          { name: 'runs', type: 'integer' },
        ];
        await op.createTable({ name: 'bytes', columns });
        const rows = [0, 39, 92, 255].map((byte) => ({ id: Buffer.from([byte, 39]), runs: 0 }));
        await op.bulkInsert('bytes', rows);
        await op.inBatches({ table: 'bytes', size: 1 }, 'UPDATE bytes SET runs = runs + 1');
      },
    });
    const rows = await database.query('SELECT runs FROM bytes');
    expect(rows.map(({ runs }) => runs)).toEqual([1, 1, 1, 1]);
  });

  it('is refused where nothing orders the rows, and where the statement has no place for the condition', async () => {
    const table = { name: 'bare', columns: [{ name: 'id', type: 'integer' }] };
    const create = (op: Operations): Promise<void> => op.createTable(table);
    if (subject.dialect.name === 'sqlite') {
      await database.upgrade({ a: create, b: (op) => op.inBatches({ table: 'bare' }, 'DELETE FROM bare') });
    } else {
      const error = await database.failure({
        a: create,
        b: (op) => op.inBatches({ table: 'bare' }, 'DELETE FROM bare'),
      });
      expect(error.message).toContain("'bare' has no primary key");
    }
    const none = (op: Operations): Promise<void> => op.inBatches({ table: 'bare', key: ['id'] }, 'SELECT 1');
    expect((await database.failure({ a: create, b: none, c: none })).message).toContain('no place for the condition');
    for (const options of [{ table: 'bare', size: 0 }, { table: 'bare', pause: -1 }, { table: 'bare', key: [] }, {}]) {
      const wrong = (op: Operations): Promise<void> => op.inBatches(options as never, 'DELETE FROM bare');
      const failed = await database.failure({ a: create, b: create, c: create, [JSON.stringify(options)]: wrong });
      expect(failed.message).toMatch(/op\.inBatches|bare/);
    }
  });

  it('is a block that commits by itself, or one statement, in a script', async () => {
    const revisions = history((op) => op.inBatches({ table: 'item', size: 10, pause: 1 }, filled));
    const test = new TestHistory(revisions);
    const { sql } = await writeScript({
      dataSource: database.dataSource,
      dataSourceName: 'default',
      dialect: subject.dialect,
      settings,
      plan: test.upgrade([]),
      history: [],
      startRows: [],
      load: test.load,
      get: () => Promise.reject(new Error('none')),
    } as never);
    // As psql sends it: statement by statement.
    for (const part of name === 'postgres' ? (sql ?? '').split(/;\n\n/) : [sql ?? '']) await database.runScript(part);
    expect(await counts()).toEqual(once);
    if (name === 'postgres') expect(sql).toContain('COMMIT;');
  });
});
