import { writeRevisions } from '../support/write-revisions.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe.each(databases)('log on %s', (_, make) => {
  const scene = useScene(make);
  const table = (name: string): string => `await op.execute('CREATE TABLE ${name} (id integer)');`;

  it('is empty where nothing was run, and creates nothing', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      const queries: string[] = [];
      expect(await migrations.with({ onQuery: ({ sql }) => queries.push(sql) }).log()).toEqual([]);
      expect(queries).toHaveLength(1);
      await migrations.init();
      expect(await migrations.log({ limit: 3 })).toEqual([]);
      const runner = dataSource.createQueryRunner();
      expect(await runner.hasTable('migrate_version')).toBe(false);
      await runner.release();
    });
  });

  it('has what was run, newest first: upgrades, downgrades and stamps', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      writeRevisions(scene.directory, {
        a1: { upgrade: table('one') + table('two'), downgrade: `await op.dropTable('one');` },
        b2: { upgrade: '' },
      });
      process.env['NEST_DB_USER'] = 'deploy bot';
      try {
        await migrations.upgrade();
      } finally {
        delete process.env['NEST_DB_USER'];
      }
      await migrations.downgrade('base');
      await migrations.stamp('a1');
      const log = await migrations.log();
      expect(
        log.map(({ revision, direction, result, statements }) => [direction, revision, result, statements]),
      ).toEqual([
        ['stamp', 'a1', 'done', 0],
        ['downgrade', 'a1', 'done', 1],
        ['downgrade', 'b2', 'done', 0],
        ['upgrade', 'b2', 'done', 0],
        ['upgrade', 'a1', 'done', 2],
      ]);
      expect(log.at(-1)).toEqual({
        dataSource: 'default',
        revision: 'a1',
        direction: 'upgrade',
        result: 'done',
        startedAt: expect.stringMatching(ISO),
        finishedAt: expect.stringMatching(ISO),
        ms: expect.any(Number),
        statements: 2,
        appliedBy: 'deploy bot',
        packageVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
        error: null,
      });
      expect(Date.now() - Date.parse(String(log[0]?.startedAt))).toBeLessThan(60_000);
      expect((await migrations.log({ limit: 2 })).map(({ revision }) => revision)).toEqual(['a1', 'a1']);
    });
  });

  it('has what failed, with its error but without passwords, and what has no end', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      const message = 'no route to postgres://app:s3cret@db/app\\nsecond line';
      writeRevisions(scene.directory, {
        a1: { upgrade: table('one') },
        b2: { upgrade: `throw new Error('${message}');` },
      });
      await expect(migrations.upgrade()).rejects.toThrow('no route');
      const failed = {
        revision: 'b2',
        result: 'failed',
        statements: 0,
        error: expect.stringContaining('no route to postgres://app:***@db/app'),
      };
      expect(await migrations.log()).toMatchObject([failed]);
      await dataSource.query(
        `INSERT INTO migrate_version_history (revision, direction, started_at, statements_done)
         VALUES ('a1', 'upgrade', '2026-03-01T12:00:00.250Z', 4)`,
      );
      expect(await migrations.log({ limit: 1 })).toEqual([
        {
          dataSource: 'default',
          revision: 'a1',
          direction: 'upgrade',
          result: 'unfinished',
          startedAt: '2026-03-01T12:00:00.250Z',
          finishedAt: null,
          ms: null,
          statements: 4,
          appliedBy: null,
          packageVersion: null,
          error: null,
        },
      ]);
      // The next run takes the lock, and so knows that its runner died.
      await migrations.upgrade('a1');
      expect(await migrations.log()).toMatchObject([
        { revision: 'a1', result: 'done' },
        { revision: 'a1', result: 'failed', ms: null, statements: 4, error: expect.stringContaining('runner died') },
        failed,
      ]);
    });
  });

  it('waits for no run that holds the lock, and works on a connection of the caller', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      writeRevisions(scene.directory, { a1: { upgrade: table('one') } });
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await migrations.upgrade('head', { queryRunner: runner });
      expect(await migrations.log({ queryRunner: runner })).toMatchObject([{ revision: 'a1', result: 'done' }]);
      await runner.rollbackTransaction();
      await runner.release();
      expect(await migrations.log()).toEqual([]);
    });
  });

  it.each([[0], [1.5], ['2'], [Number.NaN]])('refuses %p as a limit', async (limit) => {
    await scene.inApplication(async (migrations) => {
      await expect(migrations.log({ limit: limit as number })).rejects.toThrow(
        /`log`: 'limit' is .*; it must be a whole number of at least 1/,
      );
    });
  });

  it('names a table of that name that is no history table', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      await dataSource.query('CREATE TABLE migrate_version_history (note text)');
      await expect(migrations.log()).rejects.toMatchObject({ code: 'VERSION_TABLE' });
    });
  });
});
