import { EntitySchema } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const long = 'a_table_whose_name_is_long_enough_for_its_sequence_to_be_cut';

const numbered = (name: string, number: string, schema?: string): EntitySchema =>
  new EntitySchema({
    name,
    tableName: name,
    ...(schema === undefined ? {} : { schema }),
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      [number]: { type: 'bigint', generated: 'increment' },
      order: { type: 'int', generated: 'identity' as 'increment' },
    },
  });

describe('the sequences of what is renamed on PostgreSQL', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it.each([
    ['a table', numbered('user', 'number'), numbered('person', 'number'), ['user:person']],
    ['a column', numbered('user', 'number'), numbered('user', 'No.'), ['user.number:user.No.']],
    ['a long name', numbered(long, 'number'), numbered('person', 'number'), [`${long}:person`]],
    [
      'a table that moves',
      numbered('user', 'number'),
      numbered('Person', 'count', 'People'),
      ['user:People.Person', 'user.number:People.Person.count'],
    ],
  ])('follow %s, so that TypeORM finds nothing to do, there and back', async (_what, before, after, renames) => {
    const original = await withDataSource(database, [before], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`INSERT INTO "${before.options.name}" DEFAULT VALUES`);
      return [await catalog(dataSource), await sequences(dataSource)];
    });
    await withDataSource(database, [after], async (dataSource) => {
      const { downgrade, warnings } = await upgrade(dataSource, { renames });
      expect(warnings).toEqual([]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      const name = [after.options.schema, after.options.name].filter((part) => part !== undefined);
      await dataSource.query(`INSERT INTO "${name.join('"."')}" DEFAULT VALUES`);
      expect(await dataSource.query(`SELECT id FROM "${name.join('"."')}" ORDER BY 1`)).toEqual([{ id: 1 }, { id: 2 }]);
      await run(dataSource, downgrade);
      expect([await catalog(dataSource), await sequences(dataSource)]).toEqual(original);
    });
  });

  it('get the names that new ones would get, where those are too long', async () => {
    const fresh = await createPostgresDatabase();
    const wanted = await withDataSource(fresh, [numbered(long, 'number')], async (dataSource) => {
      await upgrade(dataSource);
      return sequences(dataSource);
    });
    await fresh.drop();
    await withDataSource(database, [numbered('user', 'number')], (dataSource) => upgrade(dataSource));
    await withDataSource(database, [numbered(long, 'number')], async (dataSource) => {
      await upgrade(dataSource, { renames: [`user:${long}`] });
      expect(await sequences(dataSource)).toEqual(wanted);
    });
  });

  it('keep a name that somebody chose, and one that is taken', async () => {
    await withDataSource(database, [numbered('user', 'number')], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('ALTER SEQUENCE user_number_seq RENAME TO tickets');
      await dataSource.query('CREATE TABLE "person_id_seq" ()');
    });
    await withDataSource(database, [numbered('person', 'number')], async (dataSource) => {
      await run(dataSource, [{ kind: 'renameTable', table: { name: 'user' }, to: { name: 'person' } }]);
      expect(await sequences(dataSource)).toEqual(['person_order_seq', 'tickets', 'user_id_seq']);
    });
  });
});

