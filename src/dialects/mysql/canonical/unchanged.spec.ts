import { DataSource, EntitySchema } from 'typeorm';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../../test/support/mysql-database.js';
import { mysqlColumns } from '../../../../test/support/mysql-columns.js';
import { mysqlSpellings } from '../../../../test/support/mysql-spellings.js';
import type { Operation } from '../../../operations/operation.js';

const all = { ...mysqlColumns, ...mysqlSpellings };
const COLUMNS_PER_TABLE = 12;

/** Those that `synchronize` creates where the application takes the server for such a one. */
const namesFor = (type: 'mysql' | 'mariadb') =>
  Object.keys(all).filter((name) => type === 'mariadb' || all[name]!.asExpression === undefined);

const entitiesOf = (names: readonly string[]) =>
  Array.from(
    { length: Math.ceil(names.length / COLUMNS_PER_TABLE) },
    (_, table) =>
      new EntitySchema({
        name: `E${table}`,
        tableName: `t${table}`,
        columns: {
          id: { type: 'int', primary: true, generated: 'increment' },
          base: { type: 'int' },
          ...Object.fromEntries(
            names
              .slice(table * COLUMNS_PER_TABLE, (table + 1) * COLUMNS_PER_TABLE)
              .map((name, at) => [`c${at}`, all[name]!]),
          ),
        },
      }),
  );

describeOnMysql.each(['mysql', 'mariadb'] as const)('What TypeORM has created with the type %s', (type) => {
  const names = namesFor(type);
  let database: MysqlDatabase;
  let differences: readonly string[];

  beforeAll(async () => {
    database = await MysqlDatabase.create({ type, entities: entitiesOf(names) });
    await database.dataSource.synchronize();
    const [actual, wanted] = [await database.schema(), await database.wanted()];
    const parts = (operation: Operation): readonly Operation[] =>
      operation.kind === 'batch' ? operation.operations : [operation];
    differences = mysqlOperations(actual, wanted)
      .flatMap(parts)
      .map((operation) => JSON.stringify(operation));
  });
  afterAll(() => database.drop());

  it.each(names.map((name, at) => [name, at] as const))('shows no difference: %s', (name, at) => {
    const table = `"t${Math.floor(at / COLUMNS_PER_TABLE)}"`;
    const column = `"${all[name]!.name ?? `c${at % COLUMNS_PER_TABLE}`}"`;
    expect(differences.filter((text) => text.includes(table) && text.includes(column))).toEqual([]);
  });

  it('shows no difference in anything else', () => {
    expect(differences).toEqual([]);
  });

  it('shows no difference when the default of the database has changed since', async () => {
    await database.run(`ALTER DATABASE COLLATE utf8mb4_unicode_ci`);
    const other = await new DataSource(database.options).initialize();
    const [actual, wanted] = [await database.schema(), await database.wanted(other)];
    await other.destroy();
    expect(mysqlOperations(actual, wanted)).toEqual([]);
  });
});
