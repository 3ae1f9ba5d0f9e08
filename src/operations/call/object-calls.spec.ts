import type { EntityManager, QueryRunner } from 'typeorm';
import { createOperations } from './builder.js';
import type { Operation } from '../operation.js';
import type { Operations } from '../operations.interface.js';

async function built(call: (op: Operations) => Promise<void>): Promise<Operation[]> {
  const applied: Operation[] = [];
  const { op } = createOperations({
    context: { dataSource: 'default', dialect: 'sqlite', xArgs: {}, offline: false },
    queryRunner: {} as QueryRunner,
    manager: {} as EntityManager,
    apply: (operation) => Promise.resolve(void applied.push(operation)),
    autocommit: (fn) => fn(),
    typeorm: () => Promise.reject(new Error('no migrations of TypeORM here')),
    get: () => Promise.reject(new Error('no providers here')),
  });
  await call(op);
  return applied;
}

const table = { name: 'user' };

it('op.alterColumn with a name changes the column and then renames it', async () => {
  const rename = { kind: 'renameColumn', table, from: 'name', to: 'fullName' } as const;
  const alter = { kind: 'alterColumn', table, column: 'name', to: { isNullable: true } } as const;
  expect(await built((op) => op.alterColumn('user', 'name', { name: 'fullName', isNullable: true }))).toEqual([
    { kind: 'batch', table, operations: [alter, rename] },
  ]);
  expect(await built((op) => op.alterColumn('user', 'name', { name: 'fullName' }))).toEqual([rename]);
});

it('op.alterSequence takes numbers, bigints and text, and null to remove a limit', async () => {
  const change = { increment: -1, minValue: null, maxValue: 9n, existing: { increment: '1' } };
  expect(await built((op) => op.alterSequence('a.s', change))).toEqual([
    {
      kind: 'alterSequence',
      sequence: { schema: 'a', name: 's' },
      to: { increment: '-1', minValue: null, maxValue: '9' },
      existing: { increment: '1' },
    },
  ]);
});

it('op.createSequence takes null for its options, as TypeORM does', async () => {
  expect(await built((op) => op.createSequence('s', null as never))).toEqual([
    { kind: 'createSequence', sequence: { name: 's' } },
  ]);
});

it.each<[string, (op: Operations) => Promise<void>, RegExp]>([
  ['SQL as a number', (op) => op.createSequence('s', { start: '1; DROP' }), /'start' of the sequence is '1; DROP'/],
  ['a change of nothing', (op) => op.alterSequence('s', {}), /changes nothing/],
  ['an extension that does not change', (op) => op.alterExtension('citext', {}), /changes nothing/],
  ['an unknown option', (op) => op.dropColumn('t', 'c', { ifExist: true } as object), /unknown field 'ifExist'/],
  [
    'a unique column where it is missing',
    (op) => op.addColumn('t', { name: 'c', type: 'int', isUnique: true }, { ifNotExists: true }),
    /cannot be unique/,
  ],
  [
    'a date that is none',
    (op) => op.bulkInsert('t', [{ at: new Date(0) }, { at: new Date('x') }]),
    /row 2 has a value for 'at'/,
  ],
  [
    'a promise as a value',
    (op) => op.bulkInsert('t', [{ hash: Promise.resolve('x') }]),
    /row 1 has a value for 'hash'/,
  ],
  ['a map as a value', (op) => op.bulkInsert('t', [{ tags: new Map() }]), /row 1 has a value for 'tags'/],
  [
    'an option of a column that the index does not have',
    (op) => op.createIndex('t', { name: 'i', columnNames: ['a'], columnOptions: { aa: 'DESC' } }),
    /'columnOptions' of the index names 'aa'/,
  ],
  [
    'an option of a column that the key does not have',
    (op) => op.createUniqueConstraint('t', { columnNames: ['a'], columnOptions: { b: 'DESC' } }),
    /'columnOptions' of the unique constraint names 'b'/,
  ],
  [
    'an index on columns and an expression',
    (op) => op.createIndex('t', { name: 'i', columnNames: ['a'], expression: 'lower(b)' }),
    /the index has 'expression', and 'columnNames' too/,
  ],
  [
    'an index that includes what its table does not have',
    (op) =>
      op.createTable({
        name: 't',
        columns: [{ name: 'a', type: 'int' }],
        indices: [{ name: 'i', columnNames: ['a'], include: ['b'] }],
      }),
    /'i' names the column 'b'/,
  ],
  ['a table that keeps its name', (op) => op.renameTable('a.t', 't'), /the table is called 'a.t' already/],
  ['a schema that keeps its name', (op) => op.renameSchema('s', 's'), /the schema is called 's' already/],
  [
    'a scale without a precision',
    (op) => op.addColumn('t', { name: 'c', type: 'numeric', scale: 2 }),
    /the column 'c' has 'scale' without 'precision'/,
  ],
  [
    'an identity that is none',
    (op) => op.addColumn('t', { name: 'c', type: 'int', generatedIdentity: 'ALWAYS' }),
    /'generatedIdentity' without 'generationStrategy'/,
  ],
  [
    'an enum of another type',
    (op) => op.addColumn('t', { name: 'c', type: 'text', enumName: 'e' }),
    /the column 'c' has 'enumName', and its type is 'text'/,
  ],
  ['no rows at all', (op) => op.bulkInsert('t', undefined as never), /the rows are missing/],
  ['a sequence of a number', (op) => op.createSequence('s', 5 as never), /the sequence is 5/],
  ['SQL to run outside the transaction', (op) => op.autocommit('VACUUM' as never), /^op\.autocommit\('VACUUM'\): /],
])('op refuses %s', async (_what, call, message) => {
  await expect(built(call)).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPERATION' }));
  await expect(built(call)).rejects.toThrow(message);
});
