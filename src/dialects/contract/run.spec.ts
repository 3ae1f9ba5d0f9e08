import { DataSource } from 'typeorm';
import { TestHistory } from '../../../test/faults/history.js';
import { offlineContext } from '../../../test/support/postgres-database.js';
import { createSqliteDatabase, type TestDatabase } from '../../../test/support/databases.js';
import type { Operations, RevisionFunction } from '../../operations/operations.interface.js';
import {
  applyOperations,
  rehearse,
  run,
  runAll,
  type RunRequest,
  type StatementReport,
  writeScript,
} from '../../runtime/index.js';
import type { Dialect } from '../dialect.js';
import { dialectOf } from '../index.js';
import { ContractDatabase, type Revisions } from './contract-database.js';
import { subjects, subjectsWith } from './subjects.js';

const id = { name: 'id', type: 'integer' } as const;
const create =
  (name: string): RevisionFunction =>
  (op) =>
    op.createTable({ name, columns: [id] });
const insert = (value: number): string => `INSERT INTO t VALUES (${value})`;
const fails = (op: Operations): Promise<void> => op.execute('INSERT INTO missing VALUES (1)');

describe.each(subjects)('a run, on %s', (_, subject) => {
  const { transactions } = subject.dialect;
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  it('takes each revision to its end, whatever it changes', async () => {
    const result = await database.upgrade({
      a: create('t'),
      b: async (op) => {
        await op.execute(insert(1));
        await op.addColumn('t', { name: 'c', type: 'integer', isNullable: true });
        await op.execute('UPDATE t SET c = 2');
      },
      c: (op) => op.queryRunner.query('CREATE TABLE u (id integer)'),
    });
    expect(result).toMatchObject({ current: ['c'], notices: [] });
    expect(await database.query('SELECT id, c FROM t')).toEqual([{ id: 1, c: 2 }]);
    expect(await database.tables()).toEqual(['t', 'u']);
    expect((await database.upgrade({ a: fails, b: fails, c: fails })).steps).toEqual([]);
  });

  it('reports each statement of its own when it is sent and when it has ended', async () => {
    const history = new TestHistory({
      a: { upgrade: create('t') },
      b: { upgrade: (op) => op.execute('INSERT INTO missing VALUES (1)').catch(() => op.execute(insert(1))) },
    });
    const places: string[] = [];
    const reports: StatementReport[] = [];
    const queryRunner = database.dataSource.createQueryRunner();
    await run({
      ...history.request(database.dataSource, { dialect: subject.dialect }),
      queryRunner,
      onStep: (_step, { number, total }) => void places.push(`${number} of ${total}`),
      onStatement: (report) => void reports.push(report),
    });
    const { length } = reports;
    await queryRunner.query('SELECT 1');
    expect(reports).toHaveLength(length);
    await queryRunner.release();
    expect(places).toEqual(['1 of 2', '2 of 2']);
    for (const sql of [insert(1), 'INSERT INTO missing VALUES (1)']) {
      const states = reports.filter((report) => report.sql === sql).map(({ state }) => state);
      expect(states).toEqual(['sent', 'done']);
    }
    const counts = ['sent', 'done'].map((state) => reports.filter((report) => report.state === state).length);
    expect(counts[0]).toBe(counts[1]);
  });

  it('creates the version table even if there is nothing to run', async () => {
    expect(await database.upgrade({})).toMatchObject({ steps: [], current: [] });
    expect(await database.query('SELECT version_num FROM migrate_version')).toEqual([]);
  });

  it('downgrades each revision to its end', async () => {
    const history = new TestHistory({
      a: { upgrade: create('t'), downgrade: (op) => op.dropTable('t') },
      b: { upgrade: create('u'), downgrade: (op) => op.dropTable('u') },
    });
    const request = history.request(database.dataSource, { dialect: subject.dialect });
    await run(request);
    expect(await run({ ...request, plan: (rows) => history.downgrade(rows) })).toMatchObject({ current: [] });
    expect(await database.tables()).toEqual([]);
  });

  it('loses nothing of a revision that changes rows alone, and keeps nothing of one that fails', async () => {
    const rows =
      (last: (op: Operations) => Promise<void>): RevisionFunction =>
      async (op) => {
        await op.execute(insert(1));
        await op.execute(insert(2));
        await last(op);
      };
    const error = await database.failure(
      { a: create('t'), b: (op) => op.execute(insert(0)), c: rows(fails) },
      {
        settings: { ...database.request().settings, transactionPerMigration: true },
      },
    );
    expect(error.failure).toMatchObject({ kept: ['a', 'b'], rolledBack: [], keptStatements: 0, current: ['b'] });
    expect(await database.ids()).toEqual([0]);
    await database.upgrade({ a: fails, b: fails, c: rows((op) => op.execute(insert(3))) });
    expect(await database.ids()).toEqual([0, 1, 2, 3]);
  });

  it('goes on in a revision that catches the error of a statement', async () => {
    await database.upgrade({
      a: create('t'),
      b: async (op) => {
        await op.execute(insert(1));
        await expect(op.execute('CREATE TABLE t (id integer)')).rejects.toThrow('already exists');
        await op.execute(insert(2));
        await expect(op.createTable({ name: 'u', columns: [id], indices: twice('u') })).rejects.toThrow(
          /already exists|Duplicate key name/,
        );
        await op.execute(insert(3));
      },
    });
    expect(await database.ids()).toEqual([1, 2, 3]);
  });

  it('changes nothing when statements are tried, or refuses to try them', async () => {
    await database.upgrade({ a: create('t') });
    const rehearsal = rehearse({
      ...database.request(),
      parts: [{ direction: 'upgrade', operations: [{ kind: 'dropTable', table: { name: 't' } }] }],
    });
    if (transactions === 'whole') expect(await rehearsal).toHaveLength(1);
    else await expect(rehearsal).rejects.toMatchObject({ code: 'SQL_BODY_UNAVAILABLE', dataSource: 'default' });
    expect(await database.tables()).toEqual(['t']);
  });

  it('reports which operations without a revision are kept', async () => {
    const operations = ['t', 'u', 'u'].map(
      (name) =>
        ({
          kind: 'createTable',
          table: { name, columns: [id], uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [] },
        }) as const,
    );
    const applied = database.apply(...operations);
    await expect(applied).rejects.toMatchObject({ number: 3, kept: transactions === 'whole' ? 0 : 2 });
    expect(await database.tables()).toEqual(transactions === 'whole' ? [] : ['t', 'u']);
    expect(await database.apply({ kind: 'execute', sql: 'CREATE TABLE v (id integer)' })).toBe(1);
  });
});

