import { symlinkSync } from 'node:fs';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Dialect } from '../../src/dialects/dialect.js';
import { runAll, type RunRequest } from '../../src/runtime/index.js';
import {
  createPostgresDatabase,
  createSqliteDatabase,
  type DatabaseMaker,
  type TestDatabase,
} from '../support/databases.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { compileSources, type CompiledSources } from './compiled.js';
import { settings, TestHistory } from './history.js';
import { RunnerProcess } from './runner-process.js';
import { nameAt, requestsFor } from './several.js';

const postgres: DatabaseMaker = createPostgresDatabase;
const sqlite: DatabaseMaker = createSqliteDatabase;

/** Databases that a test works on together, and what is in them. */
class Databases {
  readonly databases: TestDatabase[] = [];
  readonly dataSources: DataSource[] = [];

  async make(...makers: readonly DatabaseMaker[]): Promise<void> {
    for (const make of makers) {
      const database = await make();
      this.databases.push(database);
      await this.open(database.options);
    }
  }

  async open(options: DataSourceOptions): Promise<DataSource> {
    const dataSource = await new DataSource(options).initialize();
    this.dataSources.push(dataSource);
    return dataSource;
  }

  /** For each database, the ids in its table `account`; undefined where there is no such table. */
  accounts(): Promise<readonly (readonly number[] | undefined)[]> {
    return this.read('SELECT id FROM account', ({ id }) => Number(id));
  }

  versions(): Promise<readonly (readonly string[] | undefined)[]> {
    return this.read('SELECT version_num FROM migrate_version', ({ version_num }) => String(version_num));
  }

  /** How many transactions are prepared in each PostgreSQL database. */
  async prepared(): Promise<readonly number[]> {
    const counts: number[] = [];
    for (const dataSource of this.dataSources.filter(({ options }) => options.type === 'postgres')) {
      const sql = 'SELECT count(*)::integer AS n FROM pg_prepared_xacts WHERE database = current_database()';
      counts.push(((await dataSource.query(sql)) as [{ n: number }])[0].n);
    }
    return counts;
  }

  async drop(): Promise<void> {
    for (const dataSource of this.dataSources) {
      if (!dataSource.isInitialized) continue;
      if (dataSource.options.type === 'postgres') await rollbackPrepared(dataSource);
      await dataSource.destroy();
    }
    for (const database of this.databases) await database.drop();
  }

  private read<T>(sql: string, pick: (row: Record<string, unknown>) => T): Promise<(T[] | undefined)[]> {
    return Promise.all(
      this.dataSources.map(async (dataSource) => {
        const rows = (await dataSource.query(sql).catch(() => undefined)) as Record<string, unknown>[] | undefined;
        return rows?.map(pick);
      }),
    );
  }
}

/** A database with a prepared transaction cannot be dropped. */
async function rollbackPrepared(dataSource: DataSource): Promise<void> {
  const rows = (await dataSource.query('SELECT gid FROM pg_prepared_xacts WHERE database = current_database()')) as {
    gid: string;
  }[];
  for (const { gid } of rows) await dataSource.query(`ROLLBACK PREPARED '${gid}'`);
}

const done = ['b'];
const failing = new TestHistory({
  a: (op) => op.createTable({ name: 'account', columns: [{ name: 'id', type: 'integer', isPrimary: true }] }),
  b: (op) => op.execute('INSERT INTO missing (id) VALUES (1)'),
});

