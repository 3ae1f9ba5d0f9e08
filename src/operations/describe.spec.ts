import { describeOperation } from './describe.js';
import type { Operation } from './operation.js';

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
    "added foreign key 'FK_a' on 'sales.order' to 'auth.user'",
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
  ["rows to insert: 1 row into 'user'", { kind: 'bulkInsert', table: user, rows: [{ id: 1 }] }],
])('%s', (text, operation) => {
  expect(describeOperation(operation)).toBe(text);
});
