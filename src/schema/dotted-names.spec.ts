import { DataSource, type DataSourceOptions, EntitySchema, type EntitySchemaOptions } from 'typeorm';
import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../../test/support/databases.js';
import { dialectOf } from '../dialects/index.js';
import { schemaFromMetadata } from './from-metadata.js';
import { unmanagedNames } from './unmanaged.js';
import type { SchemaModel } from './schema.model.js';

type Options = Partial<EntitySchemaOptions<object>>;

const entity = (name: string, tableName: string, options: Options = {}): EntitySchema =>
  new EntitySchema({
    name,
    tableName,
    ...options,
    columns: { id: { type: 'int', primary: true }, ...options.columns },
  } as EntitySchemaOptions<object>);

/** An entity with many items. */
const withItems = (tableName: string, joinTable: object | boolean, options: Options = {}): EntitySchema =>
  entity('Order', tableName, {
    ...options,
    relations: { items: { type: 'many-to-many', target: 'Item', joinTable } } as Options['relations'],
  });

describe('a name with a dot in an entity', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const read = async (
    entities: EntitySchema[],
    options: object = {},
    make: () => Promise<TestDatabase> = createPostgresDatabase,
  ): Promise<SchemaModel> => {
    database = await make();
    dataSource = await new DataSource({ ...database.options, entities, ...options } as DataSourceOptions).initialize();
    return schemaFromMetadata(dataSource, dialectOf(dataSource).entityRules);
  };

  const paths = ({ tables, views }: SchemaModel): string[] =>
    [...tables, ...views].map(({ schema, name }) => JSON.stringify(schema === undefined ? [name] : [schema, name]));

  it.each<[string, EntitySchema[], object, string[]]>([
    ['of a table', [entity('Order', 'sales.order')], {}, ['["sales","order"]']],
    ['of a table in the own schema', [entity('Order', 'public.order')], {}, ['["order"]']],
    [
      'behind a prefix, which is then one of the schema',
      [entity('Order', 'sales.order')],
      { entityPrefix: 'x_' },
      ['["x_sales","order"]'],
    ],
    [
      'of a join table',
      [withItems('order', { name: 'sales.order_item' }), entity('Item', 'item')],
      {},
      ['["order"]', '["item"]', '["sales","order_item"]'],
    ],
    [
      'of the owner of a join table without a name',
      [withItems('sales.order', true), entity('Item', 'item')],
      {},
      ['["sales","order"]', '["item"]', '["sales","order_items_item"]'],
    ],
    [
      'of a view',
      [
        entity('Order', 'sales.order'),
        entity('Open', 'sales.open', { type: 'view', expression: 'SELECT id FROM sales.order' }),
      ],
      {},
      ['["sales","order"]', '["sales","open"]'],
    ],
    [
      'of the query cache',
      [entity('Order', 'order')],
      { cache: { type: 'database', tableName: 'sales.cache' } },
      ['["order"]', '["sales","cache"]'],
    ],
  ])('is the end of its schema: %s', async (_what, entities, options, expected) => {
    const schema = await read(entities, options);
    expect(paths(schema)).toEqual(expected);
    expect(schema.schemas).toEqual(
      expected.some((path) => path.includes(',')) ? [expect.stringMatching(/sales$/)] : [],
    );
  });

  it('is that of the enum type, the foreign key and the view that belong to the table', async () => {
    const { enums, tables, views } = await read([
      entity('Order', 'sales.order', { columns: { status: { type: 'enum', enum: ['a'] } } as Options['columns'] }),
      entity('Item', 'item', {
        relations: { order: { type: 'many-to-one', target: 'Order' } },
      }),
      entity('Open', 'open', { type: 'view', expression: 'SELECT id FROM sales."order"' }),
    ]);
    expect(enums).toEqual([{ schema: 'sales', name: 'order_status_enum', values: ['a'] }]);
    expect(tables[1]?.foreignKeys).toMatchObject([{ referencedSchema: 'sales', referencedTableName: 'order' }]);
    expect(views[0]?.dependsOn).toEqual([{ schema: 'sales', name: 'order' }]);
  });

  it('is left alone where the entity is', async () => {
    await read([entity('Order', 'sales.order', { synchronize: false })]);
    expect(unmanagedNames(dataSource, dialectOf(dataSource).entityRules)).toEqual([{ schema: 'sales', name: 'order' }]);
  });

  it('makes what TypeORM can query', async () => {
    await read([entity('Order', 'sales.order')]);
    await dataSource.query('CREATE SCHEMA sales');
    await dataSource.query('CREATE TABLE sales."order" (id int PRIMARY KEY)');
    await dataSource.getRepository('Order').insert({ id: 1 });
    expect(await dataSource.getRepository('Order').find()).toEqual([{ id: 1 }]);
  });

  const ENTITY_HINT = "Write the name without dots, and its schema apart: @Entity({ name: 'order', schema: 'sales' }).";
  it.each<[string, EntitySchema[], object, string, string]>([
    [
      'behind a schema',
      [entity('Order', 'sales.order', { schema: 'crm' })],
      {},
      'The entity "Order" has the name "sales.order", with the schema "crm": TypeORM takes dots for the ends of parts, and would look for "crm"."sales"."order", which is no table of a schema.',
      ENTITY_HINT,
    ],
    [
      'behind the schema of the data source',
      [entity('Order', 'sales.order')],
      { schema: 'public' },
      'would look for "public"."sales"."order"',
      ENTITY_HINT,
    ],
    [
      'in a schema',
      [entity('Order', 'order', { schema: 'sales.eu' })],
      {},
      'would look for "sales"."eu"."order"',
      ENTITY_HINT,
    ],
    ['twice', [entity('Order', 'db.sales.order')], {}, 'would look for "db"."sales"."order"', ENTITY_HINT],
    ['at the beginning', [entity('Order', '.order')], {}, 'would look for ""."order"', ENTITY_HINT],
    ['at the end', [entity('Order', 'order.')], {}, 'would look for "order".""', ENTITY_HINT],
    [
      'twice in a join table without a name',
      [withItems('sales.order', true), entity('Item', 'sales.item')],
      {},
      'A join table has the name "sales.order_items_sales.item": TypeORM takes',
      "Give it a name without dots, and its schema apart: @JoinTable({ name: 'order_items', schema: 'sales' }).",
    ],
  ])('is refused where TypeORM could not query it: %s', async (_what, entities, options, message, hint) => {
    await expect(read(entities, options)).rejects.toMatchObject({
      code: 'UNSUPPORTED_ENTITY',
      message: expect.stringContaining(message) as string,
      hint,
    });
  });

  it('is that of the main database on SQLite, where TypeORM can query it', async () => {
    const schema = await read([entity('Order', 'main.order')], {}, createSqliteDatabase);
    expect(paths(schema)).toEqual(['["order"]']);
    await dataSource.query('CREATE TABLE "order" (id integer PRIMARY KEY)');
    await dataSource.getRepository('Order').insert({ id: 1 });
    expect(await dataSource.getRepository('Order').find()).toEqual([{ id: 1 }]);
  });
});
