import type { Dialect } from '../../src/dialects/dialect.js';
import type { Operations, RevisionFunction } from '../../src/operations/operations.interface.js';
import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { settings } from './history.js';
import { subjects, subjectsWith } from '../../src/dialects/contract/subjects.js';

/** Transactions that a revision begins and ends itself, outside that of its run. */
describe.each(subjects)('the transactions of a revision itself, on %s', (name, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  const added = (amount: number): string => `UPDATE counter SET runs = runs + ${amount}`;
  const add =
    (amount: number) =>
    (op: Operations): Promise<unknown> =>
      op.execute(added(amount));
  const history = (revise: (op: Operations) => Promise<unknown>): Revisions => ({
    a: async (op) => {
      await op.execute('CREATE TABLE counter (runs integer)');
      await op.execute('INSERT INTO counter VALUES (0)');
      if (name !== 'mysql') await op.execute(`CREATE TABLE node (id integer PRIMARY KEY, ${parent})`);
    },
    b: async (op) => void (await revise(op)),
  });
  const parent = 'parent integer REFERENCES node (id) DEFERRABLE INITIALLY DEFERRED';
  const fails = (): Promise<never> => Promise.reject(new Error('it fails'));
  const runs = async (): Promise<number> => Number((await database.query('SELECT runs FROM counter'))[0]?.['runs']);

  /** Runs the revision with an error at its end, and then without. @returns what both have added */
  const twice = async (revise: (op: Operations) => Promise<unknown>): Promise<number> => {
    const error = await database.failure(
      history(async (op) => {
        await revise(op);
        await fails();
      }),
    );
    expect(error).toMatchObject({ failure: { reason: 'it fails' } });
    await database.upgrade(history(revise));
    expect(await database.query('SELECT * FROM migrate_version_journal')).toEqual([]);
    return runs();
  };
  const caught = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => Promise.reject(new Error('it was expected to be refused')),
      (error: unknown) => error,
    );

  const whole = subject.dialect.transactions === 'whole';
  /** MySQL forgets a savepoint for another one of its name. */
  const inner = name === 'mysql' ? 't' : 's';
  const orphan = 'INSERT INTO node VALUES (1, 2)';
  /** SQLite enforces no foreign key in a run, unless it is asked for that. */
  const enforce = (op: Operations): Promise<unknown> =>
    name === 'postgres' ? Promise.resolve() : op.execute('PRAGMA foreign_keys = ON');
  /** SQLite keeps a transaction open whose COMMIT it refuses. */
  const rollback = (op: Operations): Promise<unknown> =>
    name === 'postgres' ? Promise.resolve() : op.execute('ROLLBACK');

  // MySQL refuses no COMMIT, and nothing of the kind is sent.
  const refusals: readonly [string, (op: Operations) => Promise<unknown>][] = [
    [
      'SQL',
      async (op) => {
        await op.execute('BEGIN');
        await op.execute(added(1));
        await op.execute(orphan);
        await caught(op.execute('COMMIT'));
        await rollback(op);
      },
    ],
    [
      'the query runner',
      async (op) => {
        await op.queryRunner.query('BEGIN');
        await op.queryRunner.query(added(1));
        await op.queryRunner.query(orphan);
        await caught(op.queryRunner.query('COMMIT'));
        await rollback(op);
      },
    ],
    [
      'TypeORM',
      (op) =>
        caught(
          op.manager.transaction(async (manager) => {
            await manager.query(added(1));
            await manager.query(orphan);
          }),
        ),
    ],
    [
      'a statement',
      async (op) => {
        await op.execute(added(1));
        await caught(op.execute(orphan));
      },
    ],
    [
      'an operation',
      async (op) => {
        const rows = Array.from({ length: 2000 }, (_row, id) => ({ id, parent: 1_000_000, extra: 'x'.repeat(500) }));
        await op.execute(added(1));
        await caught(
          op.bulkInsert(
            'node',
            rows.map(({ id, parent }) => ({ id, parent })),
          ),
        );
      },
    ],
  ];
  const mayRefuse = name !== 'mysql';
  if (mayRefuse)
    it.each(refusals)('are recorded behind one whose COMMIT is refused, of %s', async (kind, refused) => {
      await expect(
        twice((op) =>
          op.autocommit(async () => {
            await enforce(op);
            await refused(op);
            await add(10)(op);
          }),
        ),
      ).resolves.toBe(kind === 'a statement' || kind === 'an operation' ? 11 : 10);
    });

  if (name === 'postgres') {
    it('may only read', async () => {
      const reading = (op: Operations): Promise<void> =>
        op.autocommit(async () => {
          await inOrder(op, added(1), 'BEGIN READ ONLY');
          await op.queryRunner.query('SELECT runs FROM counter');
          await inOrder(op, 'COMMIT', added(10));
        });
      expect(await twice(reading)).toBe(11);
    });

    const leased = { settings: { ...settings, lock: 'lease' as const } };

    it('are recorded behind one whose COMMIT is refused, where the lock is a lease', async () => {
      const revise = (last: () => Promise<unknown>) =>
        history((op) =>
          op.autocommit(async () => {
            await inOrder(op, 'BEGIN', added(1), orphan);
            await caught(op.execute('COMMIT'));
            await inOrder(op, added(10), 'BEGIN', added(100), 'COMMIT;');
            await last();
          }),
        );
      await database.failure(revise(fails), leased);
      await database.upgrade(
        revise(async () => undefined),
        leased,
      );
      expect(await runs()).toBe(110);
    });

    it.each([
      ['BEGIN', ['BEGIN', added(1), 'COMMIT']],
      ['COMMIT', ['BEGIN', added(1), 'lose', 'COMMIT;']],
    ])('end with the lease that is lost before their %s', async (_what, statements) => {
      const lose = () => database.query(`UPDATE migrate_version_lock SET owner = 'another'`);
      const losing = history((op) =>
        op.autocommit(async () => {
          if (!statements.includes('lose')) await lose();
          for (const sql of statements) await (sql === 'lose' ? lose() : op.execute(sql));
        }),
      );
      const error = await database.failure(losing, leased);
      expect(error).toMatchObject({ cause: expect.objectContaining({ code: 'LEASE_LOST' }) as Error });
      expect(await runs()).toBe(0);
    });

    it('are reported to have committed nothing where a statement in them has failed', async () => {
      let error: unknown;
      const added10 = async (op: Operations): Promise<void> => {
        await op.autocommit(async () => {
          await inOrder(op, 'BEGIN', added(1));
          await caught(op.execute('nonsense'));
          error = await caught(op.execute('COMMIT'));
          await op.execute(added(10));
        });
      };
      expect(await twice(added10)).toBe(10);
      expect(error).toMatchObject({ code: 'TRANSACTION_FAILED', statement: 'COMMIT' });
    });

    it('end with their statements where they are prepared', async () => {
      const prepared = (op: Operations): Promise<void> =>
        op.autocommit(async () => {
          await inOrder(op, 'BEGIN', added(1), `PREPARE TRANSACTION 'own'`, 'VACUUM', `COMMIT PREPARED 'own'`);
          await op.execute(added(10));
        });
      expect(await twice(prepared)).toBe(11);
    });
  }

  it.each<[string, number, (op: Operations) => Promise<unknown>]>([
    [
      'ROLLBACK without BEGIN',
      11,
      async (op) => {
        await op.autocommit(async () => {
          await op.execute(added(1));
          // SQLite refuses it.
          await op.execute('ROLLBACK').catch(() => undefined);
          await op.execute(added(10));
        });
      },
    ],
    [
      'ROLLBACK behind a change of the schema',
      whole ? 100 : 111,
      (op) =>
        op.autocommit(async () => {
          await inOrder(op, 'BEGIN', added(1), 'CREATE TABLE more (id integer)', added(10));
          await op.execute('ROLLBACK').catch(() => undefined);
          await op.execute(added(100));
        }),
    ],
    [
      'BEGIN twice',
      10,
      (op) => op.autocommit(() => inOrder(op, 'BEGIN', added(1), 'ROLLBACK', 'BEGIN', added(10), 'COMMIT')),
    ],
    [
      'savepoints of one name',
      101,
      (op) =>
        op.autocommit(() =>
          inOrder(
            op,
            'BEGIN',
            added(1),
            'SAVEPOINT s',
            added(10),
            `SAVEPOINT ${inner}`,
            added(20),
            `RELEASE SAVEPOINT ${inner}`,
            'ROLLBACK TO s',
            added(100),
            'COMMIT',
          ),
        ),
    ],
    [
      'a savepoint that is rolled back to twice',
      101,
      (op) =>
        op.autocommit(() =>
          inOrder(
            op,
            'BEGIN',
            added(1),
            'SAVEPOINT s',
            added(10),
            'ROLLBACK TO s',
            added(20),
            'ROLLBACK TO s',
            added(100),
            'COMMIT',
          ),
        ),
    ],
    [
      'a savepoint in the transaction of the run',
      101,
      async (op) => {
        await inOrder(op, added(1), 'SAVEPOINT s', added(10), 'ROLLBACK TO s');
        await op.autocommit(() => op.execute(added(100)));
      },
    ],
    [
      'ROLLBACK behind what the run has committed',
      101,
      async (op) => {
        await add(1)(op);
        await op.autocommit(() => inOrder(op, 'BEGIN', added(10), 'ROLLBACK', added(100)));
      },
    ],
  ])('are followed through %s', async (_what, expected, revise) => {
    expect(await twice(revise)).toBe(expected);
  });

  it('are rolled back of a revision that does not end in time', async () => {
    const late = history((op) =>
      op.autocommit(async () => {
        await inOrder(op, 'BEGIN', added(1));
        await new Promise(() => undefined);
      }),
    );
    await database.upgrade({ a: late['a'] as RevisionFunction });
    const error = await database.failure(late, { settings: { ...settings, revisionTimeout: 100 } });
    expect(error.message).toContain('did not end within 100 ms');
    expect(await runs()).toBe(0);
    expect((await database.history()).at(-1)).toMatchObject({ revision: 'b', failed: name === 'postgres' ? true : 1 });
  });

  it.each<[string, (op: Operations) => Promise<unknown>]>([
    ['SQL', (op) => inOrder(op, 'BEGIN', added(10))],
    ['the query runner', (op) => op.queryRunner.query('BEGIN').then(() => add(10)(op))],
    ['TypeORM', (op) => op.queryRunner.startTransaction().then(() => add(10)(op))],
  ])('are refused that are left open outside, of %s', async (_what, open) => {
    const left = history(async (op) => {
      await add(1)(op);
      await op.autocommit(async () => void (await open(op)));
      await add(100)(op);
    });
    await expect(database.upgrade(left)).rejects.toMatchObject({ code: 'TRANSACTION_LEFT_OPEN', revision: 'b' });
    expect(await runs()).toBe(1);
    expect(await database.history()).toEqual([
      expect.objectContaining({ revision: 'a', finished: expect.anything() as unknown }),
      expect.objectContaining({
        revision: 'b',
        finished: name === 'postgres' ? true : 1,
        failed: name === 'postgres' ? true : 1,
      }),
    ]);
    const closed = history(async (op) => {
      await add(1)(op);
      await op.autocommit(() => op.execute(added(10)));
      await add(100)(op);
    });
    await database.upgrade(closed);
    expect(await runs()).toBe(111);
  });

  it.each<[string, (op: Operations) => Promise<unknown>]>([
    ['SQL', (op) => inOrder(op, 'BEGIN', added(10), 'nonsense')],
    ['the query runner', (op) => op.queryRunner.query('BEGIN').then(() => op.queryRunner.query('nonsense'))],
    ['TypeORM', (op) => op.queryRunner.startTransaction().then(() => op.execute('nonsense'))],
  ])('are rolled back that an error has left open outside, of %s', async (_what, open) => {
    const failing = history(async (op) => {
      await add(1)(op);
      await op.autocommit(async () => void (await open(op)));
    });
    const error = await database.failure(failing);
    expect(error.failure).toMatchObject({ reason: expect.stringContaining('nonsense'), current: ['a'] });
    expect((await database.history()).at(-1)).toMatchObject({ revision: 'b', finished: expect.anything() as unknown });
    expect(
      await twice(async (op) => {
        await add(1)(op);
        await caught(op.autocommit(async () => void (await open(op))));
        await add(10)(op);
      }),
    ).toBe(11);
  });
});

