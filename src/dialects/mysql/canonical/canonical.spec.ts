import { Check, Column, DataSource, Entity, EntitySchema, PrimaryColumn } from 'typeorm';
import { mayCreateMysqlUsers } from '../../../../test/support/databases.js';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../../test/support/mysql-database.js';
import { mysqlColumns, mysqlColumnsOfOurs } from '../../../../test/support/mysql-columns.js';
import { mysqlEntities } from '../../../../test/support/mysql-entities.js';

describeOnMysql('The wanted schema, as the server prints it', () => {
  let database: MysqlDatabase;
  afterEach(() => database?.drop());

  it.each(['mysql', 'mariadb'] as const)(
    'equals what TypeORM has created of whole entities, with type %s',
    async (type) => {
      database = await MysqlDatabase.create({ type, entities: mysqlEntities, cache: true });
      await database.dataSource.synchronize();
      await database.dataSource.queryResultCache?.synchronize();
      const [actual, wanted] = [await database.schema(), await database.wanted()];
      expect(mysqlOperations(actual, wanted)).toEqual([]);
      expect(wanted.views.map(({ expression }) => expression)).toEqual(
        actual.views.map(({ expression }) => expression),
      );
      expect((await database.schema()).views).toHaveLength(2);
    },
  );

  it('names what TypeORM does not create: checks', async () => {
    @Entity('t')
    @Check('CHK_age', '"age" > 0 AND `name` <> "age of x"')
    class Person {
      @PrimaryColumn() id!: number;
      @Column() age!: number;
      @Column() name!: string;
    }
    database = await MysqlDatabase.create({ entities: [Person] });
    await database.dataSource.synchronize();
    const [actual, wanted] = [await database.schema(), await database.wanted()];
    expect(mysqlOperations(actual, wanted)).toEqual([
      {
        kind: 'createCheck',
        table: { name: 't' },
        check: { name: 'CHK_age', expression: "`age` > 0 and `name` <> 'age of x'" },
      },
    ]);
    await database.run(`ALTER TABLE t ADD CONSTRAINT CHK_age CHECK (age > 0 AND \`name\` <> 'age of x')`);
    expect(mysqlOperations(await database.schema(), await database.wanted())).toEqual([]);
  });

  it('has the tables of other databases of the server', async () => {
    const other = await MysqlDatabase.create();
    try {
      const schema = String(other.options.database ?? other.url.split('/').at(-1));
      const define = (name: string, columns: object) =>
        new EntitySchema({ name, database: schema, columns: { id: { type: 'int', primary: true }, ...columns } });
      database = await MysqlDatabase.create({
        entities: [define('elsewhere', { at: { type: 'datetime', default: () => 'now()' } })],
      });
      await database.dataSource.synchronize();
      const actual = await database.schema([schema]);
      expect(actual.tables).toMatchObject([{ schema, name: 'elsewhere' }]);
      expect(actual.schemas).toEqual([schema]);
      expect(mysqlOperations(actual, await database.wanted(undefined, [schema]))).toEqual([]);
    } finally {
      await other.drop();
    }
  });

  it('keeps characters of four bytes, which the server prints as question marks', async () => {
    const entity = new EntitySchema({
      name: 't',
      columns: {
        id: { type: 'int', primary: true },
        a: mysqlColumnsOfOurs['varchar with emoji']!,
        b: mysqlColumnsOfOurs['enum with emoji']!,
      },
    });
    database = await MysqlDatabase.create({ entities: [entity] });
    const wanted = await database.wanted();
    expect(wanted.tables[0]?.columns.slice(1)).toMatchObject([
      { default: "'привет 🙂'", comment: '🙂' },
      { enum: ['🙂', 'b'] },
    ]);
  });

  it('prints the other columns and checks of a table in which one is wrong', async () => {
    const columns = {
      id: { type: 'int', primary: true },
      base: { type: 'int' },
      at: { type: 'timestamp', default: () => 'now()' },
      day: { type: 'date', default: () => 'curdate() + interval 1 day' },
      computed: { type: 'int', asExpression: 'base+1', generatedType: 'STORED' },
      text: { type: 'varchar', length: 20, default: () => "concat('a','b')" },
    } as const;
    const checks = [{ name: 'CHK_t', expression: 'base>0' }];
    const sound = new EntitySchema({ name: 't', columns, checks });
    database = await MysqlDatabase.create({ entities: [sound] });
    await database.migrate(...mysqlOperations(await database.schema(), await database.wanted()));
    const changed = (wrong: object) => new EntitySchema({ name: 't', columns: { ...columns, wrong }, checks } as never);
    for (const wrong of [
      { type: 'int', default: () => 'nosuch()' },
      { type: 'timestamp', default: () => 'CURRENT_TIMESTAMP ON UPDATE nosuch()' },
      { type: 'int', asExpression: 'nosuch + 1' },
      { type: 'int', asExpression: 'base +' },
      { type: 'int', default: 'x' },
    ]) {
      const other = await new DataSource({ ...database.options, entities: [changed(wrong)] } as never).initialize();
      const operations = mysqlOperations(await database.schema(), await database.wanted(other));
      await other.destroy();
      expect(operations).toMatchObject([{ kind: 'addColumn', column: { name: 'wrong' } }]);
    }
  });

  it('asks nothing of the server for tables that are as they were', async () => {
    const columns = Object.fromEntries(
      ['int', 'varchar', 'createDate', 'updateDate', 'json', 'decimal with scale', 'boolean', 'enum with default'].map(
        (name) => [name.replaceAll(' ', ''), mysqlColumns[name]!],
      ),
    );
    const entity = new EntitySchema({ name: 't', columns: { id: { type: 'int', primary: true }, ...columns } });
    database = await MysqlDatabase.create({ entities: [entity] });
    await database.dataSource.synchronize();
    const sent: string[] = [];
    database.dataSource.setOptions({ logger: { logQuery: (sql: string) => sent.push(sql) } as never, logging: true });
    await database.wanted();
    expect(sent.filter((sql) => sql.includes('nestjs_migrate_probe'))).toEqual([]);
  });

  it('refuses a user who may not create temporary tables', async () => {
    if (!mayCreateMysqlUsers) return;
    const entity = new EntitySchema({ name: 't', columns: { id: { type: 'int', primary: true } } });
    database = await MysqlDatabase.create({ entities: [entity] });
    const name = String(database.url.split('/').at(-1));
    await database.run(
      `CREATE OR REPLACE USER '${name}'@'%' IDENTIFIED BY 'p'`,
      `GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES ON \`${name}\`.* TO '${name}'@'%'`,
    );
    const limited = await new DataSource({
      ...database.options,
      url: database.url.replace(/\/\/.*@/, `//${name}:p@`),
    } as never).initialize();
    try {
      await expect(database.wanted(limited)).resolves.toBeDefined();
      await expect(database.wantedBy(limited)).rejects.toMatchObject({
        code: 'MISSING_PRIVILEGE',
        message: expect.stringContaining('CREATE TEMPORARY TABLES'),
      });
    } finally {
      await limited.destroy();
    }
  });
});
