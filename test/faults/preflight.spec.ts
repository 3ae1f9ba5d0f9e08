import { ContractDatabase, type Revisions } from '../../src/dialects/contract/contract-database.js';
import { subjects } from '../../src/dialects/contract/subjects.js';
import type { RowsInTheWayError } from '../../src/errors/rows.errors.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { TestHistory } from './history.js';

type Revise = (op: Operations) => Promise<unknown>;

const mysql = subjects.filter(([name]) => name === 'mysql');
const describeEach = mysql.length === 0 ? describe.skip : describe;

/** What the rows below are in the way of, and what the refusal has of them. */
const refused: readonly [string, Revise, RegExp][] = [
  [
    'a shorter text',
    (op) => op.alterColumn('t', 'name', { type: 'varchar', length: '3' }),
    /'name' of 't' cannot become varchar\(3\): 2 rows have a value that does not fit, for example name = Alice, id = 1\./,
  ],
  [
    'NOT NULL',
    (op) => op.alterColumn('t', 'note', { isNullable: false }),
    /Column 'note' of 't' cannot become NOT NULL: 1 row has no value in it/,
  ],
  [
    'a column without a value',
    (op) => op.addColumn('t', { name: 'extra', type: 'int' }),
    /Column 'extra' cannot be added to 't' as NOT NULL: the table has 3 rows/,
  ],
  [
    'a narrower number',
    (op) => op.alterColumn('t', 'amount', { type: 'tinyint' }),
    /'amount' of 't' cannot become tinyint: 1 row has a value that is out of range, for example amount = 300\.55, id = 2/,
  ],
  [
    'an unsigned number',
    (op) => op.alterColumn('t', 'amount', { type: 'decimal', precision: 8, scale: 2, unsigned: true }),
    /cannot become decimal\(8,2\) unsigned: 1 row has a value that is out of range, for example amount = -1\.00, id = 3/,
  ],
  [
    'a number in place of a text',
    (op) => op.alterColumn('t', 'name', { type: 'int' }),
    /3 rows have a value that is no number, for example name = Alice, id = 1/,
  ],
  [
    'labels that are taken away',
    (op) => op.alterColumn('t', 'kind', { type: 'enum', enum: ['a', 'c'] }),
    /1 row has a value that is none of 'a', 'c', for example kind = b, id = 2/,
  ],
  [
    'labels of a set that are taken away',
    (op) => op.alterColumn('t', 'flags', { type: 'set', enum: ['x'] }),
    /1 row has a value that has a label other than 'x', for example flags = x,y, id = 1/,
  ],
  [
    'a smaller character set',
    (op) => op.alterColumn('t', 'note', { type: 'varchar', length: '20', charset: 'latin1' }),
    /1 row has a value that has characters that latin1 lacks, for example note = ż, id = 1/,
  ],
  [
    'a moment before timestamps',
    (op) => op.alterColumn('t', 'moment', { type: 'timestamp', isNullable: true }),
    /1 row has a value that is before 1970, which a timestamp cannot be/,
  ],
  ['JSON', (op) => op.alterColumn('t', 'name', { type: 'json' }), /3 rows have a value that is no JSON/],
  [
    'a unique index under the collation',
    (op) => op.createIndex('t', { name: 'UQ_name', columnNames: ['name'], isUnique: true }),
    /'name' of 't' cannot be unique \(UQ_name\): 1 value is in more than one row, for example name = \w+\./,
  ],
  [
    'a unique constraint of several columns',
    (op) => op.createUniqueConstraint('t', { name: 'UQ', columnNames: ['name', 'parent'] }),
    /cannot be unique \(UQ\): 1 value is in more than one row/,
  ],
  [
    'a foreign key',
    (op) =>
      op.createForeignKey('t', {
        name: 'FK',
        columnNames: ['parent'],
        referencedTableName: 'p',
        referencedColumnNames: ['id'],
      }),
    /'parent' of 't' cannot refer to 'p' \(FK\): 2 rows have a value that no row there has, for example parent = 9, id = 1/,
  ],
  [
    'a check',
    (op) => op.createCheckConstraint('t', { name: 'CK', expression: 'amount >= 0' }),
    /'t' cannot have the check CK \(amount >= 0\): 1 row breaks it, for example id = 3/,
  ],
  [
    'changes that are one statement',
    (op) =>
      op.batch('t', (table) => {
        table.renameColumn('name', 'title');
        table.alterColumn('title', { isNullable: false });
        table.createIndex({ name: 'UQ_title', columnNames: ['title'], isUnique: true });
      }),
    /'title' of 't' cannot be unique \(UQ_title\)/,
  ],
  [
    'a change behind renames of the same run',
    async (op) => {
      await op.renameTable('t', 'u');
      await op.renameColumn('u', 'note', 'remark');
      await op.alterColumn('u', 'remark', { isNullable: false });
    },
    /Column 'remark' of 'u' cannot become NOT NULL: 1 row has no value in it/,
  ],
  [
    'a change whose rows are added to before',
    async (op) => {
      await op.bulkInsert('t', [{ id: 4, name: 'x' }]);
      await op.alterColumn('t', 'note', { isNullable: false });
    },
    /1 row has no value in it/,
  ],
  [
    'a column that is added as nullable, and filled by nobody before it becomes NOT NULL',
    async (op) => {
      await op.addColumn('t', { name: 'extra', type: 'int', isNullable: true });
      await op.alterColumn('t', 'extra', { isNullable: false });
    },
    /Column 'extra' cannot be added to 't' as NOT NULL: the table has 3 rows/,
  ],
  [
    'the same in one statement, under other names',
    async (op) => {
      await op.renameTable('t', 'u');
      await op.batch('u', (table) => {
        table.addColumn({ name: 'more', type: 'int', isNullable: true });
        table.renameColumn('more', 'extra');
        table.alterColumn('extra', { isNullable: false, comment: 'x' });
      });
    },
    /Column 'extra' cannot be added to 'u' as NOT NULL: the table has 3 rows/,
  ],
  [
    'a primary key of a column that is added as nullable',
    (op) =>
      op.batch('t', (table) => {
        table.dropPrimaryKey();
        table.addColumn({ name: 'extra', type: 'int', isNullable: true });
        table.createPrimaryKey(['extra']);
      }),
    /Column 'extra' cannot be added to 't' as NOT NULL: the table has 3 rows/,
  ],
  [
    'a unique column that is added with one value for all rows',
    async (op) => {
      await op.addColumn('t', { name: 'extra', type: 'int', default: '0' });
      await op.createIndex('t', { name: 'UQ_extra', columnNames: ['extra'], isUnique: true });
    },
    /'extra' of 't' cannot be unique \(UQ_extra\): 1 value is in more than one row, for example extra = 0\./,
  ],
  [
    'a column with a default that no row of another table has',
    async (op) => {
      await op.addColumn('t', { name: 'extra', type: 'int', default: '7' });
      await op.createForeignKey('t', {
        name: 'FK',
        columnNames: ['extra'],
        referencedTableName: 'p',
        referencedColumnNames: ['id'],
      });
    },
    /'extra' of 't' cannot refer to 'p' \(FK\): 3 rows have a value that no row there has, for example extra = 7, id = 1/,
  ],
  [
    'a check behind a rename and an added column',
    async (op) => {
      await op.addColumn('t', { name: 'extra', type: 'int', isNullable: true });
      await op.renameColumn('t', 'amount', 'sum');
      await op.dropColumn('t', 'note');
      await op.createCheckConstraint('t', { name: 'CK', expression: '"sum" >= 0 AND "extra" IS NULL' });
    },
    /'t' cannot have the check CK \(`sum` >= 0 AND `extra` IS NULL\): 1 row breaks it, for example id = 3/,
  ],
  [
    'a change behind raw SQL about another table',
    async (op) => {
      await op.execute('UPDATE p SET id = id');
      await op.alterColumn('t', 'note', { isNullable: false });
    },
    /1 row has no value in it/,
  ],
];