describe.each(subjects)('the way of a revision out of the transaction of its run and back, on %s', (_, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());
  const tables: Revisions = { a: (op) => op.execute('CREATE TABLE t (id integer)') };

  it('ends a revision that is not let in again, whatever it catches', async () => {
    const moved: Revisions = {
      ...tables,
      b: async (op) => {
        const left = op.autocommit(async () => {
          await database.query(`UPDATE migrate_version SET version_num = 'z'`);
          throw new Error('it fails');
        });
        await left.catch(() => undefined);
        await op.execute('INSERT INTO t VALUES (1)');
      },
    };
    await expect(database.upgrade(moved)).rejects.toMatchObject({ code: 'VERSION_ROWS_MOVED' });
    expect(await database.ids()).toEqual([]);
  });

  it('ends a revision whose way out is refused, whatever it catches', async () => {
    const refused: Dialect = {
      ...subject.dialect,
      openSession: async (...args) => {
        const session = await subject.dialect.openSession(...args);
        const commit = session.commit.bind(session);
        let count = 0;
        return Object.assign(session, {
          commit: async () => {
            count += 1;
            if (count === (subject.dialect.transactions === 'rows' ? 4 : 1)) throw new Error('refused');
            await commit();
          },
        });
      },
    };
    const caught: Revisions = {
      ...tables,
      b: async (op) => {
        await op.execute('INSERT INTO t VALUES (1)');
        await op.autocommit(() => op.execute('INSERT INTO t VALUES (2)')).catch(() => undefined);
        await op.execute('INSERT INTO t VALUES (3)');
      },
    };
    const error = await database.failure(caught, { dialect: refused });
    expect(error.failure).toMatchObject({ revision: 'b', reason: 'refused' });
    await database.upgrade(caught);
    expect(await database.ids()).toEqual([1, 2, 3]);
  });
});

