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

  const refuse = { migrate: { onDataLoss: 'refuse' as const }, entities: [] };
  const truncate = name === 'sqlite' ? 'DELETE FROM book' : 'TRUNCATE TABLE book';
  const opaque: readonly (readonly [string, string])[] = [
    [
      'asks first, and then decides',
      `if ((await op.queryRunner.query('SELECT count(*) AS c FROM book'))[0].c > 0) await op.execute('${truncate}');`,
    ],
    ['asks for a table of TypeORM', `if (await op.queryRunner.hasTable('book')) await op.execute('${truncate}');`],
    ['catches what it is refused', `await op.queryRunner.query('SELECT 1 AS a FROM book').catch(() => []);`],
    ['uses a provider', `await (await op.get('ROWS')).clear();`],
    ...(name === 'postgres'
      ? ([['builds its statements', `await op.execute("DO $$ BEGIN EXECUTE 'TRUNCATE ' || 'book'; END $$");`]] as const)
      : []),
  ];

  it.each(opaque)('is refused where the revision %s', async (_what, body) => {
    let cleared = 0;
    const providers = [{ provide: 'ROWS', useValue: { clear: () => void (cleared += 1) } }];
    await scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        write('a1', null, `await op.execute('CREATE TABLE book (id integer PRIMARY KEY)');`, '');
        write('a2', 'a1', body, '');
        await migrations.upgrade('a1');
        await dataSource.query('INSERT INTO book (id) VALUES (1)');
        const error = await migrations.upgrade().catch((thrown: unknown) => thrown as DataLossError);
        expect(error).toBeInstanceOf(DataLossError);
        expect(error).toMatchObject({ losses: [{ revision: 'a2', isUnknown: true }] });
        expect(String(error)).toMatch(
          /a2 may take data away: .*(?:statement 1 on it is not known|not known \(statement 1\))/,
        );
        expect(cleared).toBe(0);
        expect(await dataSource.query('SELECT id FROM book')).toHaveLength(1);
        const asked: (readonly RunLoss[])[] = [];
        const confirmDataLoss = (losses: readonly RunLoss[]): boolean => asked.push(losses) > 0;
        await migrations.upgrade('head', { onDataLoss: 'ask', confirmDataLoss });
        expect(asked).toMatchObject([[{ revision: 'a2', isUnknown: true }]]);
      },
      { ...refuse, providers },
    );
  });

  const known: readonly (readonly [string, string, RegExp])[] = [
    [`TypeORM's dropTable`, `await op.queryRunner.dropTable('book');`, /the rows of book/],
    [
      `TypeORM's dropTable of a table that may be missing`,
      `await op.queryRunner.dropTable('book', true);`,
      /the rows of book/,
    ],
    [`TypeORM's dropColumn`, `await op.queryRunner.dropColumn('book', 'note');`, /the values of book.note/],
    [`TypeORM's dropColumns`, `await op.queryRunner.dropColumns('book', ['note']);`, /the values of book.note/],
    [`TypeORM's clearTable`, `await op.queryRunner.clearTable('book');`, /the rows of book/],
    ...(name === 'postgres'
      ? ([
          [
            'a change in WITH',
            `await op.execute('with d as (delete from book returning id) select id from d');`,
            /rows of book/,
          ],
          ['EXPLAIN ANALYZE', `await op.execute('EXPLAIN (ANALYZE) DELETE FROM book');`, /the rows of book/],
          [
            'MERGE',
            `await op.execute('MERGE INTO book b USING book o ON b.id = o.id WHEN MATCHED THEN DELETE');`,
            /rows of book/,
          ],
          ['COPY', `await op.execute('COPY (DELETE FROM book RETURNING id) TO STDOUT');`, /the rows of book/],
        ] as const)
      : []),
  ];

  it.each(known)('knows what %s takes away', async (_what, body, message) => {
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.init();
      write('a1', null, `await op.execute('CREATE TABLE book (id integer PRIMARY KEY, note varchar(9))');`, '');
      write('a2', 'a1', body, '');
      await migrations.upgrade('a1');
      // The tables of a1 are empty, whatever a2 does with them.
      await migrations.upgrade('a1', { onDataLoss: 'refuse' });
      await dataSource.query(`INSERT INTO book (id, note) VALUES (1, 'x')`);
      await expect(migrations.upgrade()).rejects.toThrow(message);
      await expect(migrations.upgrade()).rejects.toMatchObject({ code: 'DATA_LOSS' });
    }, refuse);
  });

  it('goes on where nothing is known of a revision, but no table has a row', async () => {
    await scene.inApplication(async (migrations) => {
      await migrations.init();
      write('a1', null, `await op.queryRunner.query('SELECT 1 AS a');`, '');
      write(
        'a2',
        'a1',
        `await op.createTable({ name: 'book', columns: [{ name: 'id', type: 'integer', isPrimary: true }] });`,
        '',
      );
      await migrations.upgrade();
      expect((await migrations.status())[0]?.current).toEqual(['a2']);
    }, refuse);
  });

  if (name === 'postgres') {
    it('asks about the rest of a revision that changes a column behind SQL by hand, as a plan does not know its type', async () => {
      await scene.inApplication(async (migrations, dataSource) => {
        await migrations.init();
        write('a1', null, `await op.execute('CREATE TABLE book (id integer PRIMARY KEY, note varchar(9))');`, '');
        const byHand = `await op.execute('ALTER TABLE book ADD CONSTRAINT c CHECK (id > 0) NOT VALID');`;
        write('a2', 'a1', `${byHand} await op.alterColumn('book', 'note', { length: '90' });`, '');
        await migrations.upgrade('a1');
        await dataSource.query(`INSERT INTO book (id, note) VALUES (1, 'x')`);
        const [plan] = await migrations.plan();
        expect(plan?.steps).toMatchObject([{ revision: 'a2', unknown: expect.stringContaining('book.note') }]);
        const found = await migrations.lint({ range: 'a1:a2' });
        // Lint, on which no rows depend, takes the type as it is written.
        expect(found.map(({ code }) => code)).toEqual(['never-validated']);
        await migrations.upgrade('head', { onDataLoss: 'ask', confirmDataLoss: () => true });
        expect((await migrations.status())[0]?.current).toEqual(['a2']);
      }, refuse);
    });
  }

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
