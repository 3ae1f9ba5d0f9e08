import { EntitySchema } from 'typeorm';
import { createOperations } from '../../src/operations/call/builder.js';
import type { Operation } from '../../src/operations/operation.js';
import type { Operations } from '../../src/operations/operations.interface.js';
import { createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, run, upgrade, withDataSource } from './round-trip.js';

/** What calls of `op` are, as operations. */
async function operationsOf(calls: (op: Operations) => Promise<void>): Promise<Operation[]> {
  const operations: Operation[] = [];
  const apply = async (operation: Operation): Promise<void> => void operations.push(operation);
  const { op } = createOperations({ apply } as unknown as Parameters<typeof createOperations>[0]);
  await calls(op);
  return operations;
}

const owner = table('owner', {});
const other = table('other', {});

describe.each(databases)('dropping a constraint without its name, on %s', (dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  const within = (calls: (op: Operations) => Promise<void>): Promise<unknown> =>
    withDataSource(database, [owner, other], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`CREATE TABLE t (a integer CHECK (a > 0), b integer REFERENCES owner (id), c integer REFERENCES owner (id)
        REFERENCES other (id), UNIQUE (a, b), CHECK (b  <>  c), UNIQUE (b))`);
      await run(dataSource, await operationsOf(calls));
      const t = (await catalog(dataSource)).tables.find(({ name }) => name === 't')!;
      return {
        uniques: t.uniques.map(({ columnNames }) => columnNames.join()).sort(),
        checks: t.checks.length,
        foreignKeys: t.foreignKeys.map((key) => `${key.columnNames.join()} ${key.referencedTableName}`).sort(),
      };
    });
  const whole = { uniques: ['a,b', 'b'], checks: 2, foreignKeys: ['b owner', 'c other', 'c owner'] };

  it.each<[string, (op: Operations) => Promise<void>, object]>([
    [
      'a unique constraint by its columns',
      (op) => op.dropUniqueConstraint('t', { columnNames: ['b'] }),
      { uniques: ['a,b'] },
    ],
    [
      'a unique constraint by its columns in any order',
      (op) => op.dropUniqueConstraint('t', { columnNames: ['b', 'a'] }),
      { uniques: ['b'] },
    ],
    ['a check by its expression', (op) => op.dropCheckConstraint('t', { expression: '(b <> c)' }), { checks: 1 }],
    [
      'a foreign key by its column',
      (op) => op.dropForeignKey('t', { columnNames: ['b'] }),
      { foreignKeys: ['c other', 'c owner'] },
    ],
    [
      'a foreign key by its column and the table it refers to',
      (op) => op.dropForeignKey('t', { columnNames: ['c'], referencedTableName: 'owner' }),
      { foreignKeys: ['b owner', 'c other'] },
    ],
    [
      'several in one batch',
      (op) =>
        op.batch('t', (t) => {
          t.dropForeignKey({ columnNames: ['b'] });
          t.dropUniqueConstraint({ columnNames: ['b'] });
          t.dropCheckConstraint({ expression: 'a > 0' });
        }),
      { uniques: ['a,b'], checks: 1, foreignKeys: ['c other', 'c owner'] },
    ],
    [
      'nothing with ifExists where there is no such constraint',
      (op) => op.dropForeignKey('t', { columnNames: ['a'] }, { ifExists: true }),
      {},
    ],
  ])('drops %s', async (_what, calls, left) => {
    expect(await within(calls)).toEqual({ ...whole, ...left });
  });

  it.each<[string, (op: Operations) => Promise<void>, RegExp]>([
    [
      'when there is none such',
      (op) => op.dropUniqueConstraint('t', { columnNames: ['a'] }),
      /Table 't' has no unique constraint \(a\)\./,
    ],
    [
      'when it may be one of several',
      (op) => op.dropForeignKey('t', { columnNames: ['c'] }),
      /Table 't' has more than one foreign key \(c\)\./,
    ],
    ['without columns', (op) => op.dropForeignKey('t', {} as never), /'columnNames' of the constraint must have/],
    [
      'with a field that this constraint does not have',
      (op) => op.dropCheckConstraint('t', { columnNames: ['a'] } as never),
      /unknown field 'columnNames'/,
    ],
  ])('fails %s', async (_what, calls, message) => {
    await expect(within(calls)).rejects.toThrow(message);
  });

  it('finds a named constraint by its columns', async () => {
    const named = table('named', { a: { type: 'int' } }, { uniques: [{ name: 'UQ_a', columns: ['a'] }] });
    await withDataSource(database, [named], async (dataSource) => {
      await upgrade(dataSource);
      await run(dataSource, await operationsOf((op) => op.dropUniqueConstraint('named', { columnNames: ['a'] })));
      expect((await catalog(dataSource)).tables).toMatchObject([{ uniques: [] }]);
      expect((await compare(dataSource)).operations).toMatchObject([{ kind: 'createUnique' }]);
    });
    expect(dialect).toBeDefined();
  });
});

