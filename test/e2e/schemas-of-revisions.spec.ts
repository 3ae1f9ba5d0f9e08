import { type DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { MigrateModuleOptions, MigrationService } from '../../src/index.js';
import { createPostgresDatabase } from '../support/databases.js';
import { useScene } from '../support/scene.js';

const entity = (name: string, schema?: string, columns: Record<string, EntitySchemaColumnOptions> = {}): EntitySchema =>
  new EntitySchema({
    name,
    ...(schema && { schema }),
    columns: { id: { type: 'int', primary: true }, ...columns },
  });
const user = entity('user');

describe('a schema that no entity names any more', () => {
  const scene = useScene(createPostgresDatabase);

  /** Migrates to entities, and says what `check` found before and finds afterwards. */
  const migrateTo = (
    entities: readonly EntitySchema[],
    migrate: Partial<MigrateModuleOptions> = {},
    message = 'next',
  ) =>
    scene.inApplication(
      async (migrations: MigrationService, dataSource: DataSource) => {
        const found = (await migrations.check()).map((operation) =>
          'table' in operation ? `${operation.kind} ${operation.table.schema}.${operation.table.name}` : operation.kind,
        );
        await migrations.migrate({ message });
        await migrations.upgrade();
        return { found, left: await migrations.check(), tables: await tablesOf(dataSource) };
      },
      { entities: [...entities], migrate },
    );

  const tablesOf = async (dataSource: DataSource): Promise<readonly string[]> => {
    const rows = (await dataSource.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname IN ('sales', 'trade', 'jobs') ORDER BY 1`,
    )) as { name: string }[];
    return rows.map(({ name }) => name);
  };

  const start = (entities: readonly EntitySchema[], ...sql: string[]) =>
    scene.inApplication(
      async (migrations, dataSource) => {
        await migrations.init();
        await migrations.migrate({ message: 'first' });
        await migrations.upgrade();
        for (const statement of sql) await dataSource.query(statement);
      },
      { entities: [...entities] },
    );

  it('is made for the name of an entity with a dot, as TypeORM queries it', async () => {
    const Order = new EntitySchema({
      name: 'Order',
      tableName: 'sales.order',
      columns: { id: { type: 'int', primary: true }, kind: { type: 'enum', enum: ['a', 'b'] } },
    });
    await start([user, Order]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await dataSource.getRepository(Order).insert({ id: 1, kind: 'a' });
        expect(await dataSource.getRepository(Order).find()).toEqual([{ id: 1, kind: 'a' }]);
        expect(await migrations.check()).toEqual([]);
        await migrations.downgrade();
        expect(await tablesOf(dataSource)).toEqual([]);
      },
      { entities: [user, Order] },
    );
  });

  it('loses the table of its last entity, which the downgrade brings back', async () => {
    const kind = { type: 'enum', enum: ['a', 'b'], nullable: true } as const;
    await start([user, entity('order', 'sales', { kind, 'with.dot': { type: 'int' } })]);
    expect(await migrateTo([user])).toEqual({ found: ['dropTable sales.order', 'dropEnum'], left: [], tables: [] });
    await scene.inApplication(async (migrations, dataSource) => {
      await migrations.downgrade();
      expect(await tablesOf(dataSource)).toEqual(['sales.order']);
    });
  });

  it('loses what was renamed in it, and what raw SQL made', async () => {
    await start([user, entity('order', 'sales')]);
    await scene.inApplication(
      async (migrations) => {
        await migrations.migrate({ message: 'other name', renames: ['sales.order:sales.purchase'] });
        await migrations.upgrade();
      },
      { entities: [user, entity('purchase', 'sales')] },
    );
    expect((await migrateTo([user])).found).toEqual(['dropTable sales.purchase']);
  });

  it('loses what moved there with its whole schema', async () => {
    await start([user, entity('order', 'sales')]);
    await scene.inApplication(
      async (migrations) => {
        await migrations.migrate({ message: 'other schema', renames: ['sales:trade'] });
        await migrations.upgrade();
      },
      { entities: [user, entity('order', 'trade')] },
    );
    expect((await migrateTo([user])).found).toEqual(['dropTable trade.order']);
  });

  it('keeps what others made in it', async () => {
    await start([user, entity('order', 'sales')], 'CREATE TABLE sales.theirs (id integer)');
    expect(await migrateTo([user])).toEqual({ found: ['dropTable sales.order'], left: [], tables: ['sales.theirs'] });
  });

  it('is left alone where the revisions only made it for others, or refer to what they have there', async () => {
    const job = new EntitySchema({
      name: 'job',
      schema: 'jobs',
      synchronize: false,
      columns: { id: { type: 'int', primary: true } },
    });
    const task = new EntitySchema<{ id: number; job: unknown }>({
      name: 'task',
      columns: { id: { type: 'int', primary: true } },
      relations: { job: { type: 'many-to-one', target: 'job', joinColumn: true } },
    });
    await scene.inApplication(async (_migrations, dataSource) => {
      await dataSource.query('CREATE SCHEMA jobs; CREATE TABLE jobs.job (id integer PRIMARY KEY)');
    });
    await start([user, task, job]);
    expect(await migrateTo([user])).toEqual({ found: ['dropTable undefined.task'], left: [], tables: ['jobs.job'] });
  });

  it('is left alone where includeName or includeObject says so', async () => {
    await start([user, entity('order', 'sales')]);
    const hidden = await migrateTo([user], { includeName: (name, type) => type !== 'schema' || name !== 'sales' });
    const leftOut = await migrateTo([user], {
      includeObject: (object) => !('schema' in object && object.schema === 'sales'),
    });
    expect([hidden.found, leftOut.found]).toEqual([[], []]);
  });

  it('offers the move to another schema as a rename', async () => {
    await start([user, entity('order', 'sales')]);
    await scene.inApplication(
      async (migrations, dataSource) => {
        await dataSource.query('INSERT INTO sales.order VALUES (7)');
        await migrations.migrate({ message: 'home', renames: ['sales.order:order'] });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
        expect(await dataSource.query('SELECT id FROM "order"')).toEqual([{ id: 7 }]);
      },
      { entities: [user, entity('order')] },
    );
  });
});
