import { DataSource, QueryFailedError } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../../../../test/support/databases.js';
import { TestHistory } from '../../../../test/faults/history.js';
import { VersionRowError } from '../../../errors/runtime.errors.js';
import type { Operations } from '../../../operations/operations.interface.js';
import { run } from '../../../runtime/index.js';
import type { RunResult } from '../../../results.js';
import { postgresDialect } from '../index.js';

type Revision = (op: Operations) => Promise<void>;

describe('a step that is recorded with the next statement', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  const upgrade = (revisions: Readonly<Record<string, Revision>>): Promise<RunResult> => {
    const history = Object.entries(revisions).map(([id, fn]) => [id, { upgrade: fn }]);
    const request = new TestHistory(Object.fromEntries(history)).request(dataSource, { dialect: postgresDialect });
    return run({ ...request, mayRecordLater: true });
  };
  const versions = (): Promise<unknown> => dataSource.query('SELECT version_num FROM migrate_version');
  const recorded = (): Promise<unknown> =>
    dataSource.query('SELECT revision, statements_done AS n, error FROM migrate_version_history ORDER BY id');
  const failureOf = (work: Promise<unknown>): Promise<Error> =>
    work.then(
      () => Promise.reject(new Error('It has not failed.')),
      (error: Error) => error,
    );
  const one: Revision = (op) => op.execute('CREATE TABLE one ()');
  const nothing: Revision = async () => undefined;

  beforeAll(async () => {
    database = await createPostgresDatabase();
    dataSource = await new DataSource({ ...database.options, poolSize: 2 } as never).initialize();
  });

  beforeEach(() => dataSource.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public'));

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is so whatever comes next: parameters, a query runner, an operation of several statements, nothing', async () => {
    const seen: unknown[] = [];
    await upgrade({
      a: one,
      b: (op) => op.bulkInsert('one', [{}]).catch(() => undefined),
      c: (op) => op.execute('SELECT $1::text', ['x']),
      d: async (op) => void seen.push(await op.queryRunner.query('SELECT version_num FROM migrate_version')),
      e: (op) =>
        op.createTable({
          name: 't',
          columns: [{ name: 'n', type: 'integer' }],
          indices: [{ name: 'i', columnNames: ['n'] }],
        }),
      f: nothing,
      g: nothing,
      h: (op) => op.execute('DROP TABLE one'),
      i: nothing,
    });
    expect(seen).toEqual([[{ version_num: 'c' }]]);
    expect(await versions()).toEqual([{ version_num: 'i' }]);
    const done = (await recorded()) as { revision: string }[];
    expect(done.map(({ revision }) => revision).join('')).toBe('abcdefghi');
  });

  it('is so before a part outside the transaction, which keeps it', async () => {
    const failed = upgrade({
      a: one,
      b: (op) => op.autocommit(() => op.execute('CREATE TABLE two ()')),
      c: (op) => op.execute('SELECT 1 / 0'),
    });
    expect((await failureOf(failed)).message).toMatch('upgrade of c failed');
    expect(await versions()).toEqual([{ version_num: 'b' }]);
  });

  it.each(['SELECT nowhere', 'SELECT * FROM', 'SELECT $$ open', 'SELEC 1 -- 😀'])(
    'leaves an error of that statement as it is: %s',
    async (sql) => {
      const alone = (await failureOf(dataSource.query(sql))) as Error & Pick<QueryFailedError, 'driverError'>;
      const error = await failureOf(upgrade({ a: one, b: (op) => op.execute(sql) }));
      expect(error.message).toMatch('upgrade of b failed');
      expect(error).toMatchObject({ cause: { query: sql } });
      const { message, position, code } = alone.driverError as unknown as Record<string, unknown>;
      expect((error.cause as QueryFailedError).driverError).toMatchObject({ message, position, code });
      expect(await dataSource.query(`SELECT to_regclass('one') AS one`)).toEqual([{ one: null }]);
    },
  );

  it('is kept where the next revision catches the error of its first statement', async () => {
    await upgrade({
      a: one,
      b: async (op) => {
        await op.execute('SELECT 1 / 0').catch(() => undefined);
        await op.execute('SELEC').catch(() => undefined);
        await op.execute('CREATE TABLE two ()');
      },
    });
    expect(await recorded()).toMatchObject([
      { revision: 'a', n: 1 },
      { revision: 'b', n: 1 },
    ]);
    expect(await versions()).toEqual([{ version_num: 'b' }]);
  });

  it.each<[string, Revision]>([
    ['is not heard', async (op) => op.execute('CREATE TABLE two ()')],
    ['is caught', (op) => op.execute('CREATE TABLE two ()').catch(() => undefined)],
    ['has nothing', nothing],
  ])('fails with its own error, which in the next revision %s', async (_, next) => {
    const error = await failureOf(
      upgrade({
        a: one,
        b: (op) => op.execute('UPDATE migrate_version SET version_num = $1', ['x']),
        c: next,
      }),
    );
    expect(error).toBeInstanceOf(VersionRowError);
    expect(error).toMatchObject({ change: { kind: 'update', from: 'a', to: 'b' } });
    expect(await dataSource.query(`SELECT to_regclass('one') AS one`)).toEqual([{ one: null }]);
  });

  it('fails with the error of the database, where that refuses the row', async () => {
    const refusing = `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this row'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON migrate_version EXECUTE FUNCTION refuse()`;
    const next: Revision = (op) => op.execute('CREATE TABLE two ()').catch(() => undefined);
    const error = await failureOf(upgrade({ a: one, b: (op) => op.execute(refusing), c: next }));
    expect(error.message).toMatch(/upgrade of b failed.*not this row/);
    expect(await dataSource.query(`SELECT to_regclass('one') AS one`)).toEqual([{ one: null }]);
  });
});
