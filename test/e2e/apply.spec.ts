import { EntitySchema, type QueryRunner } from 'typeorm';
import type { Operation } from '../../src/index.js';
import { tableNames } from '../support/application.js';
import { databases } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const tag: Operation = {
  kind: 'createTable',
  table: {
    name: 'tag',
    columns: [{ name: 'id', type: 'integer' }],
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
  },
};
const Note = new EntitySchema({
  name: 'note',
  columns: { id: { type: 'integer', primary: true }, text: { type: 'varchar', length: 20 } },
  indices: [{ name: 'IX_text', columns: ['text'] }],
});

describe.each(databases)('operations outside of revisions on %s', (dialect, make) => {
  const scene = useScene(make);

  it('that check() found are run, and check() finds nothing more', async () => {
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        const found = await migrations.check();
        expect(await migrations.apply(found)).toMatchObject([{ dataSource: 'default', operations: found.length }]);
        expect(await migrations.check()).toEqual([]);
        expect(await tableNames(dataSource)).toEqual(['note']);
      },
      { entities: [Note] },
    );
  });

  it('are all run or none, and the error says which one failed', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      const wrong: Operation = { kind: 'execute', sql: 'SELECT * FROM nowhere' };
      await expect(migrations.apply([tag, wrong, tag])).rejects.toMatchObject({
        code: 'OPERATION_FAILED',
        number: 2,
        message: expect.stringMatching(/^Operation 2 of 3 failed on data source "default" \(.*nowhere/),
        hint: expect.stringContaining('None of them was kept.'),
      });
      expect(await tableNames(dataSource)).toEqual([]);
      expect(await migrations.apply([])).toEqual([]);
    });
  });

  it('are part of a transaction of the caller', async () => {
    await scene.inApplication(async (migrations, dataSource) => {
      const runner = dataSource.createQueryRunner();
      await runner.startTransaction();
      await migrations.apply([tag], { queryRunner: runner });
      await runner.rollbackTransaction();
      expect(await tableNames(dataSource)).toEqual([]);
      await runner.release();
    });
  });

  it.each<[string, unknown, string]>([
    ['a text', 'dropTable', `'operations' is 'dropTable'; it must be a list`],
    ['an unknown kind', [{ kind: 'explode' }], 'operation 1, of kind "explode", is of no known kind'],
    ['one that lacks a part', [tag, { kind: 'dropTable' }], 'operation 2, of kind "dropTable"'],
    ['one for another data source', [{ ...tag, dataSource: 'other' }], 'for the data source "other"'],
  ])('are refused where they are %s, and nothing is run', async (_what, given, message) => {
    await scene.inApplication(async (migrations, dataSource) => {
      await expect(migrations.apply(given as never)).rejects.toMatchObject({
        code: 'MIGRATE_OPTIONS',
        message: expect.stringContaining(message),
      });
      expect(await tableNames(dataSource)).toEqual([]);
    });
  });

  const withRunner = (work: Parameters<typeof scene.inApplication<void>>[0]): Promise<void> =>
    scene.inApplication(work);

  it('are calls of an op on a connection, each run at once, in its transaction or in one of their own', async () => {
    await withRunner(async (migrations, dataSource) => {
      const runner: QueryRunner = dataSource.createQueryRunner();
      const op = await migrations.with({ xArgs: { a: '1' } }).operations(runner);
      expect(op.context).toMatchObject({ dataSource: 'default', offline: false, xArgs: { a: '1' } });
      await op.createTable({ name: 'tag', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });
      expect(await tableNames(dataSource)).toEqual(['tag']);
      await runner.startTransaction();
      await op.bulkInsert('tag', [{ id: 1 }, { id: 2 }]);
      await op.addColumn('tag', { name: 'text', type: 'varchar', isNullable: true });
      await expect(op.execute('SELECT * FROM nowhere')).rejects.toThrow('nowhere');
      await expect(op.autocommit(() => op.execute('VACUUM'))).rejects.toMatchObject({ code: 'QUERY_RUNNER' });
      await runner.commitTransaction();
      expect(await op.queryRunner.query('SELECT id, text FROM tag ORDER BY id')).toEqual([
        { id: 1, text: null },
        { id: 2, text: null },
      ]);
      await runner.startTransaction();
      await op.dropTable('tag');
      await runner.rollbackTransaction();
      await op.autocommit(() => op.execute('VACUUM'));
      if (dialect === 'postgres') await op.createIndex('tag', { name: 'ix', columnNames: ['id'], isConcurrent: true });
      expect(await tableNames(dataSource)).toEqual(['tag']);
      expect(runner.isReleased).toBe(false);
      await runner.release();
    });
  });

  it('are refused without a query runner', async () => {
    await withRunner(async (migrations, dataSource) => {
      for (const given of [undefined, dataSource, {}]) {
        await expect(migrations.operations(given as never)).rejects.toMatchObject({ code: 'MIGRATE_OPTIONS' });
      }
    });
  });
});
