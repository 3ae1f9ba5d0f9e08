import { POSTGRES_SQL } from '../../sql/rules.js';
import { namedTables } from './named-tables.js';

const names = (...sources: string[]): string[] =>
  namedTables(sources, POSTGRES_SQL)
    .map(({ schema, name }) => `${schema} / ${name}`)
    .sort();

it.each([
  [`await op.createTable({ schema: 'sales', name: 'order', columns: [{ name: 'id', type: 'integer' }] });`],
  [`await op.createTable({\n  name: "order",\n  columns: [],\n  schema: "sales",\n});`],
  [`await op.addColumn('sales.order', { name: 'x', type: 'integer' });`],
  [`await op.dropTable({ schema: 'sales', name: 'order' });`],
  [`await op.createView({ schema: 'sales', name: 'order', expression: \`SELECT 1 FROM other.t\` });`],
  [`await op.execute('CREATE TABLE IF NOT EXISTS sales."order" (id integer)');`],
  [`await op.queryRunner.query(\`create materialized view "sales"."order" as select \${1}\`);`],
  [`await op.execute('ALTER TABLE "order" SET SCHEMA sales');`],
  [`await op.renameTable('order', { schema: 'sales', name: 'order' });`],
  [
    `// op.createTable({ schema: 'old', name: 't' })\nawait op.batch('sales.order', (table) => { table.dropColumn('b'); });`,
  ],
])('finds the table in: %s', (source) => {
  expect(names(source)).toEqual(['sales / order']);
});

it.each([
  [
    `await op.createForeignKey('order', { columnNames: ['u'], referencedSchema: 'auth', referencedTableName: 'user' });`,
  ],
  [`await op.createSchema('jobs'); await op.execute('CREATE EXTENSION x SCHEMA jobs');`],
  [`await op.execute('INSERT INTO audit.log SELECT * FROM audit.source');`],
  [`const text = 'a.b'; const list = ['sales.order'];`],
  [`import { x } from './sales.order'; export const message = { text: 'sales.order' };`],
  [`'this does not end`],
  [`await op.execute('DROP VIEW "o"."v"'); await op.execute('CREATE VIEW "o"."v" AS SELECT n FROM t');`],
  [`await op.execute('DROP MATERIALIZED VIEW o.v, o.w CASCADE; CREATE MATERIALIZED VIEW o.w AS SELECT n FROM t');`],
  [
    `upgrade(op) { op.execute('DROP VIEW o.v'); op.execute(\`CREATE VIEW o.v AS SELECT 1\`); } ` +
      `downgrade(op) { op.execute('DROP VIEW o.v'); op.execute('CREATE VIEW o.v AS SELECT 2'); }`,
  ],
  [`await op.execute('ALTER TABLE o.child DROP CONSTRAINT fk'); await op.execute('ALTER VIEW o.v OWNER TO other');`],
])('finds no table in: %s', (source) => {
  expect(names(source)).toEqual([]);
});

it.each([
  [
    'made again only if it was there',
    `op.execute('DROP VIEW IF EXISTS sales.order; CREATE VIEW sales.order AS SELECT 1');`,
  ],
  [
    'dropped by the downgrade, which comes first',
    `downgrade(op) { op.execute('DROP VIEW sales.order'); } upgrade(op) { op.execute('CREATE VIEW sales.order AS SELECT 1'); }`,
  ],
  [
    'made, and in the same file put back',
    `op.execute('CREATE VIEW sales.order AS SELECT 1'); op.execute('DROP VIEW sales.order'); op.execute('CREATE VIEW sales.order AS SELECT 1');`,
  ],
])('finds a view that is %s', (_case, source) => {
  expect(names(source)).toEqual(['sales / order']);
});

it('knows tables by their later names and in the later schemas, in whatever order the files come', () => {
  expect(
    names(
      `await op.renameSchema('trade', 'shop');`,
      `await op.execute('ALTER SCHEMA sales RENAME TO trade; ALTER TABLE sales.order RENAME TO purchase');`,
      `await op.createTable({ schema: 'sales', name: 'order' }); await op.renameTable('sales.line', 'item');`,
    ),
  ).toEqual(
    ['item', 'line', 'order', 'purchase']
      .flatMap((table) => ['sales', 'shop', 'trade'].map((schema) => `${schema} / ${table}`))
      .sort(),
  );
});
