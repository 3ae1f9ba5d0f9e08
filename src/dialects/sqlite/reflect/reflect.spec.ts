import { SqliteDatabase, tableModel } from '../../../../test/support/sqlite-database.js';
import type { ColumnModel, TableModel } from '../../../schema/schema.model.js';

let database: SqliteDatabase;
beforeEach(async () => {
  database = await SqliteDatabase.create();
});
afterEach(() => database.drop());

const id: ColumnModel = { name: 'id', type: 'integer', generationStrategy: 'increment' };
const withId = (name: string, columns: ColumnModel[], rest: Partial<TableModel> = {}): TableModel =>
  tableModel(name, { columns: [id, ...columns], primaryKey: { columnNames: ['id'] }, ...rest });

/** Every kind of column and constraint that SQLite and TypeORM support. */
const tables: [string, TableModel][] = [
  ['a numbered table', withId('t', [])],
  [
    'types',
    withId('t', [
      { name: 'a', type: 'varchar' },
      { name: 'b', type: 'varchar', length: '50' },
      { name: 'c', type: 'decimal', precision: 10, scale: 2 },
      { name: 'd', type: 'datetime', precision: 3 },
      { name: 'e', type: 'unsigned big int' },
      { name: 'f', type: 'double precision', precision: 5 },
      { name: 'g', type: 'blob', isNullable: true },
      { name: 'h', type: 'boolean' },
      { name: 'i', type: 'jsonb', isNullable: true },
      { name: 'j', type: 'integer array' },
      { name: 'k', type: '', isNullable: true },
    ]),
  ],
  [
    'defaults',
    withId('t', [
      { name: 'a', type: 'varchar', default: `'it''s'` },
      { name: 'b', type: 'datetime', default: `datetime('now')` },
      { name: 'c', type: 'datetime', default: 'CURRENT_TIMESTAMP' },
      { name: 'd', type: 'integer', default: '-1' },
      { name: 'e', type: 'text', default: `(lower(hex(randomblob(16))))` },
      { name: 'f', type: 'text', default: `''` },
      { name: 'g', type: 'boolean', default: 'true' },
      { name: 'h', type: 'text', default: `'a -- ) , "b" /* c */'` },
      { name: 'i', type: 'blob', default: `x'00ff'` },
    ]),
  ],
  [
    'labels',
    withId('t', [
      { name: 'status', type: 'varchar', enum: ['new', `can't`, 'a,b', ''], default: `'new'` },
      { name: 'maybe', type: 'varchar', enum: ['x'], isNullable: true },
    ]),
  ],
  [
    'collations and generated columns',
    withId('t', [
      { name: 'a', type: 'varchar', collation: 'NOCASE' },
      { name: 'b', type: 'integer', asExpression: 'length("a") * 2', generatedType: 'STORED' },
      { name: 'c', type: 'varchar', asExpression: `a || ')'`, generatedType: 'VIRTUAL', isNullable: true },
    ]),
  ],
  [
    'constraints',
    withId(
      't',
      [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'integer', isNullable: true },
      ],
      {
        uniques: [{ name: 'UQ_ab', columnNames: ['a', 'b'] }, { columnNames: ['b'] }],
        checks: [{ name: 'CHK_a', expression: `"a" > 0 AND ("b" <> 1)` }, { expression: 'b < 10' }],
        foreignKeys: [
          {
            name: 'FK_a',
            columnNames: ['a'],
            referencedTableName: 't',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
          {
            columnNames: ['b'],
            referencedTableName: 't',
            referencedColumnNames: ['id'],
            onUpdate: 'SET NULL',
            deferrable: 'INITIALLY DEFERRED',
          },
        ],
      },
    ),
  ],
  [
    'a named composite key',
    tableModel('t', {
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'varchar' },
      ],
      primaryKey: { name: 'PK_t', columnNames: ['b', 'a'] },
    }),
  ],
  [
    'what only a hand can write',
    tableModel('t', {
      columns: [
        { name: 'a', type: 'text', sqlite: { onConflict: 'REPLACE' }, default: `'x'` },
        { name: 'b', type: 'integer' },
      ],
      primaryKey: { columnNames: ['a'], columnOptions: { a: 'COLLATE NOCASE DESC' } },
      uniques: [{ name: 'UQ', columnNames: ['b'], sqlite: { onConflict: 'IGNORE' }, columnOptions: { b: 'DESC' } }],
      sqlite: { withoutRowid: true, strict: true },
    }),
  ],
  [
    'indexes',
    withId(
      't',
      [
        { name: 'a', type: 'integer' },
        { name: 'b c', type: 'text' },
      ],
      {
        indices: [
          { name: 'IDX_a', columnNames: ['a'] },
          { name: 'IDX_u', columnNames: ['a', 'b c'], isUnique: true, where: `"b c" IS NOT NULL` },
          { name: 'IDX_o', columnNames: ['b c', 'a'], columnOptions: { 'b c': 'COLLATE NOCASE DESC', a: 'DESC' } },
          { name: 'IDX_e', columnNames: [], expression: 'lower("b c"), a' },
        ],
      },
    ),
  ],
  [
    'awkward names',
    tableModel('o"r, (der', {
      columns: [
        { name: 'select', type: 'integer' },
        { name: 'a.b', type: 'text' },
        { name: `q"'[x]`, type: 'text' },
        { name: 'Größe', type: 'text' },
      ],
      primaryKey: { columnNames: ['select'] },
      uniques: [{ name: `UQ "x"`, columnNames: ['a.b', `q"'[x]`] }],
    }),
  ],
];

