import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { Workbench } from '../changes/workbench.js';
import { createMysqlDatabase, type TestDatabase } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { startMysql, type TestMysqlServer } from '../support/mysql-server.js';

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;

const t = (columns: Columns) =>
  new EntitySchema({ name: 't', columns: { id: { type: 'int', primary: true, generated: 'increment' }, ...columns } });

describeOnMysql('A server in a zone with summer time', () => {
  let server: TestMysqlServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await startMysql(undefined, { timeZone: 'Europe/Berlin' });
  }, 60_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    const made = await createMysqlDatabase('mariadb', server.url);
    database = { ...made, options: { ...made.options, dateStrings: true } as never };
  });
  afterEach(() => database.drop());

  /** What columns hold that change their type, before, after the upgrade and after the downgrade, as the application reads them. */
  const through = (
    before: Columns,
    after: Columns,
    rows: readonly string[],
  ): Promise<{ read: readonly unknown[]; warnings: readonly string[] }> =>
    Workbench.on(database, async (bench) => {
      await bench.stage([t(before)], async ({ migrations }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });
      return bench.stage([t(after)], async ({ migrations, dataSource, warnings }) => {
        const read = async (): Promise<unknown> => {
          const found = (await dataSource.query('SELECT * FROM t ORDER BY id')) as Record<string, unknown>[];
          return found.map(({ id: _id, ...rest }) => Object.values(rest).join(' | '));
        };
        await migrations.migrate({ message: 'after' });
        for (const row of rows) await dataSource.query(row);
        const was = await read();
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const upgraded = await read();
        await migrations.downgrade();
        return { read: [was, upgraded, await read()], warnings };
      });
    });
  const insert = (...values: string[]) => values.map((value) => `INSERT INTO t (c) VALUES (${value})`);

  it.each([
    ['timestamp', 'datetime'],
    ['datetime', 'timestamp'],
    ['timestamp', 'varchar'],
    ['varchar', 'timestamp'],
    ['timestamp', 'bigint'],
  ] as const)('keeps what is read of a %s that becomes a %s', async (from, to) => {
    const texts = ['2024-07-01 23:30:00', '2024-01-01 00:30:00'];
    const shown = to === 'bigint' ? ['20240701233000', '20240101003000'] : texts;
    const { read, warnings } = await through(
      { c: { type: from } },
      { c: { type: to } },
      insert(...texts.map((text) => `'${text}'`)),
    );
    expect(read).toEqual([texts, shown, texts]);
    if (from === 'varchar' || to === 'varchar' || to === 'bigint') return;
    expect(warnings.join('\n')).toContain("in the time zone of the application's sessions");
  });

  it.each([
    ['date', '2024-07-02', '2024-07-02 00:00:00'],
    ['time', '00:30:00', undefined],
  ] as const)('takes the %s that the application reads of a timestamp', async (type, upgraded, downgraded) => {
    const { read } = await through({ c: { type: 'timestamp' } }, { c: { type } }, insert("'2024-07-02 00:30:00'"));
    expect(read.slice(0, 2)).toEqual([['2024-07-02 00:30:00'], [upgraded]]);
    if (downgraded !== undefined) expect(read[2]).toEqual([downgraded]);
  });

  it('keeps defaults, other columns of the table and rows without a value', async () => {
    const noon = "'2024-07-01 12:00:00'";
    const { read } = await through(
      { c: { type: 'timestamp', default: () => noon }, o: { type: 'timestamp', default: () => noon, nullable: true } },
      { c: { type: 'datetime', default: () => noon }, o: { type: 'timestamp', default: () => noon } },
      ['INSERT INTO t VALUES ()', 'INSERT INTO t (o) VALUES (NULL)'],
    );
    const [both, one] = ['2024-07-01 12:00:00 | 2024-07-01 12:00:00', '2024-07-01 12:00:00 | '];
    expect(read).toEqual([
      [both, one],
      [both, both],
      [both, both],
    ]);
  });

  it('fills a new datetime with the time that the application reads', async () => {
    const { read } = await through(
      {},
      {
        c: { type: 'datetime', default: () => 'CURRENT_TIMESTAMP' },
        d: { type: 'timestamp', default: () => 'CURRENT_TIMESTAMP' },
      },
      ['INSERT INTO t VALUES ()'],
    );
    const [row] = read[1] as [string];
    const [datetime, timestamp] = row.split(' | ');
    expect(datetime).toBe(timestamp);
  });

  it('refuses a datetime in the hour that summer time leaves out before anything runs', async () => {
    const gap = insert("'2024-03-31 02:30:00'");
    await expect(through({ c: { type: 'datetime' } }, { c: { type: 'timestamp' } }, gap)).rejects.toThrow(
      /1 row has a value that is in the hour that the change to summer time leaves out.*c = 2024-03-31 02:30:00/s,
    );
  });

  it('writes defaults that are the same in every zone, also in a script', async () => {
    const at = t({ at: { type: 'timestamp', default: () => "'2024-07-01 12:00:00'" } });
    await Workbench.on(database, async (bench) => {
      await bench.stage([at], async ({ migrations }) => {
        await migrations.init();
        await migrations.migrate({ message: 'at' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const [script] = await migrations.upgrade('base:head', { sql: true });
        expect(script?.sql).toMatch(
          /time_zone = @@GLOBAL.time_zone;\n\nCREATE TABLE `t`[^;]*DEFAULT '2024-07-01 12:00:00'[^;]*;\n\nSET SESSION time_zone = '\+00:00';/,
        );
      });
      const elsewhere = await createMysqlDatabase('mariadb');
      try {
        await bench.stage(
          [at],
          async ({ migrations }) => {
            await migrations.upgrade();
            expect(await migrations.check()).toEqual([]);
          },
          { url: elsewhere.url } as never,
        );
      } finally {
        await elsewhere.drop();
      }
    });
  });
});
