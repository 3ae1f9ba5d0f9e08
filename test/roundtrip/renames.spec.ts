import { EntitySchema } from 'typeorm';
import { createPostgresDatabase, databases, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const user = (column: string, name = 'user'): EntitySchema =>
  table(
    name,
    { [column]: { type: 'varchar', unique: true }, age: { type: 'int' } },
    {
      indices: [{ columns: [column, 'age'] }, { name: 'ix_partial', columns: ['age'], where: `"${column}" <> 'x'` }],
      checks: [{ name: 'ck', expression: `"${column}" <> ''` }],
    },
  );

const pet = (owner: string): EntitySchema =>
  new EntitySchema<{ id: number; owner: object }>({
    name: 'pet',
    columns: { id: { type: 'int', primary: true } },
    relations: { owner: { type: 'many-to-one', target: owner, onDelete: 'CASCADE' } },
  });

const ada = `INSERT INTO "user" (name, age) VALUES ('Ada', 36)`;

/** Makes the tables of entities, with rows in them, and says what they look like. */
function made(database: TestDatabase, entities: Entities, rows: readonly string[]) {
  return withDataSource(database, entities, async (dataSource) => {
    await upgrade(dataSource);
    for (const sql of rows) await dataSource.query(sql);
    return catalog(dataSource);
  });
}

describe.each(databases)('renames on %s', (_dialect, make) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await make();
  });
  afterEach(() => database.drop());

  it('take a column along with all that stands on it, there and back', async () => {
    const original = await made(database, [user('name')], [ada]);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      const { operations, downgrade, warnings } = await upgrade(dataSource, { renames: ['user.name:user.fullName'] });
      expect(warnings).toEqual([]);
      expect(operations[0]).toEqual({ kind: 'renameColumn', table: { name: 'user' }, from: 'name', to: 'fullName' });
      expect(await dataSource.query('SELECT "fullName", age FROM "user"')).toEqual([{ fullName: 'Ada', age: 36 }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);

      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(original);
      expect(await dataSource.query('SELECT name FROM "user"')).toEqual([{ name: 'Ada' }]);
    });
  });

  it.each([
    ['the old name', 'user.name:user.fullName'],
    ['the new name', 'person.name:person.fullName'],
    ['both names', 'user.name:person.fullName'],
  ])('take a table along with its children, and a column of it by %s of the table', async (_by, column) => {
    const original = await made(database, [user('name'), pet('user')], [ada, 'INSERT INTO pet VALUES (7, 1)']);
    await withDataSource(database, [user('fullName', 'person'), pet('person')], async (dataSource) => {
      const { operations, downgrade } = await upgrade(dataSource, { renames: [column, 'user:person'] });
      expect(operations.slice(0, 2)).toEqual([
        { kind: 'renameTable', table: { name: 'user' }, to: { name: 'person' } },
        { kind: 'renameColumn', table: { name: 'person' }, from: 'name', to: 'fullName' },
      ]);
      expect(
        await dataSource.query('SELECT p."fullName", c.id FROM person p JOIN pet c ON c."ownerId" = p.id'),
      ).toEqual([{ fullName: 'Ada', id: 7 }]);
      expect((await compare(dataSource)).operations).toEqual([]);

      await run(dataSource, downgrade);
      const back = await catalog(dataSource);
      expect(new Set(back.tables)).toEqual(new Set(original.tables));
    });
  });

  it('are offered, with the call that would do it, where nobody said', async () => {
    await made(database, [user('name')], []);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      const { renameCandidates, warnings } = await compare(dataSource);
      expect(renameCandidates).toMatchObject([{ from: 'user.name', to: 'user.fullName' }]);
      expect(warnings.map(({ message }) => message).join()).toContain(`op.renameColumn('user', 'name', 'fullName')`);
    });
  });

  it.each([
    ['user.nmae:user.fullName', 'the database has no "user.nmae"', 'user.name'],
    ['usr:person', 'the database has no "usr"', 'user'],
    ['user.name:user.nickname', 'no entity has "user.nickname" to rename "user.name" to', 'user.fullName'],
    ['user.age:user.fullName', 'the entities still have "user.age"', 'table.old:table.new'],
    ['user.name', 'it has no colon', 'table.old:table.new'],
  ])('are refused when they fit nothing: %s', async (rename, message, hint) => {
    await made(database, [user('name')], []);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      await expect(compare(dataSource, { renames: [rename] })).rejects.toMatchObject({
        code: 'INVALID_RENAME',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      });
    });
  });
});

describe('renames that only PostgreSQL has', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it('take an enum type along with its table, and a value of it', async () => {
    const member = (name: string, values: string[], enumName?: string): EntitySchema =>
      table(name, {
        role: { type: 'enum', enum: values, default: values[0], ...(enumName ? { enumName } : {}) },
      });
    await made(database, [member('member', ['admin', 'guest'])], [`INSERT INTO member (role) VALUES ('admin')`]);
    await withDataSource(database, [member('fellow', ['owner', 'guest'], 'member_role_enum')], async (dataSource) => {
      const renames = ['member:fellow', 'member_role_enum.admin:member_role_enum.owner'];
      const { operations } = await upgrade(dataSource, { renames });
      expect(operations.map(({ kind }) => kind)).not.toContain('alterColumn');
      expect(await dataSource.query('SELECT role FROM fellow')).toEqual([{ role: 'owner' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
    await withDataSource(database, [member('fellow', ['owner', 'guest'])], async (dataSource) => {
      const { operations } = await upgrade(dataSource);
      expect(operations).toEqual([
        { kind: 'renameEnum', enum: { name: 'member_role_enum' }, to: { name: 'fellow_role_enum' } },
      ]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('move a table to another schema', async () => {
    const order = (schema?: string): EntitySchema => table('order', { n: { type: 'int' } }, schema ? { schema } : {});
    const original = await made(database, [order()], ['INSERT INTO "order" (n) VALUES (5)']);
    await withDataSource(database, [order('sales')], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames: ['order:sales.order'] });
      expect(await dataSource.query('SELECT n FROM sales."order"')).toEqual([{ n: 5 }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(original);
    });
  });
});
