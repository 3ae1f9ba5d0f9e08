import { type DataSource, EntitySchema } from 'typeorm';
import { databases, type TestDatabase } from '../support/databases.js';
import { catalog, compare, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

/** Users with a join table to others, one to themselves, and a closure table; the names of their columns end with the key's. */
const users = (key: string): EntitySchema[] => [
  new EntitySchema<object>({
    name: 'user',
    columns: { [key]: { type: 'int', primary: true, generated: 'increment' } } as never,
    trees: [{ type: 'closure-table' }],
    relations: {
      tags: { type: 'many-to-many', target: 'tag', joinTable: true },
      friends: { type: 'many-to-many', target: 'user', joinTable: true },
      parent: { type: 'many-to-one', target: 'user', treeParent: true },
      children: { type: 'one-to-many', target: 'user', treeChildren: true, inverseSide: 'parent' },
    } as never,
  }),
  new EntitySchema({ name: 'tag', columns: { id: { type: 'int', primary: true, generated: 'increment' } } }),
];

const rows = [
  'INSERT INTO "user" ("parentId") VALUES (NULL), (1)',
  'INSERT INTO tag DEFAULT VALUES',
  'INSERT INTO user_tags_tag ("userId", "tagId") VALUES (2, 1)',
  'INSERT INTO user_friends_user ("userId_1", "userId_2") VALUES (1, 2)',
  'INSERT INTO user_closure (id_ancestor, id_descendant) VALUES (1, 2)',
];

const renames = ['user.id:user.uid', 'user.parentId:user.parentUid'];

/** SQLite lists last what was changed last. */
const tables = async (dataSource: DataSource) => new Set((await catalog(dataSource)).tables);

describe.each(databases)('columns of join tables on %s', (_dialect, make) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await make();
    await withDataSource(database, users('id'), async (dataSource) => {
      await upgrade(dataSource);
      for (const sql of rows) await dataSource.query(sql);
    });
  });
  afterEach(() => database.drop());

  it('follow the key that they refer to when it is renamed, there and back', async () => {
    const before = await withDataSource(database, users('id'), (dataSource) => tables(dataSource));
    await withDataSource(database, users('uid'), async (dataSource) => {
      const { warnings, downgrade } = await upgrade(dataSource, { renames });
      expect(warnings).toEqual([]);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      const holds = async (table: string) => (await dataSource.query(`SELECT * FROM ${table}`)) as unknown;
      expect(await holds('user_tags_tag')).toEqual([{ userUid: 2, tagId: 1 }]);
      expect(await holds('user_friends_user')).toEqual([{ userUid_1: 1, userUid_2: 2 }]);
      expect(await holds('user_closure')).toEqual([{ uid_ancestor: 1, uid_descendant: 2 }]);

      await run(dataSource, downgrade);
      expect(await tables(dataSource)).toEqual(before);
      expect(await holds('user_closure')).toEqual([{ id_ancestor: 1, id_descendant: 2 }]);
    });
  });

  it('are asked about after the key, and not when it is renamed', async () => {
    await withDataSource(database, users('uid'), async (dataSource) => {
      const found = await compare(dataSource, { renames: renames.slice(1) });
      const [key] = found.renameCandidates;
      expect(key).toMatchObject({ from: 'user.id', to: 'user.uid' });
      expect(found.answered(key!, true).renameCandidates).toEqual([]);
      expect(found.answered(key!, false).renameCandidates).toContainEqual(
        expect.objectContaining({ from: 'user_tags_tag.userId', to: 'user_tags_tag.userUid' }),
      );
    });
  });
});