describe.each(subjectsWith('rows'))('what a run records where DDL commits by itself, on %s', (name, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  it.each<[string, (op: Operations) => Promise<unknown>]>([
    ['by SQL', (op) => op.execute('CREATE TABLE made (id integer)')],
    ['by the query runner', (op) => op.queryRunner.query('CREATE TABLE made (id integer)')],
    ['by op', (op) => op.createTable({ name: 'made', columns: [{ name: 'id', type: 'integer' }] })],
  ])('is done, where no transaction can be begun behind it, %s', async (_what, make) => {
    let isMade = false;
    const dialect: Dialect = {
      ...subject.dialect,
      openSession: async (...args) => {
        const session = await subject.dialect.openSession(...args);
        const begin = session.begin.bind(session);
        return Object.assign(session, {
          begin: () => {
            if (!isMade) return begin();
            isMade = false;
            return Promise.reject(new Error('refused'));
          },
        });
      },
    };
    const revisions = (after: () => void): Revisions => ({
      a: async (op) => {
        isMade = false;
        const making = make(op);
        after();
        await making;
      },
    });
    const error = await database.failure(
      revisions(() => (isMade = true)),
      { dialect },
    );
    expect(error.failure).toMatchObject({ reason: 'refused' });
    await database.upgrade(revisions(() => undefined));
    expect(await database.tables()).toEqual(['made']);
  });

  if (name === 'mysql') {
    it('is nothing of a transaction that the database has rolled back to end a deadlock', async () => {
      await database.query('CREATE TABLE pair (id integer PRIMARY KEY, runs integer)');
      await database.query('INSERT INTO pair VALUES (1, 0), (2, 0), (3, 0)');
      const other = database.dataSource.createQueryRunner();
      const update = (id: number): string => `UPDATE pair SET runs = runs + 1 WHERE id = ${id}`;
      const many = Array.from({ length: 50 }, (_row, id) => `(${id + 10}, 0)`).join(', ');
      let tries = 0;
      const meeting: RevisionFunction = async (op) => {
        tries += 1;
        await op.execute(update(1));
        if (tries > 1) return op.execute(update(3));
        await other.startTransaction();
        await other.query(`INSERT INTO pair VALUES ${many}`);
        await other.query(update(2));
        const waiting = other.query(update(1));
        await op.execute(update(2)).catch(() => undefined);
        await waiting;
        await other.rollbackTransaction();
        await other.release();
        // Nothing of the transaction is left, and this does not go on without it.
        return op.execute(update(3));
      };
      await database.upgrade({ a: meeting });
      expect(tries).toBe(2);
      expect(await database.query('SELECT runs FROM pair ORDER BY id')).toEqual([
        { runs: 1 },
        { runs: 0 },
        { runs: 1 },
      ]);
    });
  }
});

async function inOrder(op: Operations, ...statements: readonly string[]): Promise<void> {
  for (const sql of statements) await op.execute(sql);
}
