import { createConnection } from 'mysql2/promise';
import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import { printedTables } from '../changes/dump.js';
import { Workbench } from '../changes/workbench.js';
import { createMysqlDatabase, type TestDatabase } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';

type Rest = Partial<EntitySchemaOptions<unknown>>;

const define = (name: string, columns: object, rest: Rest = {}): EntitySchema =>
  new EntitySchema({
    name,
    ...rest,
    columns: { id: { type: 'int', primary: true }, ...columns },
  } as EntitySchemaOptions<unknown>);

/** A foreign key to the `id` of another entity. */
const refersTo = (target: string, name: string): Rest['foreignKeys'] => [
  { target, columnNames: ['other'], referencedColumnNames: ['id'], name, onDelete: 'CASCADE' },
];

describeOnMysql('entities of another database of the server', () => {
  let own: TestDatabase;
  let other: TestDatabase;
  const nameOf = ({ url }: TestDatabase): string => url.split('/').at(-1) ?? '';
  beforeEach(async () => {
    [own, other] = await Promise.all([createMysqlDatabase(), createMysqlDatabase()]);
  });
  afterEach(async () => {
    const connection = await createConnection(own.url);
    // A key from one to the other keeps its table from being dropped.
    await connection.query('SET foreign_key_checks = 0');
    for (const database of [own, other]) await connection.query(`DROP DATABASE ${nameOf(database)}`);
    await connection.end();
  });

  it('refer to those of the own database and are referred to, in both directions of a history', async () => {
    const database = nameOf(other);
    const int = { type: 'int' } as const;
    const before = [define('here', { n: int }), define('there', { n: int }, { database, tableName: 'there' })];
    const after = [
      define('here', { n: int, other: { ...int, default: 7 } }, { foreignKeys: refersTo('there', 'FK_here') }),
      define(
        'there',
        { m: { type: 'bigint' }, other: { ...int, default: 1 } },
        {
          database,
          foreignKeys: refersTo('here', 'FK_there'),
          indices: [{ name: 'IX', columns: ['m'], unique: true }],
          checks: [{ name: 'CK', expression: 'm > 0' }],
        },
      ),
      define('beside', { other: int }, { database, foreignKeys: refersTo('there', 'FK_beside') }),
    ];
    await Workbench.on(own, async (bench) => {
      const first = await bench.stage(before, async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        await dataSource.query('INSERT INTO here (id, n) VALUES (1, 5)');
        await dataSource.query(`INSERT INTO ${database}.there (id, n) VALUES (7, 9)`);
        return printedTables(dataSource);
      });
      await bench.stage(after, async ({ migrations, dataSource }) => {
        await migrations.migrate({ message: 'after', renames: [`${database}.there.n:${database}.there.m`] });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        const read = (): Promise<unknown> =>
          dataSource.query(
            `SELECT h.n, CAST(t.m AS CHAR) AS m FROM here h JOIN ${database}.there t ON t.id = h.other AND h.id = t.other`,
          );
        expect(await read()).toEqual([{ n: 5, m: '9' }]);
        await expect(dataSource.query(`UPDATE ${database}.there SET other = 3`)).rejects.toThrow('FK_there');
        await expect(dataSource.query('UPDATE here SET other = 3')).rejects.toThrow('FK_here');
        await migrations.downgrade();
        expect(await printedTables(dataSource)).toEqual(first);
        expect(await dataSource.query(`SELECT n FROM ${database}.there`)).toEqual([{ n: 9 }]);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });
      // The other end of a key is an entity no longer, and then its table is another database's business.
      await bench.stage(
        [after[0]!, define('there', { m: { type: 'bigint' }, other: int }, { database, synchronize: false })],
        async ({ migrations }) => {
          expect((await migrations.check()).map(({ kind }) => kind)).not.toContain('dropForeignKey');
        },
      );
    });
  });

  it('are asked for rows that a key is to hold before the first statement', async () => {
    const database = nameOf(other);
    const rest = { database };
    const plain = [define('here', { other: { type: 'int' } }), define('there', { other: { type: 'int' } }, rest)];
    const bound = [
      define('here', { other: { type: 'int' } }, { foreignKeys: refersTo('there', 'FK_here') }),
      define('there', { other: { type: 'int' } }, { ...rest, foreignKeys: refersTo('here', 'FK_there') }),
    ];
    await Workbench.on(own, async (bench) => {
      await bench.stage(plain, async ({ migrations, dataSource }) => {
        await migrations.init();
        await migrations.migrate({ message: 'before' });
        await migrations.upgrade();
        await dataSource.query('INSERT INTO here VALUES (1, 2)');
        await dataSource.query(`INSERT INTO ${database}.there VALUES (2, 3)`);
      });
      await bench.stage(bound, async ({ migrations, dataSource }) => {
        await migrations.migrate({ message: 'after' });
        await expect(migrations.upgrade()).rejects.toThrow(
          `'other' of '${database}.there' cannot refer to 'here' (FK_there)`,
        );
        await dataSource.query(`UPDATE ${database}.there SET other = 1`);
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });
    });
  });
});
