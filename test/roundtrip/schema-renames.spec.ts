import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { createPostgresDatabase, type TestDatabase } from '../support/databases.js';
import { table } from './entity-sets.js';
import { catalog, compare, type Entities, run, typeormDifferences, upgrade, withDataSource } from './round-trip.js';

const mood: EntitySchemaColumnOptions = { type: 'enum', enum: ['glad', 'sad'], default: 'glad', enumName: 'mood' };

/** Tables of a schema, with all that has the name of the schema in its text. */
const shop = (schema: string, more: Record<string, EntitySchemaColumnOptions> = {}): Entities => [
  table(
    'product',
    { name: { type: 'varchar' }, mood, ...more },
    {
      schema,
      checks: [{ name: 'ck', expression: `"mood" <> 'sad'::"${schema}"."mood" OR "name" <> ''` }],
      indices: [{ name: 'ix', columns: ['name'], where: `"mood" = 'glad'::"${schema}"."mood"` }],
    },
  ),
  table('sale', { at: { type: 'timestamptz', default: () => 'now()' } }, { schema }),
  new EntitySchema<{ id: number; product: object }>({
    name: 'review',
    columns: { id: { type: 'int', primary: true, generated: 'increment' } },
    relations: { product: { type: 'many-to-one', target: 'product' } },
  }),
  new EntitySchema({
    name: 'gladness',
    type: 'view',
    schema,
    expression: `SELECT id, name FROM "${schema}"."product" WHERE mood = 'glad'`,
    columns: { id: { type: 'int' }, name: { type: 'varchar' } },
  }),
];