describe.each<[string, DatabaseMaker, DatabaseMaker]>([
  ['two of PostgreSQL', postgres, postgres],
  ['PostgreSQL and SQLite', postgres, sqlite],
  ['two of SQLite', sqlite, sqlite],
])('a run over several databases: %s', (_name, ...makers) => {
  const several = new Databases();

  beforeEach(() => several.make(...makers));

  afterEach(async () => {
    await several.drop();
    several.databases.length = 0;
    several.dataSources.length = 0;
  });

  const requests = (overrides?: Partial<RunRequest>, histories?: Record<number, TestHistory>) =>
    requestsFor(several.dataSources, overrides, histories);

  it('begins all before the first step, and commits all after the last', async () => {
    const order: string[] = [];
    const watched = requests().map((request, place) => ({
      ...request,
      dialect: watching(request.dialect, (event) => order.push(`${event} ${place}`)),
      onStep: () => order.push(`step ${place}`),
    }));
    const results = await runAll(watched);
    expect(order.join(', ')).toBe(
      'lock 0, lock 1, begin 0, begin 1, step 0, step 0, step 1, step 1, verify 0, verify 1, commit 0, commit 1',
    );
    expect(results.map(({ dataSource, current }) => [dataSource, current])).toEqual([
      ['first', done],
      ['second', done],
    ]);
    expect(await several.accounts()).toEqual([[1], [1]]);
    expect((await runAll(requests())).map(({ steps }) => steps)).toEqual([[], []]);
  });

  it.each([0, 1])('rolls all back when a revision fails on number %i, and says so', async (place) => {
    await expect(runAll(requests({}, { [place]: failing }))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      dataSource: nameAt(place),
      failure: {
        dataSource: nameAt(place),
        rolledBack: ['a'],
        current: [],
        elsewhere: [{ dataSource: nameAt(1 - place), kept: [], rolledBack: place === 1 ? ['a', 'b'] : [] }],
      },
      hint: expect.stringMatching(place === 1 ? /Rolled back on "first": a, b\./ : /The database is at <base>\.$/),
    });
    expect(await several.accounts()).toEqual([undefined, undefined]);
  });

  it('keeps what is committed revision by revision, and says so', async () => {
    const perMigration = { settings: { ...settings, transactionPerMigration: true } };
    await expect(runAll(requests(perMigration, { 1: failing }))).rejects.toMatchObject({
      failure: { kept: ['a'], elsewhere: [{ dataSource: 'first', kept: ['a', 'b'], rolledBack: [] }] },
      hint: expect.stringContaining('Committed on "first" and kept: a, b.'),
    });
    expect(await several.versions()).toEqual([['b'], ['a']]);
  });

  it('runs nothing when a plan cannot be made for one of them', async () => {
    const seen: string[] = [];
    const refuse = (): never => {
      throw new Error('unknown revision');
    };
    const planned = requests({ onStep: ({ to }) => seen.push(to.join()) }).map((request, place) => ({
      ...request,
      plan: place === 0 ? request.plan : refuse,
    }));
    await expect(runAll(planned)).rejects.toThrow('unknown revision');
    expect(seen).toEqual([]);
    expect(await several.versions()).toEqual([undefined, undefined]);
  });

  it('says which are committed and which are not when a commit fails between', async () => {
    const [first, second] = requests() as [RunRequest, RunRequest];
    const refusing = overridden(second.dialect, 'commit', async () => {
      throw new Error('the disk is full');
    });
    await expect(runAll([first, { ...second, dialect: refusing }])).rejects.toMatchObject({
      code: 'PARTIALLY_COMMITTED',
      message: expect.stringContaining('the commit on "second" failed'),
      failed: 'second',
      outcomes: [
        { dataSource: 'first', kept: ['a', 'b'], rolledBack: [] },
        { dataSource: 'second', kept: [], rolledBack: ['a', 'b'] },
      ],
    });
    expect(await several.accounts()).toEqual([[1], undefined]);
    await runAll(requests());
    expect(await several.accounts()).toEqual([[1], [1]]);
  });

  it('serves two that run at once, in any order of waiting', async () => {
    const results = await Promise.all([runAll(requests()), runAll(requests()), runAll(requests().slice(1))]);
    expect(
      results
        .flat()
        .map(({ steps }) => steps.length)
        .sort(),
    ).toEqual([0, 0, 0, 2, 2]);
    expect(await several.accounts()).toEqual([[1], [1]]);
  });
});

