import { Column, type DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Operation } from '../../src/operations/operation.js';
import type { SchemaModel } from '../../src/schema/schema.model.js';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

/** An entity with an index that is left to others. */
function indexed(name: string, columns: readonly string[], schema?: string): new () => object {
  class Indexed {}
  Entity({ name, ...(schema !== undefined && { schema }) })(Indexed);
  PrimaryColumn({ type: 'integer' })(Indexed.prototype, 'id');
  for (const column of columns) Column({ type: 'integer', default: 0 })(Indexed.prototype, column);
  Index('ix', { synchronize: false })(Indexed);
  return Indexed;
}

const indexNames = ({ tables }: SchemaModel): string[] =>
  tables.flatMap((one) => one.indices.map(({ name }) => `${one.schema ?? ''}${one.name}.${name}`)).sort();

async function make(database: TestDatabase, entities: Entities, ...sql: string[]): Promise<void> {
  await withDataSource(database, entities, async (dataSource) => {
    await upgrade(dataSource);
    for (const statement of sql) await dataSource.query(statement);
    expect((await compare(dataSource)).operations).toEqual([]);
  });
}

describe.each(databases)('an index with synchronize: false on %s', (_dialect, create) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
  });
  afterEach(() => database.drop());

  it.each(['CREATE INDEX ix ON old (a)', 'CREATE UNIQUE INDEX ix ON old (a DESC, b) WHERE a > 0'])(
    'stays when its table is renamed: %s',
    async (sql) => {
      await make(database, [indexed('old', ['a', 'b'])], sql);
      await withDataSource(database, [indexed('new', ['a', 'b'])], async (dataSource) => {
        const { operations, downgrade } = await upgrade(dataSource, { renames: ['old:new'] });
        expect(operations.map(({ kind }) => kind)).not.toContain('dropIndex');
        expect(indexNames(await catalog(dataSource))).toEqual(['new.ix']);
        expect((await compare(dataSource)).operations).toEqual([]);
        await run(dataSource, downgrade);
        expect(indexNames(await catalog(dataSource))).toEqual(['old.ix']);
      });
    },
  );

  it('stays when a column of it is renamed', async () => {
    await make(database, [indexed('t', ['a'])], 'CREATE INDEX ix ON t (a)');
    await withDataSource(database, [indexed('t', ['b'])], async (dataSource) => {
      await upgrade(dataSource, { renames: ['t.a:t.b'] });
      expect(indexNames(await catalog(dataSource))).toEqual(['t.ix']);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it.each([
    ['that it is on', 'CREATE INDEX ix ON t (b, a)'],
    ['that its condition names', 'CREATE INDEX ix ON t (b) WHERE a > 0'],
    ['that its expression names', 'CREATE INDEX ix ON t (abs(a), b)'],
  ])('is in the revision when it is dropped with a column %s, and comes back with it', async (_what, sql) => {
    await make(database, [indexed('t', ['a', 'b'])], sql, 'INSERT INTO t (id) VALUES (1)');
    const had = await withDataSource(database, [], catalog);
    await withDataSource(database, [indexed('t', ['b'])], async (dataSource) => {
      const { operations, downgrade } = await upgrade(dataSource);
      const flat = operations.flatMap((one): readonly Operation[] => (one.kind === 'batch' ? one.operations : [one]));
      expect(flat).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'dropIndex', name: 'ix' })]));
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect((await catalog(dataSource)).tables[0]?.indices).toEqual(had.tables[0]?.indices);
      expect(await dataSource.query('SELECT id FROM t')).toEqual([{ id: 1 }]);
    });
  });

  it('is in the revision even if includeObject leaves out what only the database has', async () => {
    const includeObject = (_object: unknown, _name: unknown, type: string, reflected: boolean): boolean =>
      !(type === 'index' && reflected);
    await make(database, [table('t', { a: { type: 'int' }, b: { type: 'int' } })]);
    await withDataSource(database, [table('t', { b: { type: 'int' } })], async (dataSource) => {
      await dataSource.query('CREATE INDEX of_a ON t (a, b)');
      await dataSource.query('CREATE INDEX of_b ON t (b)');
      const { downgrade } = await upgrade(dataSource, { includeObject });
      expect(indexNames(await catalog(dataSource))).toEqual(['t.of_b']);
      await run(dataSource, downgrade);
      expect(indexNames(await catalog(dataSource))).toEqual(['t.of_a', 't.of_b']);
    });
  });
});

it('an index with synchronize: false stays when its table moves to another schema', async () => {
  const database = await createPostgresDatabase();
  await make(database, [indexed('t', ['a'])], 'CREATE INDEX ix ON t (a)');
  await withDataSource(database, [indexed('t', ['a'], 'shop')], async (dataSource: DataSource) => {
    const { downgrade } = await upgrade(dataSource, { renames: ['t:shop.t'] });
    expect(indexNames(await catalog(dataSource, ['shop']))).toEqual(['shopt.ix']);
    expect((await compare(dataSource)).operations).toEqual([]);
    await run(dataSource, downgrade);
    expect(indexNames(await catalog(dataSource, ['shop']))).toEqual(['t.ix']);
  });
  await database.drop();
});