describe('values of an enum on PostgreSQL', () => {
  const member = (column: string, labels: readonly string[], name = 'member'): EntitySchema =>
    new EntitySchema({
      name,
      columns: {
        id: { type: 'int', primary: true, generated: 'increment' },
        [column]: { type: 'enum', enum: labels, default: labels[0] },
      },
    });

  it.each([
    ['its column', 'member', ['member.role:member.rank', 'member_role_enum.admin:member_rank_enum.owner']],
    [
      'its column, by the old name of the type',
      'member',
      ['member.role:member.rank', 'member_role_enum.admin:member_role_enum.owner'],
    ],
    [
      'its table and column',
      'person',
      ['member:person', 'member.role:person.rank', 'member_role_enum.admin:person_rank_enum.owner'],
    ],
  ])('are renamed together with %s, there and back', async (_what, name, renames) => {
    const database = await createPostgresDatabase();
    const original = await withDataSource(database, [member('role', ['admin', 'guest'])], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('INSERT INTO member DEFAULT VALUES');
      return catalog(dataSource);
    });
    await withDataSource(database, [member('rank', ['owner', 'guest'], name)], async (dataSource) => {
      const { downgrade, warnings } = await upgrade(dataSource, { renames });
      expect(warnings).toEqual([]);
      expect(await dataSource.query(`SELECT rank FROM ${name}`)).toEqual([{ rank: 'owner' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await dataSource.query('SELECT role FROM member')).toEqual([{ role: 'admin' }]);
      expect(await catalog(dataSource)).toEqual(original);
    });
    await database.drop();
  });
});

describe('enum types on PostgreSQL', () => {
  const moods = (one: readonly string[], other: readonly string[]): EntitySchema[] =>
    ['t', 'u'].map((name) => {
      const mood = (labels: readonly string[]) => ({ type: 'enum', enum: labels, default: labels[0] }) as const;
      const [a, b] = name === 't' ? [one, other] : [other, one];
      return new EntitySchema({ name, columns: { id: { type: 'int', primary: true }, a: mood(a), b: mood(b) } });
    });
  const [words, numbers] = [
    ['sad', 'glad'],
    ['1', '2', '3'],
  ];

  it.each([
    ['columns', ['t.a:t.b', 't.b:t.a', 'u.a:u.b', 'u.b:u.a']],
    ['tables', ['t:u', 'u:t']],
  ])('exchange their names with the %s that they are named after, there and back', async (_what, renames) => {
    const database = await createPostgresDatabase();
    const original = await withDataSource(database, moods(words, numbers), async (dataSource) => {
      await upgrade(dataSource);
      for (const name of ['t', 'u']) await dataSource.query(`INSERT INTO ${name} VALUES (1)`);
      return catalog(dataSource);
    });
    await withDataSource(database, moods(numbers, words), async (dataSource) => {
      const { downgrade, warnings } = await upgrade(dataSource, { renames });
      expect(warnings).toEqual([]);
      expect(await dataSource.query('SELECT a, b FROM t')).toEqual([{ a: '1', b: 'sad' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(original);
    });
    await database.drop();
  });

  it('exchange their names while values come, go and are renamed, there and back', async () => {
    const database = await createPostgresDatabase();
    const original = await withDataSource(database, moods(words, numbers), async (dataSource) => {
      await upgrade(dataSource);
      for (const name of ['t', 'u']) await dataSource.query(`INSERT INTO ${name} VALUES (1)`);
      return catalog(dataSource);
    });
    const [kept = '', ...goes] = words;
    await withDataSource(database, moods(['1', '2', '4'], [`very ${kept}`, 'new', ...goes]), async (dataSource) => {
      const values = [`t_a_enum.${kept}:t_b_enum.very ${kept}`, `u_b_enum.${kept}:u_a_enum.very ${kept}`];
      const renames = ['t.a:t.b', 't.b:t.a', 'u.a:u.b', 'u.b:u.a', ...values];
      const { downgrade } = await upgrade(dataSource, { renames });
      expect(await dataSource.query('SELECT a, b FROM t')).toEqual([{ a: '1', b: `very ${kept}` }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await dataSource.query('SELECT a, b FROM t')).toEqual([{ a: kept, b: '1' }]);
      expect(await catalog(dataSource)).toEqual(original);
    });
    await database.drop();
  });

  it.each([
    ['gets another name', { schema: 'sales', name: 'deal' }, ['renameTable', 'renameEnum', 'renameConstraint']],
    ['moves to a new schema', { schema: 'New Trade', name: 'offer' }, ['createSchema', 'renameTable', 'renameEnum']],
  ])('are renamed, with their table and nothing else, when the table %s', async (_what, place, kinds) => {
    const database = await createPostgresDatabase();
    const sale = ({ schema, name }: typeof place): EntitySchema[] => [
      new EntitySchema({
        name,
        schema,
        columns: { id: { type: 'int', primary: true }, mood: { type: 'enum', enum: words, default: 'glad' } },
        checks: [{ name: 'ck', expression: `"mood" <> 'sad'` }],
        indices: [{ name: 'ix', columns: ['id'], where: `"mood" = 'glad'` }],
      }),
      new EntitySchema({ name: 'till', schema: 'sales', columns: { id: { type: 'int', primary: true } } }),
    ];
    await withDataSource(database, sale({ schema: 'sales', name: 'offer' }), (dataSource) => upgrade(dataSource));
    await withDataSource(database, sale(place), async (dataSource) => {
      const { operations, downgrade } = await upgrade(dataSource, {
        renames: [`sales.offer:${place.schema}.${place.name}`],
      });
      expect(operations.map(({ kind }) => kind)).toEqual(kinds);
      expect(downgrade).toHaveLength(kinds.length);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
    await database.drop();
  });

  it('stay with a renamed column when a new column gets its old name', async () => {
    const database = await createPostgresDatabase();
    const mood = (labels: readonly string[]) => ({ type: 'enum', enum: labels, default: labels[0] }) as const;
    const id = { type: 'int', primary: true } as const;
    const [before, after] = [{ a: mood(words) }, { a: mood(numbers), b: mood(words) }].map(
      (columns) => new EntitySchema({ name: 't', columns: { id, ...columns } as object }),
    ) as [EntitySchema, EntitySchema];
    const original = await withDataSource(database, [before], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query('INSERT INTO t VALUES (1)');
      return catalog(dataSource);
    });
    await withDataSource(database, [after], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames: ['t.a:t.b'] });
      expect(await dataSource.query('SELECT a, b FROM t')).toEqual([{ a: '1', b: 'sad' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(original);
    });
    await database.drop();
  });
});

describe('expressions on PostgreSQL', () => {
  const mood = (enumName: string, name: string, glad: string): EntitySchema =>
    new EntitySchema({
      name: 't',
      columns: {
        id: { type: 'int', primary: true },
        [name]: { type: 'enum', enum: ['sad', 'glad'], default: 'sad', enumName },
        is: { type: 'boolean', nullable: true, asExpression: `"${name}" = '${glad}'`, generatedType: 'STORED' },
      },
      checks: [{ name: 'c', expression: `"${name}" > 'sad' OR id > 0` }],
      indices: [{ name: 'i', columns: ['id'], where: `"${name}" = 'glad'` }],
    });

  it.each([
    ['a column whose name needs quotes', mood('m', 'moodNow', 'glad'), mood('m', 'mood', 'glad'), ['renameColumn']],
    ['a column to a name that needs quotes', mood('m', 'mood', 'glad'), mood('m', 'moodNow', 'glad'), ['renameColumn']],
    [
      'a type, and change in their text',
      mood('m', 'mood', 'glad'),
      mood('n', 'mood', 'sad'),
      ['renameEnum', 'alterColumn'],
    ],
  ])('follow the rename of %s, there and back', async (_what, before, after, kinds) => {
    const database = await createPostgresDatabase();
    const original = await withDataSource(database, [before], async (dataSource) => {
      await upgrade(dataSource);
      return catalog(dataSource);
    });
    await withDataSource(database, [after], async (dataSource) => {
      const renames = kinds.includes('renameColumn') ? [`t.${names(before)}:t.${names(after)}`] : [];
      const { operations, downgrade } = await upgrade(dataSource, { renames });
      expect(operations.map(({ kind }) => kind)).toEqual(kinds);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource)).toEqual(original);
    });
    await database.drop();
  });

  const names = ({ options }: EntitySchema): string => Object.keys(options.columns)[1] ?? '';
});

async function sequences(dataSource: { query(sql: string): Promise<{ name: string }[]> }): Promise<string[]> {
  const rows = await dataSource.query(`SELECT relname AS name FROM pg_class WHERE relkind = 'S' ORDER BY 1`);
  return rows.map(({ name }) => name);
}
