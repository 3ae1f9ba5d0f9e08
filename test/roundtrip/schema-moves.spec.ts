import { type DataSource, EntitySchema } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { catalog, compare, type Entities, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const SCHEMAS = ['one', 'two', 'three'];

function standing(
  schema: string | undefined,
  tableName: string,
  parts: object = {},
  columns: object = {},
): EntitySchema {
  return new EntitySchema({
    name: `${schema}.${tableName}`,
    tableName,
    ...(schema !== undefined && { schema }),
    columns: {
      id: { type: 'int', primary: true, generated: 'increment' },
      a: { type: 'int', nullable: true },
      ...columns,
    },
    ...parts,
  });
}

const keep = SCHEMAS.map((schema) => standing(schema, 'keep'));
const index = (name: string): object => ({ indices: [{ name, columns: ['a'] }] });
const unique = (name: string): object => ({ uniques: [{ name, columns: ['a'] }] });
const enumerated = (enumName: string): object => ({ e: { type: 'enum', enum: ['x', 'y'], default: 'y', enumName } });
/** Names that are one when they are cut to 63 bytes behind another word. */
const long = (end: string): string => `${'long'.repeat(14)}_${end}`;

/** The rows, and which table each is in. */
async function oids(dataSource: DataSource, names: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const name of names)
    found.push(await dataSource.query(`SELECT '${name}' AS name, id, a, tableoid FROM ${name}`));
  return found;
}

describe('tables that change their schemas', () => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await createPostgresDatabase()));
  afterEach(() => database.drop());

  it.each<[string, readonly string[], Entities, Entities]>([
    [
      'where a table of the old name is there, and one of the new name here',
      ['one.a:two.b'],
      [standing('one', 'a'), standing('one', 'b'), standing('two', 'a')],
      [standing('two', 'b'), standing('one', 'b'), standing('two', 'a')],
    ],
    [
      'where a type of the old name is there, and one of the new name here',
      ['one.a:two.b'],
      [
        standing('one', 'a', {}, enumerated('x')),
        standing('one', 'c', {}, enumerated('y')),
        standing('two', 'c', {}, enumerated('x')),
      ],
      [
        standing('two', 'b', {}, enumerated('y')),
        standing('one', 'c', {}, enumerated('y')),
        standing('two', 'c', {}, enumerated('x')),
      ],
    ],
    [
      'in a circle with all names',
      ['one.a:two.b', 'two.a:one.b', 'one.b:two.a', 'two.b:one.a'],
      ['one', 'two'].flatMap((schema) => [standing(schema, 'a'), standing(schema, 'b')]),
      ['one', 'two'].flatMap((schema) => [standing(schema, 'a'), standing(schema, 'b')]),
    ],
    [
      'with the data source’s own',
      ['t:two.t', 'two.t:t'],
      [standing(undefined, 't', index('i')), standing('two', 't', index('i'))],
      [standing(undefined, 't', index('i')), standing('two', 't', index('i'))],
    ],
    [
      'for one and the same, with indexes of one name',
      ['one.a:three.a', 'two.b:three.b'],
      [standing('one', 'a', index('i')), standing('two', 'b', index('i'))],
      [standing('three', 'a', index('i')), standing('three', 'b', index('j'))],
    ],
    [
      'with a constraint that has the name of an index there, which gets another',
      ['one.a:two.a'],
      [standing('one', 'a', unique('i')), standing('two', 'b', index('i'))],
      [standing('two', 'a', unique('i')), standing('two', 'b', index('j'))],
    ],
    [
      'with an index that has the name of one there, which goes',
      ['one.a:two.a'],
      [standing('one', 'a', index('i')), standing('two', 'b', index('i'))],
      [standing('two', 'a', index('i')), standing('two', 'b')],
    ],
    [
      'with indexes whose long names begin alike',
      ['one.a:three.a', 'two.b:three.b'],
      [
        standing('one', 'a', index(long('y'))),
        standing('two', 'b', index(long('x'))),
        standing('three', 'c', {
          indices: [
            { name: long('x'), columns: ['a'] },
            { name: long('y'), columns: ['id', 'a'] },
          ],
        }),
      ],
      [standing('three', 'a', index(long('x'))), standing('three', 'b', index(long('y'))), standing('three', 'c')],
    ],
  ])('keep their rows, there and back: %s', async (_what, renames, before, after) => {
    const pairs = renames.map((rename) => rename.split(':') as [string, string]);
    const [had, rows] = await withDataSource(database, [...keep, ...before], async (dataSource) => {
      await upgrade(dataSource);
      for (const [at, [from]] of pairs.entries()) await dataSource.query(`INSERT INTO ${from} (a) VALUES (${at})`);
      return [
        await catalog(dataSource, SCHEMAS),
        await oids(
          dataSource,
          pairs.map(([from]) => from),
        ),
      ];
    });
    await withDataSource(database, [...keep, ...after], async (dataSource) => {
      const { downgrade } = await upgrade(dataSource, { renames });
      expect((await compare(dataSource)).operations).toEqual([]);
      expect(await typeormDifferences(dataSource)).toEqual([]);
      for (const [at, [, to]] of pairs.entries()) {
        expect(await dataSource.query(`SELECT a FROM ${to}`)).toEqual([{ a: at }]);
      }
      await run(dataSource, downgrade);
      expect(await catalog(dataSource, SCHEMAS)).toEqual(had);
      expect(
        await oids(
          dataSource,
          pairs.map(([from]) => from),
        ),
      ).toEqual(rows);
    });
  });
});
