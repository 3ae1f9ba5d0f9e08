import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { DataLossError, type MigrationService, type MigrateModuleOptions, type RunLoss } from '../../src/index.js';
import { databasesWithMysql } from '../support/databases.js';
import { useScene } from '../support/scene.js';

describe.each(databasesWithMysql)('a run that takes rows away on %s', (name, make) => {
  const scene = useScene(make);
  const isEstimate = name !== 'sqlite';

  /** At a1, with a table of three rows whose column a2 drops. */
  function atA1<T>(
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
    migrate: Partial<MigrateModuleOptions> = {},
  ): Promise<T> {
    return scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        write(
          'a1',
          null,
          `await op.createTable({ name: 'book', columns: [{ name: 'id', type: 'integer', isPrimary: true }, { name: 'note', type: 'varchar', length: '20', isNullable: true }] });`,
          `await op.dropTable('book');`,
        );
        write(
          'a2',
          'a1',
          `await op.dropColumn('book', 'note');`,
          `await op.addColumn('book', { name: 'note', type: 'varchar', length: '20', isNullable: true });`,
        );
        await migrations.upgrade('a1');
        return work(migrations, dataSource);
      },
      { entities: [], migrate },
    );
  }
  const write = (id: string, down: string | null, upgrade: string, downgrade: string): void =>
    writeFileSync(
      join(scene.directory, 'versions', `${id}.ts`),
      `export const revision = '${id}';
       export const downRevision = ${JSON.stringify(down)};
       export async function upgrade(op) { ${upgrade} }
       export async function downgrade(op) { ${downgrade} }`,
    );
  const fill = async (dataSource: DataSource): Promise<void> => {
    await dataSource.query(`INSERT INTO book (id, note) VALUES (1, 'x'), (2, 'y'), (3, 'z')`);
    if (isEstimate) await dataSource.query(name === 'postgres' ? 'ANALYZE book' : 'ANALYZE TABLE book');
  };

  it('asks once, with the number of rows, and runs nothing on a no', async () => {
    await atA1(async (migrations, dataSource) => {
      await fill(dataSource);
      const questions: (readonly RunLoss[])[] = [];
      const confirmDataLoss = (losses: readonly RunLoss[]): boolean => questions.push(losses) === 0;
      await expect(migrations.upgrade('head', { confirmDataLoss })).rejects.toThrow(DataLossError);
      expect(questions).toEqual([
        [{ dataSource: 'default', revision: 'a2', loss: 'the values of book.note, about 3 of them' }],
      ]);
      expect((await migrations.current())[0]?.revisions.map(({ revision }) => revision)).toEqual(['a1']);
      await migrations.upgrade('head', { confirmDataLoss: () => true });
      expect((await migrations.status())[0]?.current).toEqual(['a2']);
    });
  });

  it('is refused by the option in both directions, and goes on where a call allows it', async () => {
    const migrate = { onDataLoss: 'refuse' as const };
    await atA1(async (migrations, dataSource) => {
      await fill(dataSource);
      await expect(migrations.upgrade()).rejects.toThrow(/a2 takes away the values of book.note, about 3 of them/);
      await expect(migrations.downgrade('base')).rejects.toThrow(/a1 takes away the rows of book, about 3 of them/);
      await migrations.upgrade('head', { onDataLoss: 'allow' });
      expect((await migrations.status())[0]?.current).toEqual(['a2']);
    }, migrate);
  });

  it('is noticed where the statistics of the table are older than its rows', async () => {
    const migrate = { onDataLoss: 'refuse' as const };
    await atA1(async (migrations, dataSource) => {
      if (name === 'mysql') await dataSource.query('ALTER TABLE book STATS_AUTO_RECALC = 0');
      await dataSource.query(`INSERT INTO book (id, note) VALUES (9, 'x')`);
      await dataSource.query('DELETE FROM book');
      if (isEstimate) await dataSource.query(name === 'postgres' ? 'ANALYZE book' : 'ANALYZE TABLE book');
      await dataSource.query(`INSERT INTO book (id, note) VALUES (1, 'x')`);
      await expect(migrations.upgrade()).rejects.toThrow(/a2 takes away the values of book.note/);
    }, migrate);
  });

  it('goes on where the table is empty, and where nobody can be asked', async () => {
    await atA1(async (migrations, dataSource) => {
      await migrations.upgrade('head', { onDataLoss: 'refuse' });
      await migrations.downgrade('a1');
      await fill(dataSource);
      await migrations.upgrade();
      expect((await migrations.status())[0]?.current).toEqual(['a2']);
    });
  });
});
