import { describeOperations } from './describe-all.js';
import { describeOperation } from './describe.js';
import type { Operation } from '../operation.js';

const table = { schema: 'sales', name: 'order' };
const user = { name: 'user' };

it.each<[string, Operation]>([
  ["removed table 'sales.order'", { kind: 'dropTable', table }],
  ["renamed table 'sales.order' to 'purchase'", { kind: 'renameTable', table, to: { name: 'purchase' } }],
  ["added column 'user.email'", { kind: 'addColumn', table: user, column: { name: 'email', type: 'text' } }],
  [
    "constraint 'FK_a' on 'sales.order' to validate, which is NOT VALID",
    { kind: 'validateConstraint', table, name: 'FK_a' },
  ],
  ["removed index 'IDX_a' on 'user'", { kind: 'dropIndex', table: user, name: 'IDX_a' }],
  [
    "changed type of 'user.age' from integer to numeric(10, 2)[]",
    {
      kind: 'alterColumn',
      table: user,
      column: 'age',
      to: { type: 'numeric', precision: 10, scale: 2, isArray: true },
      existing: { type: 'integer' },
    },
  ],
  [
    "changed type of 'user.role' to x.role, made 'user.role' NOT NULL, changed default of 'user.role' from 'a' to 'b'",
    {
      kind: 'alterColumn',
      table: user,
      column: 'role',
      to: { type: 'enum', enumName: 'role', enumSchema: 'x', isNullable: false, default: "'b'" },
      existing: { isNullable: true, default: "'a'" },
    },
  ],
  [
    "removed default of 'user.age', removed comment of 'user.age'",
    { kind: 'alterColumn', table: user, column: 'age', to: { default: null, comment: null } },
  ],
  [
    "added foreign key 'FK_a' (userId) on 'sales.order' to 'auth.user'",
    {
      kind: 'createForeignKey',
      table,
      foreignKey: {
        name: 'FK_a',
        columnNames: ['userId'],
        referencedSchema: 'auth',
        referencedTableName: 'user',
        referencedColumnNames: ['id'],
      },
    },
  ],
  [
    "added check constraint (total > 0) on 'user'",
    { kind: 'createCheck', table: user, check: { expression: 'total >\n   0' } },
  ],
  [
    "changed values of enum 'status': removed 'c', added 'd'",
    { kind: 'alterEnum', enum: { name: 'status' }, values: ['a', 'd'], existing: ['a', 'c'] },
  ],
  [
    "changed values of enum 'status': reordered to 'b', 'a'",
    { kind: 'alterEnum', enum: { name: 'status' }, values: ['b', 'a'], existing: ['a', 'b'] },
  ],
  [
    "changed table 'user': removed column 'user.a', removed column 'user.b'",
    {
      kind: 'batch',
      table: user,
      operations: [
        { kind: 'dropColumn', table: user, column: 'a' },
        { kind: 'dropColumn', table: user, column: 'b' },
      ],
    },
  ],
  ["removed materialized view 'totals'", { kind: 'dropView', view: { name: 'totals' }, materialized: true }],
  [
    "removed unique index (email, name) on 'user'",
    {
      kind: 'dropIndex',
      table: user,
      name: 'IDX_97672ac88f789774dd47f7c8be',
      was: { name: 'IDX_97672ac88f789774dd47f7c8be', columnNames: ['email', 'name'], isUnique: true },
    },
  ],
  [
    "added index 'by_email' (lower(email)) on 'user'",
    { kind: 'createIndex', table: user, index: { name: 'by_email', columnNames: [], expression: 'lower(email)' } },
  ],
  [
    "removed primary key (a, b) on 'user'",
    {
      kind: 'dropPrimaryKey',
      table: user,
      name: 'PK_cace4a159ff9f2512dd42373760',
      was: { name: 'PK_cace4a159ff9f2512dd42373760', columnNames: ['a', 'b'] },
    },
  ],
  [
    "changed allowed values of 'user.scope' from any to 'global'",
    {
      kind: 'alterColumn',
      table: user,
      column: 'scope',
      to: { type: 'varchar', enum: ['global'] },
      existing: { type: 'varchar' },
    },
  ],
  [
    "changed type of 'user.scope' from varchar to text, changed allowed values of 'user.scope' from 'a', 'b' to 'a'",
    {
      kind: 'alterColumn',
      table: user,
      column: 'scope',
      to: { type: 'text', enum: ['a'] },
      existing: { type: 'varchar', enum: ['a', 'b'] },
    },
  ],
  [
    "changed type of 'user.name' from varchar COLLATE C to varchar COLLATE default",
    {
      kind: 'alterColumn',
      table: user,
      column: 'name',
      to: { type: 'varchar' },
      existing: { type: 'varchar', collation: 'C' },
    },
  ],
  [
    "changed type of 'user.place' from geometry(Point, 4326) to geometry(Point, 3857)",
    {
      kind: 'alterColumn',
      table: user,
      column: 'place',
      to: { type: 'geometry', spatialFeatureType: 'Point', srid: 3857 },
      existing: { type: 'geometry', spatialFeatureType: 'Point', srid: 4326 },
    },
  ],
  [
    "changed type of 'user.via' from varchar to user_via_enum",
    {
      kind: 'alterColumn',
      table: user,
      column: 'via',
      to: { type: 'enum', enum: ['email'], enumName: 'user_via_enum', default: "'email'" },
      existing: { type: 'varchar', default: "'email'" },
    },
  ],
  [
    "set default of 'user.via' to 'email' again, for its type",
    { kind: 'alterColumn', table: user, column: 'via', to: { default: "'email'" }, existing: { default: "'email'" } },
  ],
  ["rows to insert: 1 row into 'user'", { kind: 'bulkInsert', table: user, rows: [{ id: 1 }] }],
])('describes an operation in a line: %s', (text, operation) => {
  expect(describeOperation(operation)).toBe(text);
});

describe('a foreign key that is dropped and made again', () => {
  const was = {
    name: 'FK_6f0ffb8b1c0b0ed5a3e8e9c9f39',
    columnNames: ['authorId'],
    referencedTableName: 'author',
    referencedColumnNames: ['id'],
  };
  const drop: Operation = { kind: 'dropForeignKey', table: user, name: was.name, was };
  const create = (parts: object): Operation => ({
    kind: 'createForeignKey',
    table: user,
    foreignKey: { ...was, ...parts },
  });
  const other: Operation = { kind: 'dropColumn', table, column: 'a' };

  it.each<[string, object]>([
    ['ON UPDATE from NO ACTION to CASCADE', { onUpdate: 'CASCADE' }],
    [
      'ON DELETE from NO ACTION to SET NULL, DEFERRABLE from no to INITIALLY DEFERRED',
      { onDelete: 'SET NULL', deferrable: 'INITIALLY DEFERRED' },
    ],
    ['the columns it refers to from id to key', { referencedColumnNames: ['key'] }],
  ])('is one that changes: %s', (change, parts) => {
    expect(describeOperations([drop, other, create(parts)])).toEqual([
      `changed foreign key (authorId) on 'user': ${change}`,
      "removed column 'sales.order.a'",
    ]);
    expect(describeOperations([{ kind: 'batch', table: user, operations: [drop, create(parts)] as never }])).toEqual([
      `changed table 'user': changed foreign key (authorId) on 'user': ${change}`,
    ]);
  });

  it('is two where it leads to another table, or belongs to another one', () => {
    expect(describeOperations([drop, create({ referencedTableName: 'person' })])).toHaveLength(2);
    expect(describeOperations([drop, { ...create({}), table } as Operation])).toHaveLength(2);
  });
});
