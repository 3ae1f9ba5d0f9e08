import { EntitySchema } from 'typeorm';
import { dialectOf } from '../../src/dialects/index.js';
import { createPostgresDatabase, createSqliteDatabase, databases, type TestDatabase } from '../support/databases.js';
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

  it('keep the values of a column and what depends on it, there and back', async () => {
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
  ])('keep the children of a table, and reach a column of it by %s of the table', async (_by, column) => {
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

  it('are suggested by a warning with the call, where no option names them', async () => {
    await made(database, [user('name')], []);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      const { renameCandidates, warnings } = await compare(dataSource);
      expect(renameCandidates).toMatchObject([{ from: 'user.name', to: 'user.fullName' }]);
      const { rebuildsTables } = dialectOf(dataSource).rules;
      const call = rebuildsTables
        ? `table.renameColumn('name', 'fullName')`
        : `op.renameColumn('user', 'name', 'fullName')`;
      expect(warnings.map(({ message }) => message).join()).toContain(call);
    });
  });

  it.each([
    ['user.nmae:user.fullName', 'the database has no "user.nmae"', 'user.name'],
    ['usr:person', 'the database has no "usr"', 'user'],
    ['user.name:user.nickname', 'no entity has "user.nickname" to rename "user.name" to', 'user.fullName'],
    ['user.name', 'it has no colon', 'table.old:table.new'],
  ])('are refused when the database or the entities lack a name: %s', async (rename, message, hint) => {
    await made(database, [user('name')], []);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      const { refusedRenames } = await compare(dataSource, { renames: [rename] });
      const error = { code: 'INVALID_RENAME', message: expect.stringContaining(message) };
      expect(refusedRenames).toMatchObject([{ rename, error: { ...error, hint: expect.stringContaining(hint) } }]);
    });
  });

  it('of a table are refused when the new name is taken, and hints when an entity still has the old name', async () => {
    const reasonOf = (entities: Entities, kind: 'renames' | 'renameHints') =>
      withDataSource(database, entities, async (dataSource) => {
        const { refusedRenames } = await compare(dataSource, { [kind]: ['user:person'] });
        return refusedRenames.map(({ error }) => error.message);
      });
    const [plain, person] = [table('user', {}), table('person', {})];
    await made(database, [plain], []);
    const stillThere = expect.stringContaining('the entities still have "user"');
    expect(await reasonOf([plain, person], 'renameHints')).toEqual([stillThere]);
    await made(database, [plain, person], []);
    const taken = expect.stringContaining('the database has "person" already');
    expect(await reasonOf([person], 'renames')).toEqual([taken]);
  });
});