describe('a run over several databases', () => {
  const several = new Databases();

  afterEach(async () => {
    await several.drop();
    several.databases.length = 0;
    several.dataSources.length = 0;
  });

  it.each<[string, DatabaseMaker, string]>([
    ['deferred constraints', postgres, 'violates foreign key constraint'],
    ['rows without a parent', sqlite, 'Rows would be left without a parent'],
  ])('finds %s before anything is committed', async (_name, maker, reason) => {
    await several.make(postgres, maker);
    const orphans = new TestHistory({
      a: async (op) => {
        await op.createTable({ name: 'account', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
        await op.execute('CREATE TABLE entry (account integer REFERENCES account (id) DEFERRABLE INITIALLY DEFERRED)');
      },
      b: (op) => op.execute('INSERT INTO entry VALUES (7)'),
    });
    await expect(runAll(requestsFor(several.dataSources, {}, { 1: orphans }))).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      failure: { revision: 'b', reason: expect.stringContaining(reason), elsewhere: [{ rolledBack: ['a', 'b'] }] },
    });
    expect(await several.accounts()).toEqual([undefined, undefined]);
  });

  it('names both when one waits for what the other has changed in the same database', async () => {
    await several.make(postgres);
    const [whole] = several.dataSources.splice(0);
    for (const schema of ['shop', 'stock']) {
      await several.open({ ...several.databases[0]!.options, schema } as DataSourceOptions);
      await whole!.query(`CREATE SCHEMA ${schema}`);
    }
    await whole!.query('CREATE TABLE shop.account (id integer)');
    await whole!.destroy();
    const hold = new TestHistory({ a: (op) => op.execute('ALTER TABLE shop.account ADD COLUMN name text') });
    const wait = new TestHistory({ a: (op) => op.execute('ALTER TABLE shop.account ADD COLUMN mail text') });
    const run = runAll(
      requestsFor(several.dataSources, { settings: { ...settings, lockTimeout: 20 } }, { 0: hold, 1: wait }),
    );
    await expect(run).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      cause: { code: 'HELD_BY_RUN', dataSources: ['second', 'first'], table: 'account' },
      message: expect.stringContaining(
        '"second" waited for the table "account", which this run has changed on "first" and holds until its end',
      ),
      hint: expect.stringContaining('with `--data-source`, or set `transactionPerMigration`.'),
    });
  });

  it('asks again what became of the commit when the connection is lost between the commits', async () => {
    await several.make(postgres, postgres);
    const [first, second] = requestsFor(several.dataSources) as [RunRequest, RunRequest];
    let pid = 0;
    const killing = overridden(first.dialect, 'commit', async (commit) => {
      await commit();
      await several.dataSources[0]?.query('SELECT pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => void setTimeout(resolve, 100));
    });
    const known = overridden(second.dialect, 'verify', async (verify, session) => {
      await verify();
      [{ pid }] = (await session.runner.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    });
    await expect(
      runAll([
        { ...first, dialect: killing },
        { ...second, dialect: known },
      ]),
    ).rejects.toMatchObject({
      code: 'PARTIALLY_COMMITTED',
      isKnown: true,
      hint: expect.stringContaining('Committed on "first" and kept: a, b. Rolled back on "second": a, b.'),
    });
    expect(await several.versions()).toEqual([done, undefined]);
  });

  describe('refuses two names for one database', () => {
    const refused = { code: 'SAME_DATABASE', dataSources: ['first', 'second'] };

    it('reached by two hosts and two users on PostgreSQL', async () => {
      await several.make(postgres);
      const [{ options, url }] = several.databases as [TestDatabase];
      const [owner] = several.dataSources as [DataSource];
      const role = new URL(url).pathname.replace('/test', 'role');
      await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'other'`);
      const alias = url.replace(/\/\/.*@[^:]+:/, `//${role}:other@localhost:`);
      const stranger = await several.open({ ...options, url: alias } as DataSourceOptions);
      await expect(runAll(requestsFor(several.dataSources))).rejects.toMatchObject(refused);
      expect(await several.versions()).toEqual([undefined, undefined]);
      await stranger.destroy();
      await owner.query(`DROP ROLE ${role}`);
    });

    it('reached by two paths on SQLite, or by one object', async () => {
      await several.make(sqlite);
      const [{ url }] = several.databases as [TestDatabase];
      symlinkSync(url, `${url}-alias`);
      await several.open({ type: 'better-sqlite3', database: `${url}-alias` });
      await expect(runAll(requestsFor(several.dataSources))).rejects.toMatchObject(refused);
      const [dataSource] = several.dataSources as [DataSource];
      await expect(runAll(requestsFor([dataSource, dataSource]))).rejects.toMatchObject(refused);
    });

    it('but not two in memory, nor one with two version tables', async () => {
      const memory: DataSourceOptions = { type: 'better-sqlite3', database: ':memory:' };
      await several.open(memory);
      await several.open(memory);
      await runAll(requestsFor(several.dataSources));
      expect(await several.accounts()).toEqual([[1], [1]]);
      await several.drop();
      several.dataSources.length = 0;

      await several.make(postgres);
      await several.open(several.databases[0]?.options as DataSourceOptions);
      const [first, second] = requestsFor(several.dataSources) as [RunRequest, RunRequest];
      const tables = new TestHistory({ c: (op) => op.execute('CREATE TABLE other (id integer)') });
      const other = { ...tables.request(second.dataSource), dataSourceName: 'second' };
      await runAll([first, { ...other, settings: { ...settings, versionTable: { name: 'other_version' } } }]);
      expect(await several.versions()).toEqual([done, done]);
    });
  });
});

