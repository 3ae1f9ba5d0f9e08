import { Column, Entity, EntitySchema, Index, PrimaryColumn } from 'typeorm';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

@Entity()
@Index('by_hand', { synchronize: false })
class Indexed {
  @PrimaryColumn()
  id!: number;

  @Column()
  a!: number;
}

describe.each(databases)('what is not the entities’ business is left alone on %s', (_dialect, make) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  it('the tables that TypeORM keeps for itself, under whatever name', async () => {
    const options = { migrationsTableName: 'my_migrations' };
    await withDataSource(
      database,
      [table('t', {})],
      async (dataSource) => {
        await upgrade(dataSource);
        for (const name of ['my_migrations', 'typeorm_metadata', 'query-result-cache']) {
          await dataSource.query(`CREATE TABLE "${name}" (id integer)`);
        }
        expect((await compare(dataSource)).operations).toEqual([]);
      },
      options,
    );
  });

  it('tables of entities with synchronize: false, and indexes declared so', async () => {
    const theirs = new EntitySchema({
      name: 'theirs',
      synchronize: false,
      columns: { id: { type: 'int', primary: true } },
    });
    await withDataSource(database, [Indexed, theirs], async (dataSource) => {
      const { operations } = await upgrade(dataSource);
      expect(operations.map(({ kind }) => kind)).toEqual(['createTable']);
      await dataSource.query('CREATE TABLE theirs (id integer, more integer)');
      await dataSource.query('CREATE INDEX by_hand ON indexed (a)');
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('an index on expressions, but not one on columns, unless includeObject says so', async () => {
    await withDataSource(database, [table('t', { a: { type: 'varchar' } })], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('CREATE INDEX on_expression ON t (lower(a))');
      await dataSource.query('CREATE INDEX on_column ON t (a)');
      expect((await compare(dataSource)).operations).toMatchObject([{ kind: 'dropIndex', name: 'on_column' }]);
      const { operations } = await compare(dataSource, {
        includeObject: (_object, name) => name !== 'on_column',
      });
      expect(operations).toEqual([]);
    });
  });

  it('an index on expressions until a column goes that it is made of, with which it comes back', async () => {
    const a = { type: 'varchar', nullable: true } as const;
    const had = await withDataSource(database, [table('t', { a, b: a })], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('CREATE INDEX on_both ON t (lower(a), b)');
      await dataSource.query('CREATE INDEX on_one ON t (lower(b)) WHERE a IS NOT NULL');
      await dataSource.query('CREATE INDEX on_other ON t (lower(b))');
      return catalog(dataSource);
    });
    await withDataSource(database, [table('t', { b: a })], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      const names = (await catalog(dataSource)).tables.flatMap(({ indices }) => indices.map(({ name }) => name));
      expect(names).toEqual(['on_other']);
      await run(dataSource, downgrade);
      const sorted = ({ tables: [t] }: SchemaModel): unknown => t && new Set(t.indices);
      expect(sorted(await catalog(dataSource))).toEqual(sorted(had));
    });
  });

  it('tables that includeName leaves out', async () => {
    await withDataSource(database, [table('t', {})], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('CREATE TABLE legacy_orders (id integer)');
      expect((await compare(dataSource)).operations).toMatchObject([
        { kind: 'dropTable', table: { name: 'legacy_orders' } },
      ]);
      const { operations } = await compare(dataSource, {
        includeName: (name, type) => type !== 'table' || !name?.startsWith('legacy_'),
      });
      expect(operations).toEqual([]);
    });
  });

  it('a comparison counts the tables and views that the entities describe, and no others', async () => {
    await withDataSource(database, [table('t', {}), table('u', {})], async (dataSource) => {
      expect((await compare(dataSource)).entityCount).toBe(2);
    });
  });
});

describe('extensions and schemas', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it('an extension is in the revision that first needs it, although TypeORM has installed it by then', async () => {
    await withDataSource(database, [table('t', { c: { type: 'citext' } })], async (dataSource) => {
      expect((await catalog(dataSource)).extensions).toContain('citext');
      const { operations, downgrade } = await upgrade(dataSource);
      expect(operations[0]).toEqual({ kind: 'createExtension', name: 'citext' });
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect((await catalog(dataSource)).extensions).toContain('citext');
    });
  });

  it('an extension that was not there before is dropped by the downgrade', async () => {
    const entities = [table('t', { c: { type: 'citext' }, id2: { type: 'uuid', generated: 'uuid' } })];
    await withDataSource(
      database,
      entities,
      async (dataSource) => {
        const { operations, downgrade } = await upgrade(dataSource);
        const kinds = ['createExtension', 'createExtension', 'createTable'];
        expect(operations.map(({ kind }) => kind)).toEqual(kinds);
        expect((await compare(dataSource)).operations).toEqual([]);
        await run(dataSource, downgrade);
        expect(await catalog(dataSource)).toMatchObject({ extensions: [], tables: [] });
      },
      { installExtensions: false },
    );
  });

  it('an extension is no difference where no object of the revision needs it', async () => {
    await withDataSource(database, [table('t', { c: { type: 'citext' } })], async (dataSource) => {
      const includeObject = () => false;
      expect((await compare(dataSource, { includeObject })).operations).toEqual([]);
    });
    await withDataSource(database, [table('t', {})], async (dataSource) => {
      expect((await compare(dataSource)).operations.map(({ kind }) => kind)).toEqual(['createTable']);
    });
  });

  it('a schema that no entity names is compared only if includeSchemas names it', async () => {
    await withDataSource(database, [table('t', {})], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('CREATE SCHEMA other');
      await dataSource.query('CREATE TABLE other.u (id integer)');
      expect((await compare(dataSource)).operations).toEqual([]);
      expect((await compare(dataSource, { includeSchemas: ['other'] })).operations).toMatchObject([
        { kind: 'dropTable', table: { schema: 'other', name: 'u' } },
      ]);
    });
  });
});