describe('join tables of a renamed table, and questions about renames', () => {
  const users = (join: string, side: string, name = 'user'): EntitySchema[] => [
    new EntitySchema<{ id: number; tags: object[]; friends: object[] }>({
      name,
      columns: { id: { type: 'int', primary: true } },
      relations: {
        tags: {
          type: 'many-to-many',
          target: 'tag',
          joinTable: { name: join, joinColumn: { name: side }, inverseJoinColumn: { name: 'tagId' } },
        },
        friends: { type: 'many-to-many', target: name, joinTable: true },
      },
    }),
    table('tag', { label: { type: 'varchar' } }),
  ];

  it.each(databases)('rename the join tables with their table, without a question, on %s', async (_dialect, make) => {
    const database = await make();
    const rows = [
      'INSERT INTO "user" VALUES (1), (2)',
      `INSERT INTO tag (label) VALUES ('new')`,
      'INSERT INTO user_tags VALUES (1, 1)',
      'INSERT INTO user_friends_user VALUES (1, 2)',
    ];
    const original = await made(database, users('user_tags', 'userId'), rows);
    await withDataSource(database, users('person_tags', 'personId', 'person'), async (dataSource) => {
      const asked: string[] = [];
      let found = await compare(dataSource);
      for (;;) {
        const [candidate] = found.renameCandidates;
        if (candidate === undefined) break;
        asked.push(`${candidate.from}:${candidate.to}`);
        found = found.answered(candidate, true);
      }
      expect(asked).toEqual(['user:person']);
      expect(found.warnings).toEqual([]);
      await run(dataSource, found.operations);
      expect(await dataSource.query('SELECT "personId", "tagId" FROM person_tags')).toEqual([
        { personId: 1, tagId: 1 },
      ]);
      expect(await dataSource.query('SELECT * FROM person_friends_person')).toEqual([{ personId_1: 1, personId_2: 2 }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      await run(dataSource, found.downgrade);
      const back = await catalog(dataSource);
      expect(new Set(back.tables)).toEqual(new Set(original.tables));
    });
    await database.drop();
  });

  it.each(databases)(
    'ask about a join table whose name differs in more than the names of its tables, on %s',
    async (_, make) => {
      const database = await make();
      await made(database, users('user_tags', 'userId'), []);
      await withDataSource(database, users('person_labels', 'personId', 'person'), async (dataSource) => {
        const { renameCandidates, operations } = await compare(dataSource, { renames: ['user:person'] });
        expect(renameCandidates).toMatchObject([{ from: 'user_tags', to: 'person_labels' }]);
        expect(operations.slice(0, 2)).toEqual([
          { kind: 'renameTable', table: { name: 'user' }, to: { name: 'person' } },
          { kind: 'renameTable', table: { name: 'user_friends_user' }, to: { name: 'person_friends_person' } },
        ]);
      });
      await database.drop();
    },
  );

  it.each(databases)(
    'ask about the next likely rename when the likeliest is declined, on %s',
    async (_dialect, make) => {
      const database = await make();
      const text = { type: 'varchar', nullable: true } as const;
      await made(database, [table('user', { phone: text, fax: text })], []);
      await withDataSource(database, [table('user', { telephone: text, email: text })], async (dataSource) => {
        const [likeliest, ...others] = ['phone:telephone', 'phone:email', 'fax:telephone', 'fax:email'];
        const ask = async (answers: (pair: string) => boolean) => {
          const asked: string[] = [];
          let found = await compare(dataSource);
          for (let [candidate] = found.renameCandidates; candidate; [candidate] = found.renameCandidates) {
            const pair = `${candidate.from}:${candidate.to}`.replaceAll('user.', '');
            asked.push(pair);
            found = found.answered(candidate, answers(pair));
          }
          return { asked, warnings: found.warnings.map(({ message }) => message) };
        };
        const declined = await ask(() => false);
        expect(declined.asked[0]).toBe(likeliest);
        expect(declined.asked.slice(1).sort()).toEqual(others.sort());
        expect(declined.warnings).toEqual([
          'drops "user.phone" with all its values',
          'drops "user.fax" with all its values',
        ]);
        const accepted = await ask((pair) => pair === likeliest);
        expect(accepted).toEqual({
          asked: [likeliest, 'fax:email'],
          warnings: ['drops "user.fax" with all its values'],
        });
        expect((await compare(dataSource, { detectRenames: false })).renameCandidates).toEqual([]);
      });
      await database.drop();
    },
  );

  it.each([
    ['done already', 'user.nick:user.name', true],
    ['of names that are both gone', 'user.old:user.older', true],
    ['with an old name that is not there', 'user.nmae:user.fullName', false],
    ['with a new name that is not there', 'user.name:user.nickname', false],
  ])('ignore a hint that is moot, and refuse a mistaken one: %s', async (_what, rename, isMoot) => {
    const database = await createSqliteDatabase();
    await made(database, [user('name')], []);
    await withDataSource(database, [user('fullName')], async (dataSource) => {
      expect((await compare(dataSource, { renames: [rename] })).refusedRenames).toMatchObject([{ isMoot }]);
    });
    await database.drop();
  });
});

describe('renames that only PostgreSQL has', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it('rename an enum type with its table, and a value of it', async () => {
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
    await withDataSource(database, [member('friend', ['host', 'guest'])], async (dataSource) => {
      let found = await compare(dataSource);
      const asked: string[] = [];
      for (let [candidate] = found.renameCandidates; candidate; [candidate] = found.renameCandidates) {
        asked.push(`${candidate.from}:${candidate.to}`);
        found = found.answered(candidate, true);
      }
      expect(asked).toEqual(['fellow:friend', 'fellow_role_enum.owner:friend_role_enum.host']);
      expect(found.operations).toEqual((await compare(dataSource, { renames: asked })).operations);
      await run(dataSource, found.operations);
      expect(await dataSource.query('SELECT role FROM friend')).toEqual([{ role: 'host' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
    });
  });

  it('keep the position of a column in a view of all columns', async () => {
    const named = (first: string): Entities => [
      table('user', { [first]: { type: 'varchar' }, age: { type: 'int' } }),
      new EntitySchema({ name: 'everybody', type: 'view', expression: 'SELECT * FROM "user"', columns: {} }),
    ];
    await made(database, named('name'), [ada]);
    await withDataSource(database, named('fullName'), async (dataSource) => {
      await upgrade(dataSource, { renames: ['user.name:user.fullName'] });
      expect(await dataSource.query('SELECT * FROM everybody')).toEqual([{ id: 1, fullName: 'Ada', age: 36 }]);
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
