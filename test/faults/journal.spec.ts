import type { Operations } from '../../src/operations/operations.interface.js';
import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { Fuse } from './fuse.js';
import { TestHistory } from './history.js';
import type { RunRequest } from '../../src/runtime/index.js';
import { subjects } from '../../src/dialects/contract/subjects.js';

/** A statement that is in no transaction, and does the same when it runs again. */
const alone: Readonly<Record<string, string>> = { mysql: 'OPTIMIZE TABLE counter' };

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
      await op.execute(alone[op.context.dialect] ?? 'VACUUM');
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

/** A run has some 300 statements. */
const STRIDE = 13;

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

  /** Runs until the process dies at its n-th statement. @returns whether it died, and did not come to its end before */
  const dies = async (at: number, isDone: boolean): Promise<boolean> => {
    const fuse = new Fuse(database.dataSource, at, isDone);
    try {
      return await database.upgrade(history(all)).then(
        () => false,
        () => true,
      );
    } finally {
      fuse.remove();
    }
  };

  // On PostgreSQL `npm run test:faults` does so with processes.
  if (subject.dialect.name !== 'postgres') {
    it.each([
      ['before', false, 1],
      ['behind', true, 5],
    ])(
      'lets the next run reach the end, where one died %s a statement',
      async (_where, isDone, first) => {
        for (let at = first; await dies(at, isDone); at += STRIDE) {
          await database.reconnect();
          const { current } = await database.upgrade(history(all));
          expect({ at, runs: await runs(), current }).toEqual({ at, runs: WHOLE + 1, current: ['c'] });
          expect((await database.history()).filter(({ finished }) => finished !== 1)).toEqual([]);
          await database.drop();
          database = await ContractDatabase.make(subject);
        }
      },
      120_000,
    );
  }

  describe('of a revision that failed behind its second statement', () => {
    const two = async (op: Operations): Promise<void> => {
      await op.execute(counted);
      await op.autocommit(() => op.execute('UPDATE counter SET runs = runs + 10'));
    };
    const resume = (revise: (op: Operations) => Promise<unknown>, resumeFrom?: number) =>
      database.upgrade(history(revise), resumeFrom === undefined ? {} : { resumeFrom });
    beforeEach(async () => {
      await database.failure(
        history(async (op) => {
          await two(op);
          await fails();
        }),
      );
    });

    it('takes a correction of what is not done', async () => {
      await resume(async (op) => {
        await two(op);
        await op.execute('UPDATE counter SET runs = runs + 100');
      });
      expect(await runs()).toBe(112);
    });

    it('stops where what is done was changed, and goes on from where it is told to', async () => {
      expect(await runs()).toBe(11);
      const changed = async (op: Operations): Promise<void> => {
        await op.execute('UPDATE counter SET runs = runs + 1000');
        await op.autocommit(() => op.execute('UPDATE counter SET runs = runs + 2000'));
      };
      await expect(resume(changed)).rejects.toMatchObject({
        code: 'JOURNAL_MISMATCH',
        revision: 'b',
        direction: 'upgrade',
        statement: { number: 1, statement: counted },
        found: 'UPDATE counter SET runs = runs + 1000',
        hint: expect.stringMatching(/1\. UPDATE counter.*2\. UPDATE.*db upgrade --resume-from 3`.*db stamp b`/),
      });
      expect(await runs()).toBe(11);
      await resume(changed, 2);
      expect(await runs()).toBe(2012);
      expect(await openJournal()).toEqual([]);
    });

    it('begins from its start where it is told to', async () => {
      await resume(two, 1);
      expect(await runs()).toBe(23);
    });

    it('refuses a number that it has not come to, and one where nothing is left in its middle', async () => {
      await expect(resume(two, 4)).rejects.toMatchObject({ code: 'RESUME_FROM', hint: 'A number from 1 to 3.' });
      await resume(two, 3);
      expect(await runs()).toBe(12);
      await expect(resume(two, 1)).rejects.toMatchObject({ code: 'RESUME_FROM' });
    });

    it('stops where it is not known whether a statement was done', async () => {
      await database.query(`UPDATE migrate_version_journal SET state = 'begun', done_at = NULL WHERE number = 2`);
      const stopped = resume(two);
      await expect(stopped).rejects.toMatchObject({
        code: 'STATEMENT_UNDER_WAY',
        statement: { number: 2 },
        hint: expect.stringMatching(/If it was: `.*--resume-from 3`; if not: `.*--resume-from 2`/),
      });
      await resume(two, 2);
      expect(await runs()).toBe(22);
    });

    it('runs again what is harmless', async () => {
      const statement = alone[subject.dialect.name] ?? 'VACUUM';
      await database.query(
        `UPDATE migrate_version_journal SET state = 'begun', statement = '${statement}' WHERE number = 2`,
      );
      await resume(two);
      expect(await runs()).toBe(22);
    });

    const stamp: RunRequest['plan'] = (rows) => [{ kind: 'stamp', from: rows, to: rows, rowChanges: [], rows }];

    it('stays after steps of other branches', async () => {
      const revision = { id: 'x', downRevisions: [], dependsOn: [], branchLabels: [], message: '', doc: '' };
      const plan: RunRequest['plan'] = (rows) => [
        { kind: 'downgrade', revision, from: ['x'], to: [], rowChanges: [], rows },
        ...stamp(['x']).map((step) => ({ ...step, rows })),
      ];
      const areRelated = (one: string, other: string): boolean => (one === 'x') === (other === 'x');
      const { notices } = await database.upgrade({}, { plan, areRelated });
      expect(notices).toEqual([]);
      await resume(two);
      expect(await runs()).toBe(12);
    });

    it('is in the way of a downgrade, unless that abandons it', async () => {
      const down = (target?: string) => (rows: readonly string[]) =>
        new TestHistory(history(two)).downgrade(rows, target);
      for (const target of [undefined, 'base']) {
        await expect(database.upgrade(history(two), { plan: down(target) })).rejects.toMatchObject({
          code: 'REVISION_HALF_DONE',
          revision: 'b',
          direction: 'upgrade',
          other: { revision: 'a', direction: 'downgrade' },
          hint: expect.stringMatching(/1\. UPDATE counter.*2\. UPDATE.*db upgrade b`.*db downgrade --abandon`/),
        });
      }
      expect(await runs()).toBe(11);
      const { notices, current } = await database.upgrade(history(two), { plan: down(), abandon: true });
      expect({ notices, current }).toEqual({
        notices: [expect.stringContaining('The upgrade of b had been left in its middle')],
        current: [],
      });
      expect(await openJournal()).toEqual([]);
    });

    it('is in the way of an upgrade when it was a downgrade', async () => {
      await resume(two);
      const { c, ...rest } = history(two);
      const broken = {
        ...rest,
        c: { ...(c as object), downgrade: async (op: Operations) => (await two(op), fails()) },
      };
      await database.failure(broken, { plan: (rows) => new TestHistory(broken).downgrade(rows, 'b') });
      await expect(database.upgrade({ ...broken, d: async () => undefined })).rejects.toMatchObject({
        code: 'REVISION_HALF_DONE',
        revision: 'c',
        direction: 'downgrade',
        other: { revision: 'd', direction: 'upgrade' },
        hint: expect.stringContaining('`npx nest-cmd db downgrade` goes on'),
      });
      await database.upgrade(
        { ...broken, c: { downgrade: two } },
        { plan: (rows) => new TestHistory({ ...broken, c: { downgrade: two } }).downgrade(rows, 'b') },
      );
      expect(await openJournal()).toEqual([]);
    });

    it('is void after a stamp', async () => {
      const plan = stamp;
      const { notices } = await database.upgrade({}, { plan });
      expect(notices).toEqual([
        expect.stringContaining('The upgrade of b had been left in its middle, with its statements up to 2'),
      ]);
      await resume(two);
      expect(await runs()).toBe(23);
    });
  });

  it('goes on behind a statement that failed by itself outside, where it is told to', async () => {
    const failing = history((op) =>
      op.autocommit(async () => {
        await op.execute(counted);
        await op.execute('INSERT INTO nowhere VALUES (1)');
        await op.execute(counted);
      }),
    );
    await database.failure(failing);
    await expect(database.upgrade(failing, { resumeFrom: 4 })).rejects.toMatchObject({ hint: 'A number from 1 to 3.' });
    await database.upgrade(failing, { resumeFrom: 3 });
    expect(await runs()).toBe(3);
  });

  it('answers the queries of what is done as they were answered', async () => {
    const asking = (last: () => Promise<unknown>) => async (op: Operations) => {
      const rows = (await op.queryRunner.query('SELECT runs FROM counter')) as { runs: number }[];
      if (Number(rows[0]?.runs) === 0) await op.autocommit(() => op.queryRunner.query(counted));
      await last();
    };
    await database.failure(history(asking(fails)));
    await database.upgrade(history(asking(async () => undefined)));
    expect(await runs()).toBe(2);
  });

  it('answers a query as in the last run that sent it', async () => {
    const adding = (table: string, last: () => Promise<unknown>) => async (op: Operations) => {
      const rows = (await op.queryRunner.query('SELECT runs FROM counter')) as { runs: number }[];
      await op.autocommit(() => op.execute(`UPDATE ${table} SET runs = runs + ${Number(rows[0]?.runs)}`));
      await last();
    };
    await database.failure(history(adding('nowhere', fails)));
    await database.query('UPDATE counter SET runs = 5');
    await database.failure(history(adding('counter', fails)));
    expect(await runs()).toBe(10);
    await database.upgrade(history(adding('counter', async () => undefined)));
    expect(await runs()).toBe(11);
  });

  it('records a correction of a call that was sent in parts', async () => {
    const making = (type: string, last: () => Promise<unknown>) => async (op: Operations) => {
      await op.createTable({
        name: 'made',
        columns: [{ name: 'c', type: 'integer', default: type }],
        indices: [{ name: 'ix_made', columnNames: ['c'] }],
      });
      await op.autocommit(() => op.execute(counted));
      await last();
    };
    await database.failure(history(making('nosuch(', fails)));
    await database.failure(history(making('1', fails)));
    await database.upgrade(history(making('1', async () => undefined)));
    expect(await runs()).toBe(2);
  });

  it('does not go on without a temporary table', async () => {
    const temporary = (last: () => Promise<unknown>) => async (op: Operations) => {
      await op.execute('CREATE TEMPORARY TABLE kept (id integer)');
      await op.autocommit(() => op.execute(counted));
      await last();
    };
    await database.failure(history(temporary(fails)));
    const again = history(temporary(async () => undefined));
    await expect(database.upgrade(again)).rejects.toMatchObject({
      code: 'TEMPORARY_TABLE_LOST',
      statement: { number: 1 },
    });
    await database.upgrade(again, { resumeFrom: 3 });
    expect(await runs()).toBe(2);
  });

  it.each([
    ['CREATE TEMPORARY TABLE kept (id integer)', 'DROP TABLE kept'],
    ['/* of */ create temporary table IF NOT EXISTS "kept" (id integer)', 'DROP TABLE IF EXISTS kept'],
  ])('goes on without a temporary table that is dropped, made by %s', async (made, dropped) => {
    const temporary = (last: () => Promise<unknown>) => async (op: Operations) => {
      await op.execute(subject.dialect.name === 'mysql' ? made.replaceAll('"', '`') : made);
      await op.execute(dropped);
      await op.autocommit(() => op.execute(counted));
      await last();
    };
    await database.failure(history(temporary(fails)));
    await database.upgrade(history(temporary(async () => undefined)));
    expect(await runs()).toBe(2);
  });

  if (subject.dialect.name === 'postgres') {
    it('goes on with a temporary table where the transaction begins again in the same session', async () => {
      const holder = database.dataSource.createQueryRunner();
      const revised = history(async (op) => {
        await op.execute('CREATE TEMP TABLE kept (id integer)');
        await op.autocommit(() => op.execute(counted));
        if (holder.isReleased) await op.execute('INSERT INTO kept VALUES (1)');
        else {
          await holder.startTransaction();
          await holder.query('SELECT * FROM counter');
        }
        await op.addColumn('counter', { name: 'more', type: 'integer', isNullable: true });
      });
      const settings = { ...database.request().settings, lockTimeout: 50 };
      const onLockWait = async (): Promise<void> => {
        await holder.rollbackTransaction();
        await holder.release();
      };
      await database.upgrade(revised, { settings, onLockWait: () => void onLockWait() });
      expect(await runs()).toBe(2);
    });

    it('goes on without a temporary table that ended with its transaction', async () => {
      const revise = (last: () => Promise<unknown>) => async (op: Operations) => {
        await op.execute('CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT 1 AS id');
        await op.autocommit(() => op.execute(counted));
        await last();
      };
      await database.failure(history(revise(fails)));
      await database.upgrade(history(revise(async () => undefined)));
      expect(await runs()).toBe(2);
    });

    it.each([
      'SELECT 1 AS id INTO TEMP kept',
      'CREATE TABLE pg_temp.kept (id integer)',
      'CREATE OR REPLACE TEMP VIEW kept AS SELECT 1',
    ])('does not go on without what %s has made', async (made) => {
      const revise = async (op: Operations): Promise<void> => {
        await op.queryRunner.query(made);
        await op.autocommit(() => op.execute(counted));
        await fails();
      };
      await database.failure(history(revise));
      await expect(database.upgrade(history(revise))).rejects.toMatchObject({ code: 'TEMPORARY_TABLE_LOST' });
    });
  }

  it('writes nothing for a revision that stays in its transaction', async () => {
    await database.upgrade(history((op) => op.execute(counted)));
    const made = subject.dialect.transactions === 'rows';
    expect((await database.objectsOfRuns()).includes('migrate_version_journal')).toBe(made);
  });
});
