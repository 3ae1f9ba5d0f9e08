import { DataSource, EntitySchema, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { Client } from 'pg';
import type { MigrationService } from '../../src/index.js';
import { temporaryDirectory, withApplication } from '../support/application.js';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';

type Build = (dataSource: DataSource) => SelectQueryBuilder<ObjectLiteral>;

const note = new EntitySchema<{ id: number; title: string; size: number }>({
  name: 'note',
  columns: {
    id: { type: 'integer', primary: true },
    title: { type: 'varchar' },
    size: { type: 'integer', default: 0 },
  },
});

/** A view entity whose query is built, with two columns. */
function view(build: Build): EntitySchema {
  return new EntitySchema({
    name: 'large_note',
    type: 'view',
    expression: build,
    columns: { id: { type: 'integer' }, title: { type: 'varchar' } },
  } as never);
}

const select: Build = (dataSource) =>
  dataSource.createQueryBuilder().select('n.id', 'id').addSelect('n.title', 'title').from('note', 'n');

/** Queries with parameters, and the ids of the notes that each is to find. */
const withParameters: Readonly<Record<string, readonly [build: Build, ids: readonly number[]]>> = {
  'a number': [(dataSource) => select(dataSource).where('n.size > :least', { least: 10 }), [2, 3]],
  'a text with a quote': [(dataSource) => select(dataSource).where('n.title = :title', { title: `it's :x` }), [3]],
  'a list': [(dataSource) => select(dataSource).where('n.id IN (:...ids)', { ids: [1, 3] }), [1, 3]],
  'one parameter twice': [
    (dataSource) => select(dataSource).where('n.size > :a AND n.size < :a + :b', { a: 10, b: 5 }),
    [2],
  ],
  'a negative number behind a minus': [(dataSource) => select(dataSource).where('n.size - :a > 25', { a: -10 }), [3]],
};

describe.each(databases)('the view of a query builder on %s', (_name, make) => {
  let database: TestDatabase;
  let repository: ReturnType<typeof temporaryDirectory>;

  beforeEach(async () => {
    database = await make();
    repository = temporaryDirectory();
  });
  afterEach(async () => {
    await database.drop();
    repository.remove();
  });

  const inApplication = <T>(
    entity: EntitySchema,
    work: (migrations: MigrationService, dataSource: DataSource) => Promise<T>,
  ): Promise<T> =>
    withApplication(
      { database, entities: [note, entity], migrate: { directory: repository.directory } },
      ({ migrations, dataSource }) => work(migrations, dataSource),
    );

  it.each(Object.entries(withParameters))('has the value of %s in its text', async (_what, [build, ids]) => {
    await inApplication(view(build), async (migrations, dataSource) => {
      await migrations.init();
      await migrations.migrate({ message: 'notes' });
      await migrations.upgrade();
      expect(await migrations.check()).toEqual([]);
      const rows = [`(1, 'one', 5)`, `(2, 'two', 12)`, `(3, 'it''s :x', 20)`];
      await dataSource.query(`INSERT INTO note (id, title, size) VALUES ${rows.join(', ')}`);
      const found = (await dataSource.query('SELECT id FROM large_note ORDER BY id')) as { id: number }[];
      expect(found.map(({ id }) => id)).toEqual(ids);
    });
  });

  it.each<[string, Build]>([
    ['size', (dataSource) => select(dataSource).where('n.size > :size')],
    ['ids', (dataSource) => select(dataSource).where('n.id IN (:...ids)')],
  ])('is refused by name when its parameter :%s has no value', async (parameter, build) => {
    await inApplication(view(build), async (migrations) => {
      await migrations.init();
      await expect(migrations.migrate()).rejects.toMatchObject({
        code: 'UNSUPPORTED_ENTITY',
        message: expect.stringMatching(new RegExp(`"large_note".*:${parameter}\\b`)),
      });
    });
  });
});

describe('a view entity read on a data source with a schema', () => {
  const builds: Readonly<Record<string, EntitySchema>> = {
    'a query builder over an entity': view((dataSource) =>
      dataSource.createQueryBuilder().select('n.id', 'id').addSelect('n.title', 'title').from(note, 'n'),
    ),
    'a query builder whose alias is the name of the schema': view((dataSource) =>
      dataSource
        .createQueryBuilder()
        .select('tenant_1.id', 'id')
        .addSelect('tenant_1.title', 'title')
        .from(note, 'tenant_1'),
    ),
    'a text': new EntitySchema({
      name: 'large_note',
      type: 'view',
      expression: 'SELECT tenant_1.note.id, "tenant_1".note.title FROM "tenant_1".note',
      columns: { id: { type: 'integer' }, title: { type: 'varchar' } },
    } as never),
  };

  it.each(Object.entries(builds))('reads the rows of each tenant by %s', async (_what, entity) => {
    const database = await createPostgresDatabase();
    const repository = temporaryDirectory();
    const client = new Client(database.url);
    await client.connect();
    const onTenant = <T>(schema: string, work: (migrations: MigrationService) => Promise<T>): Promise<T> =>
      withApplication(
        {
          database: { ...database, options: { ...database.options, schema } as never },
          entities: [note, entity],
          migrate: { directory: repository.directory },
        },
        ({ migrations }) => work(migrations),
      );
    try {
      await onTenant('tenant_1', async (migrations) => {
        await migrations.init();
        await migrations.migrate({ message: 'notes' });
        await migrations.upgrade();
        expect(await migrations.check()).toEqual([]);
      });
      await onTenant('tenant_2', async (migrations) => {
        await migrations.upgrade();
        // The text that names tenant_1 itself is another tenant's to this data source, and a difference.
        if (typeof (entity.options as { expression: unknown }).expression === 'function')
          expect(await migrations.check()).toEqual([]);
      });
      for (const schema of ['tenant_1', 'tenant_2'])
        await client.query(`INSERT INTO ${schema}.note (id, title) VALUES (1, '${schema}')`);
      const { rows } = await client.query('SELECT title FROM tenant_2.large_note');
      expect(rows).toEqual([{ title: 'tenant_2' }]);
    } finally {
      await client.end();
      await database.drop();
      repository.remove();
    }
  });
});
