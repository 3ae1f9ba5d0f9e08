import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';

describeOnMysql('The catalog of MySQL', () => {
  let database: MysqlDatabase;
  beforeEach(async () => (database = await MysqlDatabase.create()));
  afterEach(() => database.drop());

  const columns = async (...definitions: string[]) => {
    await database.run(`CREATE TABLE t (${definitions.map((sql, at) => `c${at} ${sql}`).join(', ')})`);
    return (await database.table('t')).columns.map(({ name: _name, isNullable: _nullable, ...column }) => column);
  };

  it('has types by their own names, and without the width of numbers', async () => {
    expect(
      await columns(
        'integer',
        'int unsigned',
        'boolean',
        'tinyint',
        'int(6) zerofill',
        'decimal',
        'decimal(10,2) unsigned',
        'float(24)',
        'float(25)',
        'double(10,4)',
        'bit',
        'bit(8)',
        'char',
        'varchar(20)',
        'binary(16)',
        'nvarchar(5)',
        'datetime(6)',
        'timestamp(0) null',
        'year',
        'json',
        "enum('a','it''s','b\\\\c')",
        "set('x','y')",
        'text(10)',
        'point',
      ),
    ).toEqual([
      { type: 'int' },
      { type: 'int', mysql: { unsigned: true } },
      { type: 'tinyint', mysql: { width: 1 } },
      { type: 'tinyint' },
      { type: 'int', mysql: { unsigned: true, zerofill: true, width: 6 } },
      { type: 'decimal', precision: 10, scale: 0 },
      { type: 'decimal', precision: 10, scale: 2, mysql: { unsigned: true } },
      { type: 'float' },
      { type: 'double' },
      { type: 'double', precision: 10, scale: 4 },
      { type: 'bit', precision: 1 },
      { type: 'bit', precision: 8 },
      { type: 'char', length: '1' },
      { type: 'varchar', length: '20' },
      { type: 'binary', length: '16' },
      // National text has the character set of its own.
      { type: 'varchar', length: '5', collation: 'utf8mb3_general_ci' },
      { type: 'datetime', precision: 6 },
      { type: 'timestamp' },
      { type: 'year' },
      { type: 'json' },
      { type: 'enum', enum: ['a', "it's", 'b\\c'] },
      { type: 'set', enum: ['x', 'y'] },
      { type: 'tinytext' },
      { type: 'point' },
    ]);
  });

  it('has defaults, ON UPDATE, generated columns, invisible ones and comments', async () => {
    expect(
      await columns(
        'int auto_increment primary key',
        "int not null default '5'",
        "varchar(9) default 'it''s'",
        'int default null',
        'datetime(6) not null default now(6) on update now(6)',
        'int as (c1 + 1)',
        'int as (c1 * 2) stored',
        'int invisible default 3',
        "int comment 'it''s \\\\ a'",
        "varchar(9) default (concat('a', 'b'))",
        'int check (c10 > 0)',
      ),
    ).toEqual([
      { type: 'int', generationStrategy: 'increment' },
      { type: 'int', default: '5' },
      { type: 'varchar', length: '9', default: "'it''s'" },
      { type: 'int' },
      { type: 'datetime', precision: 6, default: 'current_timestamp(6)', mysql: { onUpdate: 'current_timestamp(6)' } },
      { type: 'int', asExpression: '`c1` + 1', generatedType: 'VIRTUAL' },
      { type: 'int', asExpression: '`c1` * 2', generatedType: 'STORED' },
      { type: 'int', default: '3', mysql: { invisible: true } },
      { type: 'int', comment: "it's \\ a" },
      { type: 'varchar', length: '9', default: "concat('a','b')" },
      { type: 'int', mysql: { check: '`c10` > 0' } },
    ]);
  });

  it('has keys, checks and indexes, without the index that a foreign key brings', async () => {
    await database.run(
      'CREATE TABLE parent (id int primary key, code varchar(9) collate utf8mb4_bin unique)',
      `CREATE TABLE child (
         id int, parent_id int, other int, name varchar(99), body text, place point not null,
         PRIMARY KEY (id), CONSTRAINT fk FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE NO ACTION,
         CONSTRAINT served FOREIGN KEY (other) REFERENCES parent (id),
         KEY ix (other, name(10) DESC), FULLTEXT ft (body), SPATIAL sp (place),
         CONSTRAINT ck CHECK (other > 0 and (name <> 'x'))
       ) ENGINE = InnoDB COLLATE = utf8mb4_bin COMMENT = 'children'`,
    );
    const { columns: _columns, ...child } = await database.table('child');
    expect(child).toEqual({
      name: 'child',
      primaryKey: { columnNames: ['id'] },
      uniques: [],
      exclusions: [],
      checks: [{ name: 'ck', expression: "`other` > 0 and `name` <> 'x'" }],
      foreignKeys: [
        {
          name: 'fk',
          columnNames: ['parent_id'],
          referencedTableName: 'parent',
          referencedColumnNames: ['id'],
          onDelete: 'CASCADE',
        },
        { name: 'served', columnNames: ['other'], referencedTableName: 'parent', referencedColumnNames: ['id'] },
      ],
      indices: [
        { name: 'ft', columnNames: ['body'], isFulltext: true },
        { name: 'ix', columnNames: ['other', 'name'], columnOptions: { name: '(10) DESC' } },
        { name: 'sp', columnNames: ['place'], isSpatial: true },
      ],
      comment: 'children',
      mysql: { collation: 'utf8mb4_bin' },
    });
    const parent = await database.table('parent');
    expect(parent.columns[1]).toMatchObject({ collation: 'utf8mb4_bin' });
    expect(parent.indices).toEqual([{ name: 'code', columnNames: ['code'], isUnique: true }]);
  });

  it('has views without the name of the own database, and what they read', async () => {
    await database.run('CREATE TABLE t (id int, a int)', 'CREATE VIEW v AS SELECT x.id, a FROM t x WHERE a > 1');
    const { views } = await database.schema();
    expect(views).toEqual([
      {
        name: 'v',
        expression: 'select `x`.`id` AS `id`,`x`.`a` AS `a` from `t` `x` where `x`.`a` > 1',
        indices: [],
        dependsOn: [{ name: 't' }],
      },
    ]);
  });

  it('is read in the same words whatever the settings of the session are, which are put back', async () => {
    await database.run(
      `CREATE TABLE t (id int, name varchar(9) DEFAULT 'a\\\\b', at timestamp DEFAULT '2024-01-01 00:00:00', CONSTRAINT ck CHECK (id > 0))`,
    );
    const before = await database.table('t');
    await database.using(async (runner) => {
      await runner.query(
        `SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone = '+05:30', sql_quote_show_create = 0`,
      );
      const { reflect } = await import('./reflect.js');
      const { tables } = await reflect(runner, { schemas: [], exclude: [] });
      // The point in time of a default has the text that the session reads.
      const columns = before.columns.map((column) =>
        column.name === 'at' ? { ...column, default: "'2024-01-01 05:30:00'" } : column,
      );
      expect(tables).toEqual([{ ...before, columns }]);
      const [settings] = await runner.query(
        'SELECT @@sql_mode AS mode, @@time_zone AS zone, @@sql_quote_show_create AS quoted',
      );
      expect(settings).toEqual({ mode: 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', zone: '+05:30', quoted: '0' });
    });
  });

  it('is read in a constant number of queries', async () => {
    const counted = async (): Promise<number> => {
      let count = 0;
      await database.using(async (runner) => {
        const query = runner.query.bind(runner);
        runner.query = ((sql: string, parameters?: unknown[]) => {
          count += 1;
          return query(sql, parameters);
        }) as typeof runner.query;
        const { reflect } = await import('./reflect.js');
        await reflect(runner, { schemas: [], exclude: [] });
      });
      return count;
    };
    await database.run('CREATE TABLE t0 (id int primary key)', 'CREATE VIEW v0 AS SELECT * FROM t0');
    const few = await counted();
    for (let number = 1; number < 20; number++) {
      await database.run(`CREATE TABLE t${number} (id int, CONSTRAINT f${number} FOREIGN KEY (id) REFERENCES t0 (id))`);
    }
    expect(await counted()).toBe(few);
  });
});