describe('renames of a schema', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createPostgresDatabase();
    await withDataSource(database, shop('sales'), async (dataSource) => {
      await upgrade(dataSource);
      await dataSource.query(`INSERT INTO sales.product (name) VALUES ('pear')`);
      await dataSource.query(`INSERT INTO review ("productId") VALUES (1)`);
    });
  });
  afterEach(() => database.drop());

  it.each([
    ['that is named', { renames: ['sales:trade'] }],
    ['that is kept in a file', { renameHints: ['sales:trade', 'older:sales'] }],
    ['whose old name is looked at', { renames: ['sales:trade'], includeSchemas: ['sales'] }],
  ])('keep all that is in a schema %s, there and back', async (_, options) => {
    await withDataSource(database, shop('trade'), async (dataSource) => {
      const original = await catalog(dataSource, ['sales', 'trade']);
      const { operations, downgrade, warnings, refusedRenames } = await upgrade(dataSource, options);
      expect(operations).toEqual([{ kind: 'renameSchema', from: 'sales', to: 'trade' }]);
      expect(warnings).toEqual([]);
      expect(refusedRenames.filter(({ isMoot }) => !isMoot)).toEqual([]);
      expect(await dataSource.query('SELECT name, mood FROM trade.product')).toEqual([{ name: 'pear', mood: 'glad' }]);
      expect((await compare(dataSource)).operations).toEqual([]);
      const hints = await compare(dataSource, { renameHints: ['sales:trade'] });
      expect(hints.refusedRenames.map(({ isMoot }) => isMoot)).toEqual([true]);
      const views = /VIEW|typeorm_metadata/;
      expect((await typeormDifferences(dataSource)).filter((sql) => !views.test(sql))).toEqual([]);
      await run(dataSource, downgrade);
      expect(await catalog(dataSource, ['sales', 'trade'])).toEqual(original);
    });
  });

  it('are one question, asked before those about tables, and made with what else is renamed and changed', async () => {
    const entities = shop('trade', { price: { type: 'int', default: 0 } });
    await withDataSource(database, entities, async (dataSource) => {
      const found = await compare(dataSource);
      expect(found.renameCandidates.map(({ from, to, rename }) => [from, to, rename.kind])).toEqual([
        ['sales', 'trade', 'renameSchema'],
      ]);
      expect(found.warnings).toMatchObject([
        { operation: { kind: 'createSchema' }, message: expect.stringContaining('--rename sales:trade') },
      ]);
      const [candidate] = found.renameCandidates;
      const declined = found.answered(candidate!, false);
      expect(declined.renameCandidates).toEqual([]);
      expect(declined.operations.map(({ kind }) => kind)).toContain('createSchema');
      const answered = found.answered(candidate!, true);
      expect(answered.operations.map(({ kind }) => kind)).toEqual(['renameSchema', 'addColumn']);
      await run(dataSource, answered.operations);
      expect((await compare(dataSource)).operations).toEqual([]);
      await run(dataSource, answered.downgrade);
      expect(await dataSource.query('SELECT * FROM sales.product')).toEqual([{ id: 1, name: 'pear', mood: 'glad' }]);
    });
  });

  it.each([
    [['sales:trade', 'sales.product:trade.article', 'sales.product.name:trade.article.title']],
    [['trade.article.name:trade.article.title', 'trade.product:trade.article', 'sales:trade']],
  ])('are made together with renames of its tables and columns: %j', async (renames) => {
    const article = table('article', { title: { type: 'varchar' }, mood }, { schema: 'trade' });
    const [, sale] = shop('trade');
    await withDataSource(database, [article, sale!], async (dataSource) => {
      const { operations } = await upgrade(dataSource, {
        renames,
        includeObject: (_object, name) => name !== 'review',
      });
      const kinds = operations.map(({ kind }) => kind);
      expect(kinds.slice(0, 4)).toEqual(['renameSchema', 'dropView', 'renameTable', 'renameColumn']);
      expect(await dataSource.query('SELECT title FROM trade.article')).toEqual([{ title: 'pear' }]);
    });
  });

  it('are asked about the likeliest schemas alone, and never about one that is left out or has the version table', async () => {
    await withDataSource(database, shop('trade'), async (dataSource) => {
      const product = '(id int, name varchar, mood varchar)';
      for (const name of ['t1', 't2', 't3', 't4', 't5']) {
        await dataSource.query(`CREATE SCHEMA ${name}; CREATE TABLE ${name}.product ${product}`);
        await dataSource.query(`CREATE TABLE ${name}.other (id int)`);
      }
      const asked = async (options?: Parameters<typeof compare>[1], exclude?: Parameters<typeof compare>[2]) => {
        const names: string[] = [];
        let found = await compare(dataSource, options, exclude);
        for (let [candidate] = found.renameCandidates; candidate; [candidate] = found.renameCandidates) {
          names.push(candidate.from);
          found = found.answered(candidate, false);
        }
        return names;
      };
      expect(await asked()).toEqual(['sales', 't1', 't2']);
      expect(await asked({ detectRenames: false })).toEqual([]);
      expect(await asked({ includeName: (name, type) => type !== 'schema' || name !== 'sales' })).not.toContain(
        'sales',
      );
      expect(await asked({}, [{ schema: 'sales', name: 'migrate_version' }])).not.toContain('sales');
    });
  });

  it('are refused when a schema is missing, taken or has the version table', async () => {
    await withDataSource(database, shop('trade'), async (dataSource) => {
      await dataSource.query('CREATE SCHEMA held');
      const refused = async (rename: string): Promise<string> => {
        const exclude = [{ schema: 'held', name: 'migrate_version' }];
        const { refusedRenames } = await compare(dataSource, { renames: [rename] }, exclude);
        return refusedRenames.map(({ error }) => `${error.message} ${error.hint}`).join();
      };
      expect(await refused('sale:trade')).toMatch(/database has no "sale".* There are: sales\./);
      expect(await refused('sales:tirade')).toMatch(/no entity has "tirade" to rename "sales" to/);
      expect(await refused('sales:public')).toMatch(/no entity has "public" to rename "sales" to.* There are: trade\./);
      expect(await refused('held:trade')).toMatch(/"held" holds the version table/);
      await dataSource.query('CREATE SCHEMA trade');
      expect(await refused('sales:trade')).toMatch(/the database has "trade" already/);
      expect((await compare(dataSource)).renameCandidates).toEqual([]);
    });
  });
});
