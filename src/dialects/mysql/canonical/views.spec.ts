import { DataSource, EntitySchema } from 'typeorm';
import { describeOnMysql, MysqlDatabase, mysqlOperations } from '../../../../test/support/mysql-database.js';

const table = new EntitySchema({ name: 't', columns: { id: { type: 'int', primary: true }, a: { type: 'int' } } });
const viewOf = (name: string, expression: string) =>
  new EntitySchema({ name, type: 'view', expression, columns: { id: { type: 'int' } } });
const views = [viewOf('v1', 'SELECT id FROM t WHERE a != 1'), viewOf('v2', 'SELECT id, a FROM t WHERE NOT a = 2')];

describeOnMysql('The views of entities as MySQL prints them', () => {
  let database: MysqlDatabase;
  beforeEach(async () => {
    database = await MysqlDatabase.create({ entities: [table, ...views] });
    await database.dataSource.synchronize();
  });
  afterEach(() => database.drop());

  const left = () => database.rows(`SHOW TABLES LIKE 'nestjs%'`);

  it('are printed one comparison after the other, and leave nothing', async () => {
    const others = await Promise.all([0, 1, 2].map(() => new DataSource(database.options).initialize()));
    const actual = await database.schema();
    const wanted = await Promise.all(others.flatMap((other) => [database.wantedBy(other), database.wantedBy(other)]));
    await Promise.all(others.map((other) => other.destroy()));
    for (const one of wanted) expect(mysqlOperations(actual, one)).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('are no part of a schema where a killed process has left one, which the next comparison drops', async () => {
    await database.run('CREATE VIEW nestjs_migrate_probe_view AS SELECT 1 AS x');
    const actual = await database.schema();
    expect(actual.views.map(({ name }) => name)).toEqual(['v1', 'v2']);
    expect(mysqlOperations(actual, await database.wanted())).toEqual([]);
    expect(await left()).toEqual([]);
  });

  it('stay as they are written in a transaction of the caller, which is not committed', async () => {
    await database.using(async (runner) => {
      await runner.query('START TRANSACTION');
      await runner.query('INSERT INTO t VALUES (1, 1)');
      const { canonical } = await import('./canonical.js');
      const { schemaFromMetadata } = await import('../../../schema/from-metadata.js');
      const { mysqlEntityRules } = await import('../entity-rules.js');
      const written = schemaFromMetadata(database.dataSource, mysqlEntityRules);
      const wanted = await canonical(written, await database.schema(), runner);
      expect(wanted.views.map(({ expression }) => expression)).toEqual(
        written.views.map(({ expression }) => expression),
      );
      await runner.query('ROLLBACK');
    });
    expect(await database.rows('SELECT * FROM t')).toEqual([]);
  });

  it.each([
    ['CREATE VIEW', 'SELECT, CREATE TEMPORARY TABLES, SHOW VIEW, DROP'],
    ['DROP', 'SELECT, CREATE TEMPORARY TABLES, SHOW VIEW, CREATE VIEW'],
  ])('are refused to a user without the privilege %s', async (privilege, granted) => {
    const name = String(database.url.split('/').at(-1));
    await database.run(
      `CREATE OR REPLACE USER '${name}'@'%' IDENTIFIED BY 'p'`,
      `GRANT ${granted} ON \`${name}\`.* TO '${name}'@'%'`,
    );
    const url = database.url.replace(/\/\/.*@/, `//${name}:p@`);
    const limited = await new DataSource({ ...database.options, url } as never).initialize();
    try {
      await expect(database.wantedBy(limited)).rejects.toMatchObject({
        code: 'MISSING_PRIVILEGE',
        message: expect.stringContaining(`the privilege ${privilege} `),
      });
      expect(await left()).toEqual([]);
    } finally {
      await limited.destroy();
      await database.run(`DROP USER '${name}'@'%'`);
    }
  });
});