describe('a two-phase run', () => {
  const several = new Databases();
  let compiled: CompiledSources;
  const twoPhase = { twoPhase: true };

  beforeAll(async () => {
    compiled = await compileSources();
  });

  afterAll(() => compiled.remove());

  afterEach(async () => {
    await several.drop();
    several.databases.length = 0;
    several.dataSources.length = 0;
  });

  describe.each<[string, readonly DatabaseMaker[], Readonly<Record<string, 'undone' | 'done'>>]>([
    [
      'three of PostgreSQL',
      [postgres, postgres, postgres],
      {
        'verified 2': 'undone',
        'prepared 1': 'undone',
        'prepared 2': 'undone',
        'committed 0': 'done',
        'committed 1': 'done',
      },
    ],
    [
      'PostgreSQL and SQLite',
      [postgres, sqlite],
      { 'verified 1': 'undone', 'prepared 0': 'undone', 'committed 1': 'done', 'committed 0': 'done' },
    ],
  ])('on %s', (_name, makers, moments) => {
    beforeEach(() => several.make(...makers));

    it('commits all, and leaves nothing prepared', async () => {
      const results = await runAll(requestsFor(several.dataSources), twoPhase);
      expect(results.map(({ current, notices }) => [current, notices])).toEqual(makers.map(() => [done, []]));
      expect(await several.accounts()).toEqual(makers.map(() => [1]));
      expect(new Set(await several.prepared())).toEqual(new Set([0]));
    });

    it.each(Object.entries(moments))('killed when it has %s: the next run finds it %s', async (moment, fate) => {
      const options = JSON.stringify(several.databases.map((database) => database.options));
      const killed = new RunnerProcess(compiled.pathOf('test/faults/two-phase.child.ts'), options, moment);
      await killed.says('stopped');
      await killed.kill();
      const left = (await several.prepared()).reduce((sum, count) => sum + count, 0);

      const results = await runAll(requestsFor(several.dataSources), twoPhase);
      expect(results.map(({ steps }) => steps.length)).toEqual(makers.map(() => (fate === 'done' ? 0 : 2)));
      expect(await several.accounts()).toEqual(makers.map(() => [1]));
      expect(new Set(await several.prepared())).toEqual(new Set([0]));
      const notices = results.flatMap((result) => result.notices);
      expect(notices).toHaveLength(left);
      for (const notice of notices) expect(notice).toContain(fate === 'done' ? 'is committed now' : 'is rolled back');
    });

    it('goes back wholly when a revision fails', async () => {
      const requests = requestsFor(several.dataSources, {}, { 1: failing });
      await expect(runAll(requests, twoPhase)).rejects.toMatchObject({ code: 'MIGRATION_FAILED' });
      expect(await several.accounts()).toEqual(makers.map(() => undefined));
    });
  });

  it('settles what is left by a run that another one needs not know, and refuses to guess', async () => {
    await several.make(postgres, postgres);
    const options = JSON.stringify(several.databases.map((database) => database.options));
    const killed = new RunnerProcess(compiled.pathOf('test/faults/two-phase.child.ts'), options, 'committed 0');
    await killed.says('stopped');
    await killed.kill();
    const requests = requestsFor(several.dataSources);
    await expect(runAll(requests.slice(1))).rejects.toMatchObject({
      code: 'TRANSACTION_IN_DOUBT',
      hint: expect.stringMatching(/without --data-source.*COMMIT PREPARED 'nestjs-migrate:-?\d+:\w+:\w+'/),
    });
    expect(await several.prepared()).toEqual([0, 1]);
    // Nothing of it depends on the option still being on.
    expect((await runAll(requests)).map(({ steps }) => steps.length)).toEqual([0, 0]);
    expect(await several.accounts()).toEqual([[1], [1]]);
  });

  it('rolls all back when the database refuses to prepare', async () => {
    await several.make(postgres, postgres);
    const temporary = new TestHistory({ a: (op) => op.execute('CREATE TEMPORARY TABLE scratch (id integer)') });
    await expect(runAll(requestsFor(several.dataSources, {}, { 1: temporary }), twoPhase)).rejects.toMatchObject({
      code: 'PREPARE_REFUSED',
      message: expect.stringMatching(/"second".* a: .*temporary/),
      hint: expect.stringContaining('Rolled back on "first": a, b.'),
    });
    expect(await several.accounts()).toEqual([undefined, undefined]);
    expect(await several.prepared()).toEqual([0, 0]);
  });

  it('fails as decided but unfinished when a database is lost before it received the commit', async () => {
    await several.make(postgres, postgres);
    const [first, second] = requestsFor(several.dataSources) as [RunRequest, RunRequest];
    const losing = overridden(second.dialect, 'verify', async (verify, session) => {
      await verify();
      const commit = session.twoPhase?.commit.bind(session.twoPhase);
      Object.assign(session.twoPhase ?? {}, {
        commit: async (id: string) => {
          await session.runner.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
          await commit?.(id);
        },
      });
    });
    await expect(runAll([first, { ...second, dialect: losing }], twoPhase)).rejects.toMatchObject({
      code: 'COMMIT_UNFINISHED',
      hint: expect.stringMatching(/Committed on "first" and kept: a, b\. Still prepared on "second": nestjs-migrate:/),
    });
    expect(await several.accounts()).toEqual([[1], undefined]);
    expect((await runAll([first, second]))[1]?.notices).toEqual([expect.stringContaining('is committed now')]);
    expect(await several.accounts()).toEqual([[1], [1]]);
  });

  it('is refused on two SQLite databases, and with a transaction for each revision', async () => {
    await several.make(postgres, sqlite, sqlite);
    const requests = requestsFor(several.dataSources);
    await expect(runAll(requests, twoPhase)).rejects.toMatchObject({
      code: 'TWO_PHASE_UNAVAILABLE',
      message: expect.stringContaining('second, third'),
    });
    const perMigration = { ...settings, transactionPerMigration: true };
    await expect(
      runAll(requestsFor(several.dataSources.slice(0, 2), { settings: perMigration }), twoPhase),
    ).rejects.toMatchObject({
      code: 'TWO_PHASE_UNAVAILABLE',
      message: expect.stringContaining('transactionPerMigration'),
    });
    expect(await several.versions()).toEqual([undefined, undefined, undefined]);
    await runAll(requests.slice(2), twoPhase);
  });

  it('is refused with what to set on a server that prepares no transactions', async () => {
    const server = await OwnPostgres.start();
    await several.make(sqlite);
    const dataSource = await several.open({ type: 'postgres', url: `${server.url}/postgres` });
    await expect(runAll(requestsFor(several.dataSources), twoPhase)).rejects.toMatchObject({
      code: 'TWO_PHASE_UNAVAILABLE',
      message: expect.stringContaining('"second"'),
      hint: expect.stringContaining('max_prepared_transactions'),
    });
    await dataSource.destroy();
    await server.stop();
  });
});

type Session = Awaited<ReturnType<Dialect['openSession']>>;
type Stage = 'verify' | 'commit';

/** The dialect with one stage of its sessions done otherwise. */
function overridden(
  dialect: Dialect,
  stage: Stage,
  work: (original: () => Promise<void>, session: Session) => Promise<void>,
): Dialect {
  return Object.assign(Object.create(dialect) as Dialect, {
    openSession: async (...args: Parameters<Dialect['openSession']>) => {
      const session = await dialect.openSession(...args);
      const original = session[stage].bind(session);
      session[stage] = () => work(original, session);
      return session;
    },
  });
}

/** The dialect, telling of the stages that its sessions go through. */
function watching(dialect: Dialect, tell: (event: string) => void): Dialect {
  return Object.assign(Object.create(dialect) as Dialect, {
    openSession: async (...args: Parameters<Dialect['openSession']>) => {
      const session = await dialect.openSession(...args);
      for (const stage of ['lock', 'begin', 'verify', 'commit'] as const) {
        const original = session[stage].bind(session);
        session[stage] = () => {
          tell(stage);
          return original();
        };
      }
      return session;
    },
  });
}
