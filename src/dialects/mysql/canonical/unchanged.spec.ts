import { DataSource, EntitySchema } from 'typeorm';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../../test/support/mysql-database.js';
import { mysqlColumns } from '../../../../test/support/mysql-columns.js';

/** Those that `synchronize` creates where the application takes the server for such a one. */
const namesFor = (type: 'mysql' | 'mariadb') =>
  Object.keys(mysqlColumns).filter((name) => type === 'mariadb' || mysqlColumns[name]!.asExpression === undefined);

const entitiesOf = (names: readonly string[]) =>
  names.map(
    (name, at) =>
      new EntitySchema({
        name: `E${at}`,
        tableName: `t${at}`,
        columns: {
          id: { type: 'int', primary: true, generated: 'increment' },
          base: { type: 'int' },
          value: mysqlColumns[name]!,
        },
      }),
  );

describeOnMysql.each(['mysql', 'mariadb'] as const)('What TypeORM has created with the type %s', (type) => {
  const names = namesFor(type);
  let database: MysqlDatabase;
  let differences: ReadonlyMap<string, unknown>;

  beforeAll(async () => {
    database = await MysqlDatabase.create({ type, entities: entitiesOf(names) });
    await database.dataSource.synchronize();
    const [actual, wanted] = [await database.schema(), await database.wanted()];
    const operations = mysqlOperations(actual, wanted);
    differences = new Map(operations.map((operation) => ['table' in operation ? operation.table.name : '', operation]));
  });
  afterAll(() => database.drop());

  it.each(names.map((name, at) => [name, at] as const))('shows no difference: %s', (_name, at) => {
    expect(differences.get(`t${at}`)).toBeUndefined();
  });

  it('shows no difference when the default of the database has changed since', async () => {
    await database.run(`ALTER DATABASE COLLATE utf8mb4_unicode_ci`);
    const other = await new DataSource(database.options).initialize();
    const [actual, wanted] = [await database.schema(), await database.wanted(other)];
    await other.destroy();
    expect(mysqlOperations(actual, wanted)).toEqual([]);
  });
});