describeEach('A run on MySQL, before its first statement', () => {
  let database: ContractDatabase;
  afterEach(() => database.drop());
  beforeEach(async () => {
    database = await ContractDatabase.make(mysql[0]![1]);
    await database.query('CREATE TABLE p (id int PRIMARY KEY)');
    await database.query('INSERT INTO p VALUES (1), (2)');
    await database.query('CREATE TABLE c (p int, note int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)');
    await database.query('INSERT INTO c VALUES (1, 1), (2, NULL)');
    await database.query(
      `CREATE TABLE t (id int PRIMARY KEY, name varchar(20), note varchar(20), amount decimal(10,2), kind enum('a','b'),
        flags set('x','y'), moment datetime(6), parent int)`,
    );
    await database.query(
      `INSERT INTO t VALUES (1, 'Alice', 'ż', 1, 'a', 'x,y', '1950-01-01', 9), (2, 'ALICE', 'n', 300.55, 'b', 'x', NULL, 9),
        (3, 'Al', NULL, -1, 'a', '', '2000-01-01 00:00:00.5', NULL)`,
    );
  });
  const first: Revise = (op) => op.createTable({ name: 'first', columns: [{ name: 'id', type: 'int' }] });
  const history = (revise: Revise): Revisions => ({
    a: async (op) => void (await first(op)),
    b: async (op) => void (await revise(op)),
  });
  const printed = async (): Promise<unknown> => [
    await database.tables(),
    await database.query('SHOW CREATE TABLE t'),
    await database.query('SELECT * FROM t'),
  ];

  it.each(refused)('refuses %s', async (_, revise, message) => {
    const before = await printed();
    const error = await database.failure(history(revise));
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', kept: [], keptStatements: 0, current: [] },
      hint: expect.stringContaining('asked before the run'),
    });
    expect(await printed()).toEqual(before);
  });

  it('names all that is in the way in a revision, and asks once more before it goes on', async () => {
    const before = await printed();
    const error = await database.failure(
      history(async (op) => {
        await op.alterColumn('t', 'name', { type: 'varchar', length: '3' });
        await op.batch('t', (table) => {
          table.alterColumn('note', { isNullable: false });
          table.createCheckConstraint({ name: 'CK', expression: 'amount >= 0' });
        });
        await op.addColumn('t', { name: 'fine', type: 'int', isNullable: true });
        await op.alterColumn('t', 'kind', { type: 'enum', enum: ['a', 'c'] });
      }),
    );
    const { cause, failure } = error as unknown as { cause: RowsInTheWayError; failure: { line?: number } };
    expect(cause.code).toBe('ROWS_IN_THE_WAY');
    expect(cause.refusals.map(({ code, message }) => `${code} ${message}`)).toEqual([
      "UNFIT_ROWS 'name' of 't' cannot become varchar(3): 2 rows have a value that does not fit, for example name = Alice, id = 1.",
      "NULL_VALUES Column 'note' of 't' cannot become NOT NULL: 1 row has no value in it.",
      "UNFIT_ROWS 't' cannot have the check CK (amount >= 0): 1 row breaks it, for example id = 3.",
      "UNFIT_ROWS 'kind' of 't' cannot become enum('a','c'): 1 row has a value that is none of 'a', 'c', for example kind = b, id = 2.",
    ]);
    expect(error.message).toContain("Rows are in the way of 4 changes. 1. 'name' of 't' cannot become");
    expect(failure.line).toBeUndefined();
    expect(await printed()).toEqual(before);
  });

  it('has the line of the revision that asks too much', async () => {
    const own = new TestHistory(
      { a: async (op) => void (await op.alterColumn('t', 'note', { isNullable: false })) },
      __filename,
    );
    const error = await database.failure({}, { plan: (rows) => own.upgrade(rows), load: own.load });
    expect(error.failure.line).toEqual(expect.any(Number));
  });

  it('reports what is rounded and cut, once, and does it', async () => {
    const { notices } = await database.upgrade(
      history(async (op) => {
        await op.alterColumn('t', 'amount', { type: 'decimal', precision: 10, scale: 1, isNullable: true });
        await op.alterColumn('t', 'moment', { type: 'datetime', isNullable: true });
      }),
    );
    expect(notices).toEqual([
      "b: In 1 row of 't' the value of 'amount' is rounded, as it becomes decimal(10,1), for example amount = 300.55, id = 2.",
      expect.stringMatching(/^b: In 1 row of 't' the value of 'moment' loses digits of its fraction of a second/),
    ]);
    expect(await database.query('SELECT amount FROM t WHERE id = 2')).toEqual([{ amount: '300.6' }]);
  });

  it.each<[string, Revise]>([
    [
      'raw SQL',
      async (op) => {
        await op.execute(`UPDATE t SET note = '' WHERE note IS NULL`);
        await op.alterColumn('t', 'note', { isNullable: false });
      },
    ],
    [
      'raw SQL that fills a new column',
      async (op) => {
        await op.addColumn('t', { name: 'extra', type: 'int', isNullable: true });
        await op.execute('UPDATE t SET extra = id');
        await op.alterColumn('t', 'extra', { isNullable: false });
      },
    ],
    [
      'the type of a new column',
      async (op) => {
        await op.addColumn('t', { name: 'extra', type: 'set', enum: ['x', 'y'], default: "'y,x'" });
        await op.alterColumn('t', 'extra', { type: 'varchar', length: '3' });
        await op.createCheckConstraint('t', { expression: `extra = 'x,y'` });
      },
    ],
    [
      'a query of the revision',
      async (op) => {
        const rows = await op.queryRunner.query('SELECT id FROM t WHERE note IS NULL');
        for (const { id } of rows) await op.queryRunner.query(`UPDATE t SET note = '' WHERE id = ?`, [id]);
        await op.alterColumn('t', 'note', { isNullable: false });
      },
    ],
    [
      'a provider of the application',
      async (op) => {
        const fill = await op.get<() => Promise<void>>('fill');
        await fill();
        await op.alterColumn('t', 'note', { isNullable: false });
      },
    ],
    [
      'the deletion of parents, which cascades',
      async (op) => {
        await op.execute('DELETE FROM p WHERE id = 2');
        await op.alterColumn('c', 'note', { isNullable: false });
      },
    ],
    [
      'another table with the name of one that is dropped',
      async (op) => {
        await op.dropTable('t');
        await op.createTable({ name: 't', columns: [{ name: 'note', type: 'text', isNullable: true }] });
        await op.alterColumn('t', 'note', { isNullable: false });
      },
    ],
  ])('leaves to its turn what depends on %s', async (_, revise) => {
    const get = async () => () => database.query(`UPDATE t SET note = '' WHERE note IS NULL`);
    const { current } = await database.upgrade(history(revise), { get: get as never });
    expect(current).toEqual(['b']);
  });

  it('takes a refusal that the revision catches for its own business', async () => {
    const caught: unknown[] = [];
    await database.upgrade(
      history(async (op) => {
        await op.alterColumn('t', 'note', { isNullable: false }).catch((error: unknown) => caught.push(error));
      }),
    );
    expect(caught).toHaveLength(2);
  });

  it('refuses at its turn what only then is in the way, and reports what is done', async () => {
    const error = await database.failure(
      history(async (op) => {
        await op.execute(`UPDATE t SET name = NULL WHERE id = 1`);
        await op.addColumn('t', { name: 'more', type: 'int', isNullable: true });
        await op.alterColumn('t', 'name', { isNullable: false });
      }),
    );
    expect(error.message).toMatch(/cannot become NOT NULL: 1 row has no value/);
    expect(error.failure).toMatchObject({ kept: ['a'], keptStatements: 2, current: ['a'] });
  });

  it('refuses what the database lacks in a later revision', async () => {
    const error = await database.failure(history((op) => op.createSequence({ name: 's' })));
    expect(error.failure).toMatchObject({ revision: 'b', kept: [], keptStatements: 0 });
    expect(await database.tables()).toEqual(['c', 'p', 't']);
  });

  it('asks only about what an earlier run has not done', async () => {
    const revise =
      (last: Revise): Revise =>
      async (op) => {
        await op.alterColumn('t', 'name', { type: 'varchar', length: '100', isNullable: true });
        await op.alterColumn('t', 'kind', { type: 'varchar', length: '5', isNullable: true });
        await last(op);
      };
    await database.failure(history(revise(() => Promise.reject(new Error('it fails')))));
    const queries: string[] = [];
    const error = await database.failure(history(revise((op) => op.alterColumn('t', 'note', { isNullable: false }))), {
      onQuery: (sql) => queries.push(sql),
    });
    expect(error.message).toMatch(/cannot become NOT NULL/);
    expect(queries.filter((sql) => sql.startsWith('SELECT count(*)'))).toHaveLength(1);
  });
});
