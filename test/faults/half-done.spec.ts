import { join } from 'node:path';
import { Workbench } from '../changes/workbench.js';
import { databasesWithMysql } from '../support/databases.js';
import { writeRevisions } from '../support/write-revisions.js';

const left = (upgrade: string) => ({
  a: { upgrade: `await op.createTable({ name: 't', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });` },
  b: {
    upgrade:
      `await op.execute('INSERT INTO t VALUES (1)'); await op.autocommit(async () => { ` +
      `await op.addColumn('t', { name: 'x', type: 'integer', isNullable: true }); ` +
      `await op.createIndex('t', { name: 'ix', columnNames: ['x'] }); ${upgrade} }); ` +
      `await op.addColumn('t', { name: 'y', type: 'integer', isNullable: true });`,
  },
});

describe.each(databasesWithMysql)('A revision that an upgrade has left in its middle, on %s', (_, make) => {
  it('is planned, linted and reported behind what is done', async () => {
    const database = await make();
    try {
      await Workbench.on(database, (bench) =>
        bench.stage([], async ({ migrations }) => {
          await migrations.init();
          const write = (upgrade: string) => writeRevisions(join(bench.folder, 'migrations'), left(upgrade));
          write(`await op.execute('UPDATE nowhere SET x = 1');`);
          await expect(migrations.upgrade()).rejects.toThrow(/nowhere/);
          const halfDone = [{ revision: 'b', direction: 'upgrade', done: 3 }];
          expect(await migrations.status({ halfDone: true })).toMatchObject([
            { state: 'behind', pending: ['b'], halfDone },
          ]);
          expect(await migrations.current({ verbose: true })).toMatchObject([
            { halfDone, revisions: [{ revision: 'a' }] },
          ]);
          await expect(migrations.downgrade('base')).rejects.toMatchObject({
            code: 'REVISION_HALF_DONE',
            revision: 'b',
          });
          const [report] = await migrations.plan();
          expect(report?.steps).toMatchObject([{ revision: 'b' }]);
          expect(report?.steps[0]?.unknown).toBeUndefined();
          expect(report?.steps[0]?.statements.map(({ sql }) => sql.replaceAll(/[`"]/g, ''))).toEqual([
            'UPDATE nowhere SET x = 1',
            expect.stringMatching(/^ALTER TABLE t ADD (?:COLUMN )?y /),
          ]);
          await expect(migrations.lint()).resolves.toBeDefined();
          write('');
          await migrations.upgrade();
          const [status] = await migrations.status({ halfDone: true });
          expect(status).toMatchObject({ state: 'current' });
          expect(status).not.toHaveProperty('halfDone');
        }),
      );
    } finally {
      await database.drop();
    }
  });
});