describe('constraints without a name of a SQLite table made by hand', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createSqliteDatabase();
  });
  afterEach(() => database.drop());

  const child = (foreignKeys: NonNullable<EntitySchema['options']['foreignKeys']>): EntitySchema =>
    new EntitySchema({
      name: 'child',
      columns: { id: { type: 'integer', primary: true }, a: { type: 'integer' }, parent: { type: 'integer' } },
      foreignKeys,
    });
  const made = `CREATE TABLE child (id integer PRIMARY KEY NOT NULL, a integer NOT NULL UNIQUE CHECK (a > 0),
    parent integer NOT NULL REFERENCES owner (id))`;

  it('are dropped where no entity has them, keep the rows, and come back with the downgrade', async () => {
    await withDataSource(database, [owner, child([])], async (dataSource) => {
      await dataSource.query('CREATE TABLE owner (id integer PRIMARY KEY AUTOINCREMENT NOT NULL)');
      await dataSource.query(made);
      await dataSource.query('INSERT INTO owner VALUES (1)');
      await dataSource.query('INSERT INTO child VALUES (1, 2, 1)');
      const { downgrade } = await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      await dataSource.query('INSERT INTO child VALUES (2, 2, 1), (3, -1, 9)');
      await dataSource.query('DELETE FROM child WHERE id > 1');
      await run(dataSource, downgrade);
      expect(await dataSource.query('SELECT * FROM child')).toEqual([{ id: 1, a: 2, parent: 1 }]);
      await expect(dataSource.query('INSERT INTO child VALUES (2, 2, 1)')).rejects.toThrow('UNIQUE');
      await expect(dataSource.query('INSERT INTO child VALUES (2, 0, 1)')).rejects.toThrow('CHECK');
      await expect(dataSource.query('INSERT INTO child VALUES (2, 3, 9)')).rejects.toThrow('FOREIGN KEY');
    });
  });

  it('are dropped where their columns are renamed', async () => {
    const renamed = new EntitySchema({
      name: 'child',
      columns: { id: { type: 'integer', primary: true }, amount: { type: 'integer' }, parent: { type: 'integer' } },
    });
    await withDataSource(database, [owner, renamed], async (dataSource) => {
      await dataSource.query('CREATE TABLE owner (id integer PRIMARY KEY AUTOINCREMENT NOT NULL)');
      await dataSource.query(made);
      const { downgrade } = await upgrade(dataSource, { renames: ['child.a:child.amount'] });
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      const found = (await catalog(dataSource)).tables.find(({ name }) => name === 'child');
      expect(found).toMatchObject({ uniques: [{}], checks: [{}], foreignKeys: [{}] });
    });
  });

  it('are replaced by another on the same columns, and left out by includeObject', async () => {
    const foreignKeys = [
      { target: 'owner', columnNames: ['parent'], referencedColumnNames: ['id'], onDelete: 'CASCADE' as const },
    ];
    await withDataSource(database, [owner, child(foreignKeys)], async (dataSource) => {
      await dataSource.query('CREATE TABLE owner (id integer PRIMARY KEY AUTOINCREMENT NOT NULL)');
      await dataSource.query(made);
      const includeObject = (_object: unknown, _name: string | null, type: string): boolean =>
        type !== 'uniqueConstraint' && type !== 'checkConstraint';
      await upgrade(dataSource, { includeObject });
      expect((await compare(dataSource, { includeObject })).operations).toEqual([]);
      const found = (await catalog(dataSource)).tables.find(({ name }) => name === 'child');
      expect(found).toMatchObject({
        uniques: [{ columnNames: ['a'] }],
        checks: [{ expression: 'a > 0' }],
        foreignKeys: [{ columnNames: ['parent'], onDelete: 'CASCADE' }],
      });
    });
  });
});