describe('a SQLite table that an operation created', () => {
  it.each(tables)('is read back as it was wanted: %s', async (_name, table) => {
    await database.migrate({ kind: 'createTable', table });
    expect((await database.schema()).tables).toEqual([table]);
    expect(await database.canonical(table)).toEqual([table]);
  });

  it.each(tables)('has the columns and keys that SQLite reports itself: %s', async (_name, table) => {
    await database.migrate({ kind: 'createTable', table });
    const columns = await database.rows(
      `SELECT x.name, x."notnull", x.pk, x.dflt_value, x.hidden FROM sqlite_master m, pragma_table_xinfo(m.name) x WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'`,
    );
    expect(columns).toEqual(
      table.columns.map((column) => ({
        name: column.name,
        notnull: column.isNullable ? 0 : 1,
        pk: (table.primaryKey?.columnNames.indexOf(column.name) ?? -1) + 1,
        dflt_value: column.default === 'true' ? '1' : (column.default ?? null),
        hidden: column.generatedType === 'STORED' ? 3 : column.generatedType === 'VIRTUAL' ? 2 : 0,
      })),
    );
  });
});

describe('a SQLite table made by hand', () => {
  it('is read whatever its spelling', async () => {
    await database.run(
      'CREATE TABLE Parent (Id INTEGER PRIMARY KEY, "Code" TEXT UNIQUE ON CONFLICT ABORT)',
      `CREATE TABLE if not exists child ( -- a comment, with (parentheses
        [id] INT NOT NULL PRIMARY KEY ASC, /* , */
        \`parent_id\` INTEGER CONSTRAINT fk_p REFERENCES PARENT ON DELETE CASCADE ON UPDATE NO ACTION MATCH FULL NOT DEFERRABLE,
        kind VARCHAR(10) NOT NULL DEFAULT abc CHECK (kind IN ('a', 'b')) COLLATE nocase,
        price NUMERIC(10 , 2) DEFAULT +5 NULL,
        flag DEFAULT "yes",
        none TEXT DEFAULT NULL,
        double INTEGER GENERATED ALWAYS AS (Price * 2),
        CONSTRAINT pos CHECK (price > 0)
        UNIQUE (KIND COLLATE RTRIM, price DESC)
        FOREIGN KEY (KIND) REFERENCES parent (code) DEFERRABLE INITIALLY DEFERRED
      )`,
    );
    expect(await database.table('Parent')).toEqual(
      tableModel('Parent', {
        columns: [
          { name: 'Id', type: 'integer' },
          { name: 'Code', type: 'text', isNullable: true },
        ],
        primaryKey: { columnNames: ['Id'] },
        uniques: [{ columnNames: ['Code'] }],
      }),
    );
    expect(await database.table('child')).toEqual(
      tableModel('child', {
        columns: [
          { name: 'id', type: 'int' },
          { name: 'parent_id', type: 'integer', isNullable: true },
          { name: 'kind', type: 'varchar', length: '10', default: `'abc'`, enum: ['a', 'b'], collation: 'nocase' },
          { name: 'price', type: 'numeric', precision: 10, scale: 2, isNullable: true, default: '+5' },
          { name: 'flag', type: '', isNullable: true, default: `'yes'` },
          { name: 'none', type: 'text', isNullable: true, default: 'NULL' },
          { name: 'double', type: 'integer', isNullable: true, asExpression: 'Price * 2', generatedType: 'VIRTUAL' },
        ],
        primaryKey: { columnNames: ['id'] },
        uniques: [{ columnNames: ['kind', 'price'], columnOptions: { kind: 'COLLATE RTRIM', price: 'DESC' } }],
        checks: [{ name: 'pos', expression: 'price > 0' }],
        foreignKeys: [
          {
            name: 'fk_p',
            columnNames: ['parent_id'],
            referencedTableName: 'Parent',
            referencedColumnNames: ['Id'],
            onDelete: 'CASCADE',
          },
          {
            columnNames: ['kind'],
            referencedTableName: 'Parent',
            referencedColumnNames: ['Code'],
            deferrable: 'INITIALLY DEFERRED',
          },
        ],
      }),
    );
  });

  it('has a generated key when AUTOINCREMENT is declared at the end', async () => {
    await database.run('CREATE TABLE t (id INTEGER, a TEXT, PRIMARY KEY (ID AUTOINCREMENT))');
    expect((await database.table('t')).columns[0]).toEqual(id);
  });

  it('is read after SQLite itself has changed its text', async () => {
    await database.run(
      `CREATE TABLE t (id integer PRIMARY KEY, a text, c text, CONSTRAINT c CHECK (a <> 'x'))`,
      `ALTER TABLE t ADD "b" varchar CHECK( "b" IN ('p','q') ) NOT NULL DEFAULT ('p')`,
      'ALTER TABLE t RENAME COLUMN b TO "new name"',
      'ALTER TABLE t DROP COLUMN c',
    );
    const table = await database.table('t');
    expect(table.columns.map(({ name }) => name)).toEqual(['id', 'a', 'new name']);
    expect(table.columns.at(-1)).toEqual({ name: 'new name', type: 'varchar', enum: ['p', 'q'], default: `'p'` });
    expect(table.checks).toEqual([{ name: 'c', expression: `a <> 'x'` }]);
  });
});

