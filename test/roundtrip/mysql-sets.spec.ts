import type { DataSourceOptions } from 'typeorm';
import { Workbench } from '../changes/workbench.js';
import { createMysqlDatabase } from '../support/databases.js';
import { describeOnMysql } from '../support/mysql-database.js';
import { mysqlSets, type Naming } from '../support/mysql-sets.js';

const names = Object.keys(mysqlSets);
/** What begins the names of tables of a set. */
const prefixOf = (set: string): string => `S${String(names.indexOf(set)).padStart(3, '0')}_`;

const entitiesOf = (sets: readonly string[]) =>
  sets.flatMap((set) => {
    const name: Naming = (given) => (prefixOf(set) + given).slice(0, 64);
    return mysqlSets[set]!(name);
  });

/** Names of tables and views that differ, after `synchronize`, and after the migrations have made them. */
async function differences(sets: readonly string[], options: object): Promise<string[][]> {
  const found: string[][] = [];
  for (const how of ['synchronize', 'upgrade'] as const) {
    const database = await createMysqlDatabase();
    const all = { ...database.options, ...options } as DataSourceOptions;
    try {
      await Workbench.on({ ...database, options: all, dialect: 'mysql' as never }, (bench) =>
        bench.stage(entitiesOf(sets) as never, async ({ migrations, dataSource }) => {
          await migrations.init();
          if (how === 'synchronize') {
            if (!dataSource.isInitialized) await dataSource.initialize();
            await dataSource.synchronize();
          } else {
            await migrations.migrate();
            await migrations.upgrade();
          }
          found.push((await migrations.check()).map((operation) => JSON.stringify(operation)));
        }),
      );
    } finally {
      await database.drop();
    }
  }
  return found;
}

describeOnMysql.each(['mysql', 'mariadb'])('Sets of entities that have not changed, with the type %s', (type) => {
  // TypeORM writes NOT NULL behind a generated column where it takes the server for a MySQL, and MariaDB refuses that.
  const sets = names.filter((set) => type === 'mariadb' || !/stored column|virtual column/.test(set));
  let bySynchronize: string[];
  let byUpgrade: string[];
  beforeAll(async () => {
    [bySynchronize, byUpgrade] = (await differences(sets, { type })) as [string[], string[]];
    // Four times some 250 tables, half of which TypeORM makes one by one.
  }, 300_000);

  it.each(sets)('show no difference: %s', (set) => {
    expect(bySynchronize.filter((operation) => operation.includes(prefixOf(set)))).toEqual([]);
    expect(byUpgrade.filter((operation) => operation.includes(prefixOf(set)))).toEqual([]);
  });
});
