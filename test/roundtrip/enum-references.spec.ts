import { EntitySchema } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { catalog, compare, type Entities, run, upgrade, withDataSource } from './round-trip.js';

const kinds = ['a', 'b'];
const kind = { type: 'enum', enum: kinds, primary: true } as const;
const parent = (schema?: string): EntitySchema =>
  new EntitySchema({ name: 'parent', columns: { kind }, ...(schema !== undefined && { schema }) });

/** An entity that refers to the parent's key. */
const child = (columns: object = {}, joinColumn: object = { name: 'parentKind' }, target = 'parent'): EntitySchema =>
  new EntitySchema<{ id: number; parent: object }>({
    name: 'child',
    columns: { id: { type: 'int', primary: true }, ...columns },
    relations: { parent: { type: 'many-to-one', target, joinColumn } },
  }) as EntitySchema;

const CASES: readonly (readonly [string, Entities, string])[] = [
  ['a join column', [parent(), child()], 'parent_kind_enum'],
  [
    'a join column with a property',
    [parent(), child({ parentKind: { type: 'enum', enum: kinds } })],
    'parent_kind_enum',
  ],
  ['the key of a table in another schema', [parent('shop'), child()], 'shop.parent_kind_enum'],
  [
    'a key that refers to another one',
    [
      parent(),
      new EntitySchema<{ kind: string; of: object }>({
        name: 'middle',
        columns: { kind },
        relations: { of: { type: 'one-to-one', target: 'parent', joinColumn: { name: 'kind' } } },
      }) as EntitySchema,
      child({}, { name: 'middleKind' }, 'middle'),
    ],
    'parent_kind_enum',
  ],
  [
    'a join table',
    [
      parent(),
      new EntitySchema<{ id: number; parents: object[] }>({
        name: 'child',
        columns: { id: { type: 'int', primary: true } },
        relations: { parents: { type: 'many-to-many', target: 'parent', joinTable: { name: 'both' } } },
      }) as EntitySchema,
    ],
    'parent_kind_enum',
  ],
];

describe('a foreign key over an enum column without enumName', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createPostgresDatabase();
  });
  afterEach(() => database.drop());

  it.each(CASES)('has the type of the column that it refers to: %s', async (_what, entities, type) => {
    await withDataSource(database, entities, async (dataSource) => {
      const { downgrade } = await upgrade(dataSource);
      const { enums } = await catalog(dataSource, ['shop']);
      expect(enums.map(({ schema, name }) => (schema === undefined ? name : `${schema}.${name}`))).toEqual([type]);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, downgrade);
      expect((await catalog(dataSource, ['shop'])).enums).toEqual([]);
    });
  });

  it('follows a value that is added', async () => {
    await withDataSource(database, [parent(), child()], async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`INSERT INTO parent VALUES ('a')`);
      await dataSource.query(`INSERT INTO child VALUES (1, 'a')`);
    });
    const wider = new EntitySchema({ name: 'parent', columns: { kind: { ...kind, enum: [...kinds, 'c'] } } });
    await withDataSource(database, [wider, child()], async (dataSource) => {
      await upgrade(dataSource);
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await dataSource.query('SELECT * FROM child')).toEqual([{ id: 1, parentKind: 'a' }]);
    });
  });
});
