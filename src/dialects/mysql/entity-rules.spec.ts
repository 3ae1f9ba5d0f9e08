import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../test/support/mysql-database.js';

describeOnMysql('The width of a column in an entity of TypeORM 0.3', () => {
  let database: MysqlDatabase;
  beforeAll(async () => {
    database = await MysqlDatabase.create();
  });
  afterAll(() => database.drop());

  it.each([
    ['bit', 4, 'bit(4)'],
    ['bit', undefined, 'bit(1)'],
    ['tinyint', 1, 'tinyint(1)'],
    ['tinyint', 3, 'tinyint(4)'],
    ['int', 5, 'int(11)'],
    ['char', 5, 'char(5)'],
    ['decimal', 8, 'decimal(8,0)'],
    ['datetime', 3, 'datetime(3)'],
  ] as const)('of %s is %s: %s', async (type, width, printed) => {
    const column: EntitySchemaColumnOptions = { type, nullable: true };
    const entity = new EntitySchema({ name: 't', columns: { id: { type: 'int', primary: true }, c: column } });
    const dataSource = await new DataSource({ ...database.options, entities: [entity] } as never).initialize();
    try {
      // TypeORM 1.0 has no widths.
      Object.assign(dataSource.getMetadata(entity).columns[1]!, { width });
      await database.migrate(...mysqlOperations(await database.schema(), await database.wanted(dataSource)));
      const [row] = await database.rows("SHOW COLUMNS FROM t LIKE 'c'");
      expect(row).toMatchObject({ Type: printed });
      expect(mysqlOperations(await database.schema(), await database.wanted(dataSource))).toEqual([]);
      Object.assign(dataSource.getMetadata(entity).columns[1]!, { width: undefined });
      if (type === 'tinyint')
        expect(mysqlOperations(await database.schema(), await database.wanted(dataSource))).toEqual([]);
    } finally {
      await dataSource.destroy();
      await database.run('DROP TABLE t');
    }
  });
});
