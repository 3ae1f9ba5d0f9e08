import { namedTables } from './named-tables.js';

const names = (...sources: string[]): string[] =>
  namedTables(sources)
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
])('finds no table in: %s', (source) => {
  expect(names(source)).toEqual([]);
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
