import { EntitySchema } from 'typeorm';
import { SqliteDatabase, tableModel } from '../../../../test/support/sqlite-database.js';
import type { Operation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import { isConstant, isSameSql } from '../expression.js';

describe('what the database spells in another way', () => {
  let database: SqliteDatabase;
  beforeEach(async () => {
    database = await SqliteDatabase.create();
  });
  afterEach(() => database.drop());

  it('is no difference', async () => {
    await database.run(
      `CREATE TABLE p (id INTEGER PRIMARY KEY)`,
      `CREATE TABLE t (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME NOT NULL DEFAULT current_timestamp, price NUMERIC DEFAULT (( 1.50 )),
        low text COLLATE nocase AS (LOWER( [name] )) STORED, name text NOT NULL UNIQUE, p_id integer REFERENCES p ON DELETE CASCADE,
        CONSTRAINT CHK_1 CHECK ( (name <> 'A  b' and PRICE>0.0) ), CHECK (name <> '')
      )`,
      'CREATE INDEX ix ON T (NAME collate nocase desc) where name is not null',
      'CREATE VIEW v AS select   name from t',
    );
    const wanted = tableModel('t', {
      comment: 'SQLite keeps none',
      columns: [
        { name: 'id', type: 'bigint', generationStrategy: 'increment', comment: 'nor these' },
        { name: 'at', type: 'datetime', default: 'CURRENT_TIMESTAMP' },
        { name: 'price', type: 'numeric', isNullable: true, default: '1.5' },
        {
          name: 'low',
          type: 'text',
          isNullable: true,
          collation: 'NOCASE',
          asExpression: 'lower("name")',
          generatedType: 'STORED',
        },
        { name: 'name', type: 'text' },
        { name: 'p_id', type: 'int', isNullable: true },
      ],
      primaryKey: { name: 'PK_t', columnNames: ['id'] },
      uniques: [{ name: 'UQ_name', columnNames: ['name'], deferrable: 'INITIALLY DEFERRED' }],
      checks: [
        { name: 'CHK_1', expression: `"name" != 'A  b' AND "price" > 0.0` },
        { name: 'CHK_2', expression: `"name" <> ''` },
      ],
      foreignKeys: [
        {
          name: 'FK_p',
          columnNames: ['p_id'],
          referencedTableName: 'p',
          referencedColumnNames: ['id'],
          onDelete: 'CASCADE',
        },
      ],
      indices: [
        {
          name: 'ix',
          columnNames: ['name'],
          columnOptions: { name: 'COLLATE nocase DESC' },
          where: '"name" IS NOT NULL',
          isConcurrent: true,
        },
      ],
    });
    const [result] = await database.canonical(wanted);
    const actual = await database.table('t');
    expect(result).toEqual(actual);
  });

  it('is a difference when it has another meaning', async () => {
    await database.run(
      `CREATE TABLE t (a text NOT NULL DEFAULT 'x', b integer DEFAULT 1, CONSTRAINT c CHECK (a <> 'x'))`,
    );
    const wanted = tableModel('t', {
      columns: [
        { name: 'a', type: 'text', default: `'X'` },
        { name: 'b', type: 'integer', isNullable: true, default: '1.0' },
      ],
      checks: [{ name: 'c', expression: `a <> 'x '` }],
    });
    expect(await database.canonical(wanted)).toEqual([wanted]);
  });

  it('is taken from the database where no entity can specify it', async () => {
    await database.run(
      `CREATE TABLE t (a text NOT NULL ON CONFLICT IGNORE, CONSTRAINT pk PRIMARY KEY (a COLLATE NOCASE), CONSTRAINT u UNIQUE (a DESC) ON CONFLICT FAIL) STRICT`,
    );
    const wanted = tableModel('t', {
      columns: [{ name: 'a', type: 'text' }],
      primaryKey: { columnNames: ['a'] },
      uniques: [{ name: 'u', columnNames: ['a'] }],
    });
    expect(await database.canonical(wanted)).toEqual([await database.table('t')]);
  });
});

describe('two SQL expressions', () => {
  it.each([
    ['a>0', '( "a" > 0 )'],
    ['[a b]', '`a b`'],
    ['x IN (1,2)', 'X in ( 1 , 2 )'],
    ['a /* why */ = 1', 'a == 1 -- because'],
    ['1.50', '1.5e0'],
    ['TRUE', '1'],
  ])('are the same: %s and %s', (left, right) => expect(isSameSql(left, right)).toBe(true));

  it.each([
    [`'a'`, `'A'`],
    [`'a  b'`, `'a b'`],
    ['1', '1.0'],
    ['(a) + (b)', 'a) + (b'],
    ['ab', 'a b'],
    ['a', 'b'],
  ])('are different: %s and %s', (left, right) => expect(isSameSql(left, right)).toBe(false));

  it.each([
    ['1', true],
    ['(-1.5)', true],
    [`'it''s'`, true],
    ['true', true],
    ['CURRENT_TIMESTAMP', false],
    [`datetime('now')`, false],
    ['1 + 1', false],
    [`'a' || 'b'`, false],
    ['', false],
  ])('can be the default in an ALTER TABLE, or not: %s, %s', (sql, expected) => expect(isConstant(sql)).toBe(expected));
});

describe('TypeORM', () => {
  const Item = new EntitySchema<Record<string, unknown>>({
    name: 'item',
    columns: {
      id: { type: 'integer', primary: true, generated: 'increment' },
      name: { type: 'varchar', length: 50, unique: true, collation: 'NOCASE' },
      price: { type: 'decimal', precision: 10, scale: 2, default: 1.5 },
      status: { type: 'simple-enum', enum: ['new', 'a,b', 'done'], default: 'new' },
      at: { type: 'datetime', createDate: true },
      data: { type: 'simple-json', nullable: true },
      tags: { type: 'simple-array', default: '' },
      isOn: { type: 'boolean', default: false },
      parentId: { type: 'integer', nullable: true },
    },
    checks: [{ name: 'CHK_price', expression: '"price" > 0' }],
    uniques: [{ name: 'UQ_2', columns: ['price', 'status'] }],
    indices: [{ name: 'IDX_at', columns: ['at'], where: '"at" IS NOT NULL' }],
    relations: {
      parent: {
        type: 'many-to-one',
        target: 'item',
        joinColumn: { name: 'parentId' },
        onDelete: 'CASCADE',
        deferrable: 'INITIALLY DEFERRED',
      },
    },
  });
  const Pair = new EntitySchema<Record<string, unknown>>({
    name: 'pair',
    withoutRowid: true,
    columns: {
      a: { type: 'integer', primary: true },
      b: { type: 'uuid', primary: true },
      sum: { type: 'integer', asExpression: '"a" * 2', generatedType: 'STORED' },
      half: { type: 'real', asExpression: '"a" / 2', generatedType: 'VIRTUAL', nullable: true },
    },
  });
  const catalog = `SELECT name, trim(sql) AS sql FROM sqlite_master WHERE tbl_name IN ('item', 'pair') ORDER BY name`;

  /** The tables that TypeORM makes of entities: as we read them, and as SQLite knows them. */
  async function synchronized(...entities: EntitySchema[]): Promise<[readonly TableModel[], unknown]> {
    const database = await SqliteDatabase.create({ entities });
    await database.dataSource.synchronize();
    const tables = (await database.schema()).tables.filter(({ name }) => name !== 'typeorm_metadata');
    const texts = await database.rows(catalog);
    await database.drop();
    return [tables, texts];
  }

  it('creates tables that are read as models, from which createTable makes the same SQL', async () => {
    const [tables, texts] = await synchronized(Item, Pair);
    const database = await SqliteDatabase.create();
    await database.migrate(...tables.map((table) => ({ kind: 'createTable', table }) as const));
    expect(await database.rows(catalog)).toEqual(texts);
    expect((await database.schema()).tables).toEqual(tables);
    expect(tables.find(({ name }) => name === 'item')).toMatchObject({
      uniques: [{ columnNames: ['name'] }, { name: 'UQ_2', columnNames: ['price', 'status'] }],
      checks: [{ name: 'CHK_price', expression: '"price" > 0' }],
      foreignKeys: [{ columnNames: ['parentId'], onDelete: 'CASCADE', deferrable: 'INITIALLY DEFERRED' }],
      indices: [{ name: 'IDX_at', where: '"at" IS NOT NULL' }],
    });
    expect(tables.find(({ name }) => name === 'pair')).toMatchObject({ sqlite: { withoutRowid: true } });
    await database.drop();
  });

  it('finds nothing to change in a table that was changed and changed back', async () => {
    const [[table]] = await synchronized(Item);
    const database = await SqliteDatabase.create({ entities: [Item] });
    const name = (length: string): Operation => ({
      kind: 'alterColumn',
      table: { name: 'item' },
      column: 'name',
      to: { type: 'varchar', length, collation: 'NOCASE' },
    });
    const pending = async (): Promise<string[]> =>
      (await database.dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);
    await database.migrate({ kind: 'createTable', table: table! }, name('60'));
    expect((await pending()).join('\n')).toContain('"name" varchar(50)');
    await database.migrate(name('50'));
    expect(await pending()).toEqual([]);
    await database.drop();
  });
});