describe('the schema of a SQLite database', () => {
  it('has views with what they read, and the names of the columns of one', async () => {
    await database.run(
      'CREATE TABLE t (a text)',
      'CREATE VIEW v AS SELECT a, (1) AS b FROM t ;',
      `CREATE VIEW w (x, "y z") as SELECT * FROM v -- the end`,
    );
    const { views } = await database.schema();
    expect(views).toEqual([
      { name: 'v', expression: 'SELECT a, (1) AS b FROM t', indices: [], dependsOn: [{ name: 't' }] },
      {
        name: 'w',
        expression: 'WITH "w" ("x", "y z") AS (SELECT * FROM v) SELECT * FROM "w"',
        indices: [],
        dependsOn: [{ name: 'v' }],
      },
    ]);
    await database.run('INSERT INTO t VALUES (1)');
    await database.migrate({ kind: 'dropView', view: { name: 'w' } }, { kind: 'createView', view: views[1]! });
    expect(await database.rows('SELECT "y z" FROM w')).toEqual([{ 'y z': 1 }]);
  });

  it('leaves out what is not a table of the application', async () => {
    await database.run(
      'CREATE VIRTUAL TABLE docs USING fts5(body)',
      'CREATE TABLE docs_tags (a integer PRIMARY KEY AUTOINCREMENT)',
      'CREATE TABLE Migrate_Version (a text)',
      'CREATE INDEX ix ON migrate_version (a)',
      'ANALYZE',
    );
    const { reflect } = await import('./reflect.js');
    const schema = await reflect(database.dataSource.createQueryRunner(), {
      schemas: [],
      exclude: [{ name: 'migrate_version' }],
    });
    expect(schema.tables.map(({ name }) => name)).toEqual(['docs_tags']);
  });

  it('is read in one query, however many tables there are', async () => {
    for (let i = 0; i < 30; i++) await database.run(`CREATE TABLE t${i} (id integer PRIMARY KEY, a text UNIQUE)`);
    const runner = database.dataSource.createQueryRunner();
    const query = jest.spyOn(runner, 'query');
    expect((await database.schema()).tables).toHaveLength(30);
    expect(query).toHaveBeenCalledTimes(1);
  });
});
