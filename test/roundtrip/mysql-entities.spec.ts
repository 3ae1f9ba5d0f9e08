import { EntitySchema } from 'typeorm';
import { type Entity } from '../changes/change.js';
import { Workbench } from '../changes/workbench.js';
import { createMysqlDatabase } from '../support/databases.js';
import { mysqlColumns } from '../support/mysql-columns.js';
import { printedTables } from '../changes/dump.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { mysqlEntities } from '../support/mysql-entities.js';
import { typeormDifferences } from './round-trip.js';

const sets: readonly (readonly [name: string, entities: readonly Entity[]])[] = [
  ['entities of every kind', mysqlEntities],
  [
    'columns of every kind',
    // TypeORM keeps the expressions of generated columns in a table of its own.
    Object.entries(mysqlColumns)
      .filter(([, { asExpression }]) => asExpression === undefined)
      .map(
        ([, column], at) =>
          new EntitySchema({
            name: `t${at}`,
            columns: {
              id: { type: 'int', primary: true, generated: 'increment' },
              base: { type: 'int' },
              value: column,
            },
          }),
      ),
  ],
];

describeOnMysql('The schema of entities on MySQL', () => {
  it.each(sets)(
    'is created as TypeORM creates it, shows no difference, and is dropped by the downgrade: %s',
    async (_name, entities) => {
      const database = await createMysqlDatabase();
      try {
        await Workbench.on({ ...database, dialect: 'mysql' as never }, (bench) =>
          bench.stage(entities, async ({ migrations, dataSource }) => {
            await migrations.init();
            expect(await migrations.migrate()).toHaveLength(1);
            await migrations.upgrade();
            expect(await migrations.check()).toEqual([]);
            const made = await printedTables(dataSource);
            const left = await typeormDifferences(dataSource);

            await migrations.downgrade('base');
            expect(await printedTables(dataSource)).toEqual({});
            await dataSource.synchronize();
            const { typeorm_metadata: _metadata, ...theirs } = await printedTables(dataSource);
            expect(made).toEqual(theirs);
            // What it finds then it would find for ever.
            const theirsLeft = await typeormDifferences(dataSource);
            expect(left.filter((sql) => !theirsLeft.includes(sql) && !/typeorm_metadata|VIEW/.test(sql))).toEqual([]);
          }),
        );
      } finally {
        await database.drop();
      }
    },
  );
});
