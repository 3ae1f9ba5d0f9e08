import type { Operation } from '../../operations/operation.js';
import { renderOperations } from './render.js';

const empty = { uniques: [], checks: [], exclusions: [], foreignKeys: [], indices: [] };
const user = { name: 'user' };

const operations: Operation[] = [
  { kind: 'createSchema', name: 'sales' },
  { kind: 'createExtension', name: 'citext' },
  { kind: 'createEnum', enum: { schema: 'sales', name: 'status', values: ['new', 'paid'] } },
  {
    kind: 'createTable',
    table: {
      ...empty,
      schema: 'sales',
      name: 'order',
      columns: [
        { name: 'id', type: 'integer', generationStrategy: 'increment' },
        { name: 'status', type: 'enum', enumName: 'status', enumSchema: 'sales', default: "'new'::sales.status" },
        { name: 'total', type: 'numeric', precision: 10, scale: 2, default: '0' },
        { name: 'note', type: 'character varying', length: '255', isNullable: true, comment: "The customer's words" },
        { name: 'userId', type: 'integer' },
      ],
      primaryKey: { name: 'PK_1031171c13130102495201e3e20', columnNames: ['id'] },
      checks: [{ name: 'CHK_total', expression: 'total >= (0)::numeric' }],
      indices: [{ name: 'IDX_open', columnNames: ['userId', 'status'], where: "(status = 'new'::sales.status)" }],
      comment: 'What was bought',
    },
  },
  {
    kind: 'createTable',
    table: {
      ...empty,
      name: 'tag',
      columns: [
        { name: 'a', type: 'integer' },
        { name: 'b', type: 'integer' },
      ],
      primaryKey: { name: 'PK_tag', columnNames: ['b', 'a'] },
    },
  },
  { kind: 'addColumn', table: user, column: { name: 'active', type: 'boolean', default: 'true' } },
  {
    kind: 'alterColumn',
    table: user,
    column: 'age',
    to: { type: 'bigint', default: null, using: 'age::bigint' },
    existing: { type: 'integer', default: '18' },
  },
  {
    kind: 'createForeignKey',
    table: { schema: 'sales', name: 'order' },
    foreignKey: {
      name: 'FK_order_user',
      columnNames: ['userId'],
      referencedTableName: 'user',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  },
  {
    kind: 'createView',
    view: {
      name: 'totals',
      expression: ' SELECT "userId",\n    sum(total) AS total\n   FROM sales."order"\n  GROUP BY "userId";',
      indices: [],
      dependsOn: [],
    },
  },
  {
    kind: 'batch',
    table: { name: 'post' },
    operations: [
      { kind: 'dropColumn', table: { name: 'post' }, column: 'text' },
      { kind: 'renameColumn', table: { name: 'post' }, from: 'name', to: 'title' },
    ],
  },
  { kind: 'dropTable', table: { name: 'old' } },
  { kind: 'dropTable', table: { name: 'older' } },
];

const text = `\
  await op.createSchema('sales');
  await op.createExtension('citext');
  await op.createEnum('sales.status', ['new', 'paid']);

  await op.createTable({
    schema: 'sales',
    name: 'order',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, generationStrategy: 'increment' },
      { name: 'status', type: 'enum', enumName: 'status', enumSchema: 'sales', default: "'new'::sales.status" },
      { name: 'total', type: 'numeric', precision: 10, scale: 2, default: 0 },
      { name: 'note', type: 'character varying', length: '255', isNullable: true, comment: "The customer's words" },
      { name: 'userId', type: 'integer' },
    ],
    checks: [{ name: 'CHK_total', expression: 'total >= (0)::numeric' }],
    indices: [{ name: 'IDX_open', columnNames: ['userId', 'status'], where: "(status = 'new'::sales.status)" }],
    comment: 'What was bought',
  });

  await op.createTable({
    name: 'tag',
    columns: [
      { name: 'a', type: 'integer' },
      { name: 'b', type: 'integer' },
    ],
  });
  await op.createPrimaryKey('tag', ['b', 'a'], 'PK_tag');

  await op.addColumn('user', { name: 'active', type: 'boolean', default: true });
  await op.alterColumn('user', 'age', {
    type: 'bigint',
    default: null,
    using: 'age::bigint',
    existing: { type: 'integer', default: 18 },
  });

  await op.createForeignKey('sales.order', {
    name: 'FK_order_user',
    columnNames: ['userId'],
    referencedTableName: 'user',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  });

  await op.createView({
    name: 'totals',
    expression: \` SELECT "userId",
    sum(total) AS total
   FROM sales."order"
  GROUP BY "userId";\`,
  });

  await op.batch('post', (table) => {
    // drops data
    table.dropColumn('text');
    table.renameColumn('name', 'title');
  });

  // drops data
  await op.dropTable('old');

  // drops data
  await op.dropTable('older');`;

it('renders a revision as a person would write it', () => {
  const comments = (operation: Operation): string | undefined =>
    operation.kind === 'dropTable' || operation.kind === 'dropColumn' ? 'drops data' : undefined;
  expect(renderOperations(operations, { comments })).toBe(text);
});

it.each<[string, string, boolean, string]>([
  ['leaves out the name of a key that it has without one', 'PK_1031171c13130102495201e3e20', true, ''],
  ['writes another name', 'order_pkey', true, "primaryKeyConstraintName: 'order_pkey'"],
  ['writes a name in other capitals', 'pk_1031171c13130102495201e3e20', true, "'pk_1031171c13130102495201e3e20'"],
  [
    'writes each name where keys have none',
    'PK_1031171c13130102495201e3e20',
    false,
    "'PK_1031171c13130102495201e3e20'",
  ],
])('%s', (_what, name, namesPrimaryKeys, written) => {
  const columns = [{ name: 'id', type: 'integer' }];
  const create = { ...empty, name: 'order', columns, primaryKey: { name, columnNames: ['id'] } };
  const text = renderOperations([{ kind: 'createTable', table: create }], { namesPrimaryKeys });
  expect(text).toContain(written);
  expect(text.includes('primaryKeyConstraintName')).toBe(written !== '');
});

it('renders no operations as an empty body', () => {
  expect(renderOperations([])).toBe('');
});

it('indents statements as deep as asked', () => {
  expect(renderOperations([{ kind: 'dropColumn', table: user, column: 'age' }], { indent: 4 })).toBe(
    "    await op.dropColumn('user', 'age');",
  );
});
