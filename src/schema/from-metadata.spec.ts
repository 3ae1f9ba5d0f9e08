import { runInNewContext } from 'node:vm';
import {
  DataSource,
  type DataSourceOptions,
  EntitySchema,
  type EntitySchemaColumnOptions,
  type EntitySchemaOptions,
} from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../../test/support/databases.js';
import { dialectOf } from '../dialects/index.js';
import { schemaFromMetadata } from './from-metadata.js';
import type { SchemaModel } from './schema.model.js';

type Options = EntitySchemaOptions<object>;
type Columns = Record<string, EntitySchemaColumnOptions>;

function entity(name: string, columns: Columns = {}, options: Partial<Options> = {}): EntitySchema {
  const id = { type: 'int', primary: true } as const;
  return new EntitySchema({ name, columns: { id, ...columns }, ...options } as Options);
}

describe('the schema of entities', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  async function read(make: () => Promise<TestDatabase>, entities: EntitySchema[], options = {}): Promise<SchemaModel> {
    database = await make();
    dataSource = await new DataSource({ ...database.options, entities, ...options } as DataSourceOptions).initialize();
    return schemaFromMetadata(dataSource, dialectOf(dataSource).entityRules);
  }

  it('has TypeORM’s names of constraints and indexes', async () => {
    const { tables } = await read(createPostgresDatabase, [
      entity('t', { a: { type: 'int', unique: true } }, { indices: [{ columns: ['a'] }] }),
    ]);
    const { namingStrategy } = dataSource;
    expect(tables[0]).toMatchObject({
      name: 't',
      primaryKey: { name: namingStrategy.primaryKeyName('t', ['id']), columnNames: ['id'] },
      uniques: [{ name: namingStrategy.uniqueConstraintName('t', ['a']), columnNames: ['a'] }],
      indices: [{ name: namingStrategy.indexName('t', ['a']), columnNames: ['a'] }],
    });
  });

  it('leaves out the name of the data source’s own schema, and has those of others', async () => {
    const schema = await read(
      createPostgresDatabase,
      [entity('mine'), entity('same', {}, { schema: 'public' }), entity('other', {}, { schema: 'crm' })],
      { schema: 'public', entityPrefix: 'app_' },
    );
    expect(schema.tables.map(({ schema: own, name }) => [own, name])).toEqual([
      [undefined, 'app_mine'],
      [undefined, 'app_same'],
      ['crm', 'app_other'],
    ]);
    expect(schema.schemas).toEqual(['crm']);
  });

  it('has an enum that columns share once, and refuses one that they disagree on', async () => {
    const mood = (values: string[]): Columns => ({ mood: { type: 'enum', enum: values, enumName: 'mood' } });
    const { enums } = await read(createPostgresDatabase, [entity('a', mood(['x'])), entity('b', mood(['x']))]);
    expect(enums).toEqual([{ name: 'mood', values: ['x'] }]);
    await dataSource.destroy();
    await database.drop();
    await expect(read(createPostgresDatabase, [entity('a', mood(['x'])), entity('b', mood(['y']))])).rejects.toThrow(
      'The enum "mood" has different values at "a.mood" and at "b.mood".',
    );
  });

  it('has the values of an enum whichever of its columns lists them', async () => {
    const named: Columns = { mood: { type: 'enum', enumName: 'mood' } };
    const said: Columns = { mood: { type: 'enum', enum: ['x', 'y'], enumName: 'mood' } };
    const { enums } = await read(createPostgresDatabase, [entity('a', named), entity('b', said), entity('c', named)]);
    expect(enums).toEqual([{ name: 'mood', values: ['x', 'y'] }]);
  });

  it('is made of objects of this realm, so that it can equal a catalog, wherever TypeORM was loaded', async () => {
    const foreign = runInNewContext("['aId']") as string[];
    const mood = runInNewContext("['x']") as string[];
    const parent = { a: { type: 'many-to-one', target: 'a' } } as const;
    await read(createPostgresDatabase, [entity('a', { mood: { type: 'enum', enum: mood } }, { relations: parent })]);
    const [key] = dataSource.entityMetadatas[0]!.foreignKeys;
    Object.assign(key!, { columnNames: foreign, referencedColumnNames: foreign });
    const { enums, tables } = schemaFromMetadata(dataSource, dialectOf(dataSource).entityRules);
    const { columnNames, referencedColumnNames } = tables[0]!.foreignKeys[0]!;
    for (const list of [columnNames, referencedColumnNames, enums[0]!.values]) expect(list).toBeInstanceOf(Array);
  });

  it('has the table of TypeORM’s query cache where one is kept in the database', async () => {
    const named = { cache: { type: 'database', tableName: 'kept' } };
    const { tables } = await read(createPostgresDatabase, [entity('t')], named);
    expect(tables.map(({ name }) => name)).toEqual(['t', 'kept']);
    const provider = (): object => ({ connect: async () => undefined, disconnect: async () => undefined });
    const without = new DataSource({ ...database.options, entities: [entity('t')], cache: { provider } } as never);
    await without.initialize();
    expect(schemaFromMetadata(without, dialectOf(without).entityRules).tables).toHaveLength(1);
    await without.destroy();
  });

  it('refuses two different indexes of one name, and takes equal ones for one', async () => {
    const index = { name: 'ix', columns: ['a', 'b'] };
    const columns: Columns = { a: { type: 'int' }, b: { type: 'int' } };
    const { tables } = await read(createSqliteDatabase, [entity('t', columns, { indices: [index, index] })]);
    expect(tables[0]?.indices).toEqual([{ name: 'ix', columnNames: ['a', 'b'] }]);
    await dataSource.destroy();
    await database.drop();
    const other = { name: 'ix', columns: ['b', 'a'] };
    await expect(read(createSqliteDatabase, [entity('t', columns, { indices: [index, other] })])).rejects.toMatchObject(
      {
        code: 'DUPLICATE_CONSTRAINT_NAME',
        message: 'Table "t" has two different indexes named "ix": on (a, b) and on (b, a).',
      },
    );
  });

  it.each<[string, object, string, string]>([
    [
      'of a relation',
      { type: 'many-to-one', target: 'Q', joinColumn: { name: 'q' } },
      '"q" of the entity "t" refers to "id" and "part" of "Q" by the one column "q".',
      "Give it a column for each: @JoinColumn([{ name: 'q_id', referencedColumnName: 'id' }, { name: 'q_part', referencedColumnName: 'part' }]).",
    ],
    [
      'of a join table',
      {
        type: 'many-to-many',
        target: 'Q',
        joinTable: { name: 'tq', joinColumn: { name: 't' }, inverseJoinColumn: { name: 'q' } },
      },
      'The join table "tq" refers to "id" and "part" of "Q" by the one column "q".',
      "Give it a column for each: @JoinTable({ joinColumns: [{ name: 'q_id', referencedColumnName: 'id' }, { name: 'q_part', referencedColumnName: 'part' }] }), or inverseJoinColumns.",
    ],
  ])('refuses one column for a key of two: %s', async (_what, relation, message, hint) => {
    const entities = [
      entity('Q', { part: { type: 'int', primary: true } }),
      entity('t', {}, { relations: { q: relation } } as Partial<Options>),
    ];
    await expect(read(createSqliteDatabase, entities)).rejects.toMatchObject({
      code: 'UNSUPPORTED_ENTITY',
      message,
      hint,
    });
  });

  it('has one table for entities that share it', async () => {
    const { tables } = await read(createSqliteDatabase, [
      entity('whole', { a: { type: 'int' } }, { tableName: 't' }),
      entity('part', { b: { type: 'int' } }, { tableName: 't' }),
    ]);
    expect(tables.map(({ columns }) => columns.map(({ name }) => name))).toEqual([['id', 'a', 'b']]);
  });

  it('leaves out entities with synchronize: false', async () => {
    const { tables } = await read(createSqliteDatabase, [entity('t'), entity('theirs', {}, { synchronize: false })]);
    expect(tables.map(({ name }) => name)).toEqual(['t']);
  });

  it('has the tables and views that the expression of a view reads', async () => {
    const view = (name: string, expression: string, options: Partial<Options> = {}): EntitySchema =>
      new EntitySchema({ name, type: 'view', expression, columns: {}, ...options } as Options);
    const { views } = await read(createSqliteDatabase, [
      entity('t'),
      view('low', 'SELECT id FROM t;'),
      view('high', 'SELECT id FROM "low"'),
    ]);
    expect(views).toMatchObject([
      { name: 'low', expression: 'SELECT id FROM t', dependsOn: [{ name: 't' }] },
      { name: 'high', dependsOn: [{ name: 'low' }] },
    ]);
  });

  it.each<[string, EntitySchemaColumnOptions, object]>([
    ['a length of its own', { type: 'char' }, { type: 'character', length: '1' }],
    ['a scale', { type: 'decimal', precision: 5 }, { type: 'numeric', precision: 5, scale: 0 }],
    ['an array', { type: 'text', array: true, default: ['a b', 'c'] }, { isArray: true, default: `'{"a b",c}'` }],
    ['a quote in its default', { type: 'varchar', default: "O'Brien" }, { default: "'O''Brien'" }],
    ['a moment as text', { type: 'timestamp', default: 'now()' }, { default: 'now()' }],
    ['a random key', { type: 'uuid', generated: 'uuid' }, { type: 'uuid', default: 'uuid_generate_v4()' }],
  ])('reads a column with %s for PostgreSQL', async (_what, column, expected) => {
    const { tables } = await read(createPostgresDatabase, [entity('t', { c: column })]);
    expect(tables[0]?.columns[1]).toMatchObject(expected);
  });

  it.each<[string, EntitySchemaColumnOptions, object]>([
    ['a uuid', { type: 'uuid', generated: 'uuid' }, { type: 'uuid' }],
    [
      'an enum',
      { type: 'simple-enum', enum: ['a', 'b'], default: 'a' },
      { type: 'varchar', enum: ['a', 'b'], default: "'a'" },
    ],
    [
      'an array of an enum',
      { type: 'simple-enum', enum: ['a', 'b'], array: true, default: ['a'] },
      { type: 'varchar', default: "'a'" },
    ],
    ['a boolean', { type: 'boolean', default: true }, { type: 'boolean', default: 'true' }],
    ['a comment', { type: 'int', comment: 'lost' }, { name: 'c', type: 'integer' }],
    ['a number that counts without being the key', { type: 'int', generated: 'increment' }, { type: 'integer' }],
  ])('reads a column with %s for SQLite', async (_what, column, expected) => {
    const { tables } = await read(createSqliteDatabase, [entity('t', { c: column })]);
    expect(tables[0]?.columns[1]).toEqual({ name: 'c', ...expected });
  });
});
