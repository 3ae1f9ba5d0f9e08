import { describeOnMysql, MysqlDatabase } from '../../../../test/support/mysql-database.js';
import { offlineContext } from '../../../../test/support/postgres-database.js';
import { tableModel } from '../../../../test/support/sqlite-database.js';
import type { Operation, TableOperation } from '../../../operations/operation.js';
import { compile } from './compile.js';

const t = { name: 't' };

describeOnMysql('Operations on MySQL', () => {
  let database: MysqlDatabase;
  beforeEach(async () => (database = await MysqlDatabase.create()));
  afterEach(() => database.drop());

  const indexes = async (table = 't'): Promise<unknown[]> =>
    (await database.rows(`SHOW INDEX FROM ${table}`)).map((row) => row['Key_name']);

  it('change columns and keep what only the catalog knows of them', async () => {
    await database.run(
      `CREATE TABLE t (id int, n int(6) zerofill NOT NULL INVISIBLE DEFAULT 7 CHECK (n < 100),
         v varchar(20) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 'd' COMMENT 'c',
         at datetime(6) NOT NULL DEFAULT now(6) ON UPDATE now(6), j json)`,
      `INSERT INTO t (id, n, v, j) VALUES (1, 5, 'ä', '{"a": 1}')`,
    );
    const before = await database.table('t');
    await database.migrate(
      { kind: 'alterColumn', table: t, column: 'n', to: { comment: 'number' } },
      { kind: 'alterColumn', table: t, column: 'v', to: { default: null } },
      { kind: 'alterColumn', table: t, column: 'at', to: { isNullable: true } },
      { kind: 'alterColumn', table: t, column: 'j', to: { comment: 'json' } },
    );
    const [id, n, v, at, j] = before.columns;
    const { default: _default, ...withoutDefault } = v!;
    expect((await database.table('t')).columns).toEqual([
      id,
      { ...n, comment: 'number' },
      withoutDefault,
      { ...at, isNullable: true },
      { ...j, comment: 'json' },
    ]);
    expect(await database.rows('SELECT n, v, j FROM t')).toEqual([{ n: 5, v: 'ä', j: { a: 1 } }]);
  });

  it('give values of another type to rows, or refuse and do nothing', async () => {
    await database.run('CREATE TABLE t (a varchar(20), b int)', "INSERT INTO t VALUES ('42', 300)");
    await database.migrate({
      kind: 'alterColumn',
      table: t,
      column: 'a',
      to: { type: 'int', mysql: { unsigned: true } },
    });
    expect(await database.rows('SELECT a FROM t')).toEqual([{ a: 42 }]);
    const before = await database.table('t');
    await expect(
      database.migrate({ kind: 'alterColumn', table: t, column: 'b', to: { type: 'tinyint' } }),
    ).rejects.toMatchObject({ code: 'UNFIT_ROWS', rows: 1, example: 'b = 300' });
    await expect(
      database.migrate({ kind: 'alterColumn', table: t, column: 'a', to: { type: 'enum', enum: ['x'] } }),
    ).rejects.toMatchObject({ code: 'UNFIT_ROWS' });
    expect(await database.table('t')).toEqual(before);
    expect(await database.rows('SELECT a, b FROM t')).toEqual([{ a: 42, b: 300 }]);
  });

  it('refuse columns without a value in rows, for which the server would make one up', async () => {
    await database.run('CREATE TABLE t (id int, a int)', 'INSERT INTO t VALUES (1, NULL), (2, 3)');
    const add: Operation = { kind: 'addColumn', table: t, column: { name: 'b', type: 'json' } };
    await expect(database.migrate(add)).rejects.toMatchObject({
      code: 'NULL_VALUES',
      message: expect.stringContaining('the table has 2 rows'),
      hint: expect.stringContaining('UPDATE \\`t\\` SET \\`b\\`'),
    });
    const change: Operation = { kind: 'alterColumn', table: t, column: 'a', to: { isNullable: false } };
    await expect(database.migrate(change)).rejects.toMatchObject({
      code: 'NULL_VALUES',
      message: expect.stringContaining('1 row has no value'),
    });
    await database.run('DELETE FROM t');
    await database.migrate(add, change);
    expect((await database.table('t')).columns.map(({ isNullable }) => isNullable)).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('add such a column by a script in a way that fails where there are rows', async () => {
    await database.run('CREATE TABLE t (id int)', 'INSERT INTO t VALUES (1)');
    const statements = await compile(
      { kind: 'addColumn', table: t, column: { name: 'b', type: 'int' } },
      { ...offlineContext, table: async () => tableModel('t') },
    );
    expect(statements.map(({ sql }) => sql)).toEqual([
      'ALTER TABLE `t` ADD COLUMN `b` int NULL',
      'ALTER TABLE `t` MODIFY COLUMN `b` int NOT NULL',
    ]);
    await database.run("SET SESSION sql_mode = 'STRICT_ALL_TABLES'", statements[0]!.sql);
    await expect(database.run(statements[1]!.sql)).rejects.toThrow('Data truncated');
    await database.run('DELETE FROM t', statements[1]!.sql);
  });

  it.each<[string, string, readonly string[], boolean]>([
    ['varchar(9)', "enum('a','b')", ['2'], true],
    ['varchar(9)', "enum('a','b')", ['b', 'A'], false],
    ['varchar(9)', "set('a','b')", ['3'], true],
    ['varchar(9)', "set('a','b')", ['b,a', ''], false],
    ['int', "enum('10','2')", ['1'], true],
    ['int', "enum('10','2')", ['2', '10'], false],
    ["enum('3','2','1')", "enum('3','1')", ['2'], true],
    ["enum('3','2','1')", "enum('1','3')", ['3', '1'], false],
    ["set('1','2','3')", "set('3','a','b')", ['1'], true],
    ["set('1','2')", "enum('a','2')", ['1'], true],
    ["enum('1','2')", "set('a','2')", ['1'], true],
    ["enum('a','b','c')", "enum('c','b')", ['b', 'c'], false],
  ])('change a column of %s to %s by a script that takes no value for the number of a label: %j', async (...change) => {
    const [before, after, values, isRefused] = change;
    await database.run(`CREATE TABLE t (c ${before} COMMENT 'x')`, `CREATE TABLE u (c ${after})`);
    await database.run(...values.map((value) => `INSERT INTO t VALUES ('${value}')`));
    const table = await database.table('t');
    const { type, enum: labels } = (await database.table('u')).columns[0]!;
    const operation: Operation = {
      kind: 'alterColumn',
      table: t,
      column: 'c',
      to: { type, enum: labels, length: undefined },
    };
    const statements = await compile(operation, { ...offlineContext, table: async () => table });
    const run = database.using(async (runner) => {
      await runner.query("SET SESSION sql_mode = 'STRICT_ALL_TABLES'");
      for (const { sql } of statements) await runner.query(sql);
    });
    const outcome = await run.then(
      () => 'done',
      (error: Error) => error.message,
    );
    expect(outcome).toMatch(isRefused ? 't.c has values that are none of its new labels: change them first' : 'done');
    const held = (await database.rows('SELECT CAST(c AS CHAR) AS c FROM t')).map(({ c }) => String(c).toLowerCase());
    expect(held).toEqual(isRefused ? values : values.map((value) => (value === 'b,a' ? 'a,b' : value.toLowerCase())));
  });

  it('rename a column by a script where queries have used its table under an alias', async () => {
    await database.run(
      'CREATE TABLE t (id int PRIMARY KEY, level int, CHECK (level > 0))',
      'INSERT INTO t VALUES (1, 1)',
    );
    await database.rows('SELECT SLEEP(0.01) FROM t AS used');
    const table = await database.table('t');
    const statements = await compile(
      { kind: 'renameColumn', table: t, from: 'level', to: 'grade' },
      { ...offlineContext, table: async () => table },
    );
    expect(statements.map(({ sql }) => sql)).toEqual([
      'ALTER TABLE `t` ENABLE KEYS',
      'ALTER TABLE `t` RENAME COLUMN `level` TO `grade`',
    ]);
    await database.run(...statements.map(({ sql }) => sql));
    expect((await database.table('t')).checks).toMatchObject([{ expression: '`grade` > 0' }]);
  });

  it('make generated columns of every kind, and plain ones with the values that were computed', async () => {
    await database.run(
      'CREATE TABLE t (a int, g int AS (a + 1) VIRTUAL, z int, KEY ix (g), KEY two (z, g))',
      'INSERT INTO t (a) VALUES (1), (2)',
    );
    const change = (to: object): Operation => ({ kind: 'alterColumn', table: t, column: 'g', to });
    const values = async () => (await database.rows('SELECT g FROM t ORDER BY a')).map(({ g }) => g);
    const expression = async () => (await database.table('t')).columns[1];
    await database.migrate(change({ asExpression: 'a * 10', generatedType: 'VIRTUAL' }));
    expect(await values()).toEqual([10, 20]);
    await database.migrate(change({ asExpression: 'a * 20', generatedType: 'STORED' }));
    expect([await values(), await expression()]).toEqual([
      [20, 40],
      { name: 'g', type: 'int', isNullable: true, asExpression: '`a` * 20', generatedType: 'STORED' },
    ]);
    await database.migrate(
      change({ asExpression: 'a * 30', generatedType: 'VIRTUAL' }),
      change({ asExpression: null }),
    );
    expect([await values(), await expression()]).toEqual([[30, 60], { name: 'g', type: 'int', isNullable: true }]);
    await database.migrate(change({ asExpression: 'a + 5', generatedType: 'STORED' }), change({ asExpression: null }));
    expect(await values()).toEqual([6, 7]);
    expect(await indexes()).toEqual(['ix', 'two', 'two']);
    expect((await database.table('t')).columns.map(({ name }) => name)).toEqual(['a', 'g', 'z']);
  });

  it('create and drop foreign keys with the indexes that they bring, and keep those that they need', async () => {
    await database.run('CREATE TABLE p (id int PRIMARY KEY)', 'CREATE TABLE t (a int, b int)');
    const key = (name: string, column: string): Operation => ({
      kind: 'createForeignKey',
      table: t,
      foreignKey: {
        name,
        columnNames: [column],
        referencedTableName: 'p',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
    });
    const index = (name: string, ...columnNames: string[]): Operation => ({
      kind: 'createIndex',
      table: t,
      index: { name, columnNames },
    });
    await database.migrate(key('fa', 'a'));
    expect(await indexes()).toEqual(['fa']);
    await database.migrate({ kind: 'dropForeignKey', table: t, name: 'fa' });
    expect(await indexes()).toEqual([]);
    await database.migrate(key('fa', 'a'), index('ia', 'a', 'b'));
    expect(await indexes()).toEqual(['ia', 'ia']);
    await database.migrate({ kind: 'dropIndex', table: t, name: 'ia' });
    expect(await indexes()).toEqual(['fa']);
    expect((await database.table('t')).indices).toEqual([]);
    await database.migrate({ kind: 'renameConstraint', table: t, from: 'fa', to: 'fb' });
    expect(await indexes()).toEqual(['fb']);
    expect((await database.table('t')).foreignKeys).toMatchObject([{ name: 'fb', onDelete: 'CASCADE' }]);
    await database.migrate(key('second', 'a'), { kind: 'dropForeignKey', table: t, columnNames: ['a'], name: 'fb' });
    // The index of a later key replaces that of an earlier one on the same columns.
    expect(await indexes()).toEqual(['second']);
  });

  it('have unique constraints that are indexes, renamed and dropped by name or by columns', async () => {
    await database.run('CREATE TABLE t (a int, b int)');
    await database.migrate(
      { kind: 'createUnique', table: t, unique: { name: 'u', columnNames: ['a', 'b'] } },
      { kind: 'renameConstraint', table: t, from: 'u', to: 'w' },
    );
    expect((await database.table('t')).indices).toEqual([{ name: 'w', columnNames: ['a', 'b'], isUnique: true }]);
    await database.migrate({ kind: 'dropUnique', table: t, columnNames: ['b', 'a'] });
    expect(await indexes()).toEqual([]);
    await database.migrate({ kind: 'dropUnique', table: t, name: 'w', ifExists: true });
    await expect(database.migrate({ kind: 'dropUnique', table: t, columnNames: ['b'] })).rejects.toMatchObject({
      code: 'UNKNOWN_CONSTRAINT',
    });
  });

  it('drop a column with the indexes that it is in, which the server would make shorter', async () => {
    await database.run('CREATE TABLE t (a int, b int, UNIQUE u (a, b), KEY one (b), KEY other (a))');
    await database.migrate({ kind: 'dropColumn', table: t, column: 'b' });
    expect(await indexes()).toEqual(['other']);
  });

  it('are one statement in a batch, as far as the server takes them together', async () => {
    await database.run(
      'CREATE TABLE p (id int PRIMARY KEY)',
      `CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a int, b varchar(9), c int,
         CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id), CONSTRAINT ck CHECK (a > 0))`,
    );
    const batch = (...operations: TableOperation[]): Operation => ({ kind: 'batch', table: t, operations });
    const foreignKey = { name: 'f', columnNames: ['a'], referencedTableName: 'p', referencedColumnNames: ['id'] };
    const together = await database.migrate(
      batch(
        { kind: 'dropPrimaryKey', table: t },
        { kind: 'addColumn', table: t, column: { name: 'd', type: 'int', default: '1' } },
        { kind: 'createPrimaryKey', table: t, primaryKey: { columnNames: ['id', 'd'] } },
        { kind: 'alterColumn', table: t, column: 'b', to: { type: 'varchar', length: '99' } },
        { kind: 'dropCheck', table: t, name: 'ck' },
        { kind: 'createCheck', table: t, check: { name: 'ck', expression: '"a" > 1' } },
        { kind: 'dropForeignKey', table: t, name: 'f' },
        { kind: 'dropColumn', table: t, column: 'c' },
        {
          kind: 'createIndex',
          table: t,
          index: { name: 'i', columnNames: ['d', 'b'], columnOptions: { b: '(5) DESC' } },
        },
        { kind: 'setTableComment', table: t, comment: "it's" },
      ),
    );
    expect(together).toHaveLength(1);
    expect(await database.table('t')).toMatchObject({
      primaryKey: { columnNames: ['id', 'd'] },
      checks: [{ name: 'ck', expression: '`a` > 1' }],
      indices: [{ name: 'i', columnNames: ['d', 'b'], columnOptions: { b: '(5) DESC' } }],
      comment: "it's",
    });
    const apart = await database.migrate(
      batch(
        { kind: 'createForeignKey', table: t, foreignKey },
        { kind: 'renameColumn', table: t, from: 'b', to: 'e' },
        { kind: 'alterColumn', table: t, column: 'e', to: { type: 'varchar', length: '100' } },
      ),
      batch({ kind: 'dropForeignKey', table: t, name: 'f' }, { kind: 'createForeignKey', table: t, foreignKey }),
      batch(
        { kind: 'renameColumn', table: t, from: 'a', to: 'x' },
        { kind: 'renameColumn', table: t, from: 'd', to: 'a' },
        { kind: 'renameColumn', table: t, from: 'x', to: 'd' },
      ),
    );
    expect(apart).toHaveLength(7);
    expect((await database.table('t')).foreignKeys).toMatchObject([{ name: 'f', columnNames: ['d'] }]);
  });

  it('create, replace, rename and drop views, which keep who may read them', async () => {
    await database.run(
      'CREATE TABLE t (id int)',
      'CREATE SQL SECURITY INVOKER VIEW v AS SELECT id FROM t WITH CASCADED CHECK OPTION',
    );
    await database.migrate({ kind: 'alterView', view: { name: 'v' }, expression: 'SELECT id FROM t WHERE id > 1' });
    const options = async () =>
      (
        await database.rows(
          'SELECT security_type AS s, check_option AS c FROM information_schema.views WHERE table_schema = DATABASE()',
        )
      )[0];
    expect(await options()).toEqual({ s: 'INVOKER', c: 'CASCADED' });
    const view = { name: 'v', expression: 'SELECT id FROM t', indices: [], dependsOn: [] };
    await database.migrate({ kind: 'dropView', view, keep: true }, { kind: 'createView', view, restore: true });
    expect(await options()).toEqual({ s: 'INVOKER', c: 'CASCADED' });
    await database.migrate({ kind: 'renameView', view, to: { name: 'w' } });
    expect((await database.schema()).views).toMatchObject([
      { name: 'w', expression: 'select `t`.`id` AS `id` from `t`' },
    ]);
    await database.migrate({ kind: 'dropView', view: { name: 'w' } }, { kind: 'dropView', view, ifExists: true });
    expect((await database.schema()).views).toEqual([]);
  });

  it('rename tables and columns in the views that read them, which keep their own columns', async () => {
    await database.run(
      'CREATE TABLE t (id int, a int)',
      'CREATE TABLE u (id int, a int)',
      'INSERT INTO t VALUES (1, 10)',
      'INSERT INTO u VALUES (1, 20)',
      `CREATE VIEW v AS SELECT t.a, x.a AS b, (SELECT max(a) FROM t WHERE t.a > 0) AS m, 't.a' AS s
         FROM t JOIN u x ON x.id = t.id JOIN t again ON again.a = t.a`,
      'CREATE VIEW w AS SELECT a FROM v',
      'CREATE VIEW other AS SELECT a FROM u',
    );
    const read = () => database.rows('SELECT v.*, w.a AS w FROM v JOIN w');
    const before = await read();
    expect(before).toEqual([{ a: 10, b: 20, m: 10, s: 't.a', w: 10 }]);
    await database.migrate(
      { kind: 'renameColumn', table: t, from: 'a', to: 'c`d' },
      { kind: 'renameTable', table: t, to: { name: 'table' } },
    );
    expect(await read()).toEqual(before);
    await database.migrate(
      { kind: 'renameTable', table: { name: 'table' }, to: t },
      { kind: 'renameColumn', table: t, from: 'c`d', to: 'a' },
    );
    expect(await read()).toEqual(before);
  });

  it('refer from another database to the own one, whose name a script does not know', async () => {
    const other = new URL(database.url).pathname.slice(1) + '_x';
    const key = { name: 'FK', columnNames: ['a'], referencedTableName: 'p', referencedColumnNames: ['id'] };
    const table = { ...tableModel('c', { foreignKeys: [key], columns: [{ name: 'a', type: 'int' }] }), schema: other };
    const create: Operation = { kind: 'createTable', table };
    await database.run('CREATE TABLE p (id int PRIMARY KEY)', `CREATE DATABASE ${other}`);
    try {
      await database.migrate(create);
      await database.migrate({ kind: 'renameConstraint', table: { schema: other, name: 'c' }, from: 'FK', to: 'FK2' });
      const { tables } = await database.schema([other]);
      expect(tables.map(({ foreignKeys }) => foreignKeys)).toEqual(
        expect.arrayContaining([[expect.objectContaining({ ...key, name: 'FK2' })]]),
      );
    } finally {
      await database.run(`DROP DATABASE ${other}`);
    }
    await expect(compile(create, offlineContext)).rejects.toMatchObject({ code: 'UNSUPPORTED_OPERATION' });
  });

  it('create other databases, and drop only empty ones', async () => {
    const name = `nestjs_migrate_other_${Date.now()}`;
    const table = { ...tableModel('t', { columns: [{ name: 'id', type: 'int' }] }), schema: name };
    await database.migrate({ kind: 'createSchema', name }, { kind: 'createTable', table });
    await expect(database.migrate({ kind: 'dropSchema', name })).rejects.toThrow(`'t' is in the database '${name}'`);
    await database.migrate({ kind: 'dropSchema', name, ifUnused: true });
    await database.migrate({ kind: 'renameTable', table, to: { name: 'here' } }, { kind: 'dropSchema', name });
    expect((await database.schema()).tables).toMatchObject([{ name: 'here' }]);
  });

  it('insert rows of every kind of value', async () => {
    await database.run(
      'CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, v varchar(99) DEFAULT "d", at datetime(3), j json, b blob)',
    );
    const rows = [
      { v: "it's \\ \r\n\0", at: new Date('2026-01-01T10:00:00.123Z'), j: { a: ["'"] } },
      {},
      { b: Buffer.from([0, 255]) },
    ];
    await database.migrate({ kind: 'bulkInsert', table: t, rows }, { kind: 'bulkInsert', table: t, rows: [{}] });
    const found = await database.rows('SELECT v, CAST(at AS char) AS at, j, hex(b) AS b FROM t ORDER BY id');
    expect(found).toEqual([
      { v: "it's \\ \r\n\0", at: '2026-01-01 10:00:00.123', j: { a: ["'"] }, b: null },
      { v: 'd', at: null, j: null, b: null },
      { v: 'd', at: null, j: null, b: '00FF' },
      { v: 'd', at: null, j: null, b: null },
    ]);
  });

  it.each<[string, Operation]>([
    ['enum types', { kind: 'createEnum', enum: { name: 'e', values: ['a'] } }],
    ['sequences', { kind: 'createSequence', sequence: { name: 's' } }],
    ['partial indexes', { kind: 'createIndex', table: t, index: { name: 'i', columnNames: ['a'], where: 'a > 0' } }],
    ['arrays', { kind: 'addColumn', table: t, column: { name: 'a', type: 'int', isArray: true } }],
    ['option of other databases', { kind: 'createTable', table: tableModel('t', { sqlite: { strict: true } }) }],
    [
      'defers no constraint',
      { kind: 'createUnique', table: t, unique: { columnNames: ['a'], deferrable: 'INITIALLY DEFERRED' } },
    ],
  ])('refuse what the servers lack: %s', async (what, operation) => {
    await expect(database.migrate(operation)).rejects.toMatchObject({
      code: 'UNSUPPORTED_OPERATION',
      message: expect.stringContaining(what),
    });
  });
});