/** Two indexes of one name. */
function twice(table: string): { name: string; columnNames: string[] }[] {
  return [1, 2].map(() => ({ name: `ix_${table}`, columnNames: ['id'] }));
}

describe.each(subjectsWith('rows'))('a run where DDL commits by itself, on %s', (_, subject) => {
  let database: ContractDatabase;
  beforeEach(async () => (database = await ContractDatabase.make(subject)));
  afterEach(() => database.drop());

  it('reports where it left the database when it failed in the middle', async () => {
    const error = await database.failure({
      a: create('t'),
      b: async (op) => {
        await op.execute(insert(1));
        await op.addColumn('t', { name: 'c', type: 'integer', isNullable: true });
        await op.execute('UPDATE t SET c = 2');
        await fails(op);
      },
    });
    expect(error.failure).toMatchObject({ kept: ['a'], rolledBack: [], keptStatements: 2, current: ['a'] });
    expect(error.hint).toContain('2 statements of it are committed and kept');
    expect(error.hint).toContain('The database is at a.');
    expect(await database.query('SELECT id, c FROM t')).toEqual([{ id: 1, c: null }]);
    expect(await database.history()).toEqual([
      { revision: 'a', statements_done: 1, finished: 1, failed: 0 },
      { revision: 'b', statements_done: 2, finished: 1, failed: 1 },
    ]);
  });

  it('undoes the rows after a change of the schema that the query runner made', async () => {
    const error = await database.failure({
      a: create('t'),
      b: async (op) => {
        await op.execute(insert(1));
        await op.queryRunner.query('CREATE TABLE u (id integer)');
        await op.execute(insert(2));
        await fails(op);
      },
    });
    expect(error.failure).toMatchObject({ keptStatements: 2 });
    expect(await database.ids()).toEqual([1]);
  });

  it('reports that a part of an operation without a revision is kept', async () => {
    const table = { name: 't', columns: [id], uniques: [], checks: [], exclusions: [], foreignKeys: [] };
    const operation = { kind: 'createTable', table: { ...table, indices: twice('t') } } as const;
    const isOne = (await subject.dialect.compile(operation, offlineContext)).length === 1;
    await expect(database.apply(operation)).rejects.toMatchObject({
      kept: 0,
      hint: expect.stringContaining(
        isOne ? 'None of them was kept.' : 'A part of the failed one is committed as well, and stays.',
      ),
    });
    expect(await database.tables()).toEqual(isOne ? [] : ['t']);
  });

  it('does not apply operations again that a change of the schema has committed', async () => {
    const table = { name: 't', columns: [id], uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [] };
    const dialect: Dialect = {
      ...subject.dialect,
      contentionOf: (error) => (String(error).includes('nowhere') ? 'lock' : undefined),
    };
    const request = { ...database.request(), dialect };
    const applied = applyOperations(request, [
      { kind: 'createTable', table },
      { kind: 'execute', sql: 'INSERT INTO nowhere VALUES (1)' },
    ]);
    await expect(applied).rejects.toMatchObject({ number: 2, kept: 1, message: expect.stringContaining('nowhere') });
  });

  it('commits each revision with its version row in a script', async () => {
    const history = new TestHistory({ a: create('t'), b: (op) => op.execute(insert(1)) });
    const { sql = '' } = await writeScript(history.script(database.dataSource, { dialect: subject.dialect }));
    const [first = ''] = sql.split(insert(1));
    expect(first).toMatch(/INSERT INTO ["`]migrate_version["`] [^;]*'a'[^;]*;\s*COMMIT;/);
  });

  it('refuses to work in a transaction of the caller, which it would commit', async () => {
    const queryRunner = database.dataSource.createQueryRunner();
    await queryRunner.query('BEGIN');
    await expect(database.upgrade({ a: create('t') }, { queryRunner })).rejects.toMatchObject({ code: 'QUERY_RUNNER' });
    expect(await subject.dialect.isInTransaction(queryRunner)).toBe(true);
    await queryRunner.query('ROLLBACK');
    expect(await database.tables()).toEqual([]);
    await database.upgrade({ a: create('t') }, { queryRunner });
    expect(await database.tables()).toEqual(['t']);
  });

  describe('together with another database', () => {
    let other: TestDatabase;
    let dataSource: DataSource;
    beforeEach(async () => {
      other = await createSqliteDatabase();
      dataSource = await new DataSource(other.options).initialize();
    });
    afterEach(async () => {
      await dataSource.destroy();
      await other.drop();
    });

    const onOther = (revisions: Revisions): RunRequest =>
      new TestHistory(revisions).request(dataSource, { dataSourceName: 'other', dialect: dialectOf(dataSource) });

    it('runs last, so that a failure of the other one leaves nothing', async () => {
      const both = runAll([database.request({ a: create('t') }), onOther({ a: fails })]);
      await expect(both).rejects.toMatchObject({
        dataSource: 'other',
        failure: { elsewhere: [{ kept: [], rolledBack: [] }] },
      });
      expect(await database.tables()).toEqual([]);
    });

    it('runs after the other one has passed its checks', async () => {
      const orphan: RevisionFunction = async (op) => {
        await op.execute('CREATE TABLE t (id integer PRIMARY KEY, parent integer REFERENCES t (id))');
        await op.execute('INSERT INTO t VALUES (1, 2)');
      };
      const both = runAll([database.request({ a: create('t') }), onOther({ a: orphan })]);
      await expect(both).rejects.toThrow('Rows would be left without a parent');
      expect(await database.tables()).toEqual([]);
    });

    it('reports what is kept when it fails itself', async () => {
      const both = runAll([database.request({ a: create('t'), b: fails }), onOther({ a: create('t') })]);
      await expect(both).rejects.toMatchObject({
        failure: { kept: ['a'], rolledBack: [], elsewhere: [{ dataSource: 'other', kept: [], rolledBack: ['a'] }] },
      });
    });

    it('is refused in a commit in two phases', async () => {
      const both = runAll([database.request({ a: create('t') }), onOther({ a: create('t') })], { twoPhase: true });
      await expect(both).rejects.toMatchObject({
        code: 'TWO_PHASE_UNAVAILABLE',
        message: /commits changes of its schema/,
      });
      expect(await database.tables()).toEqual([]);
    });
  });
});
