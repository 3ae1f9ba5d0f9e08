import * as fc from 'fast-check';
import { anySchema, operationFor } from '../../test/support/operations.js';
import { IrreversibleOperationError } from '../errors/operations.errors.js';
import type { SchemaModel } from '../schema/schema.model.js';
import { applyOperation } from './apply.js';
import type { Operation } from './operation.js';
import { reverse, reverseAll } from './reverse.js';

/** The schema with every list sorted: what is dropped and made again goes to the end, in the database too. */
function unordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isOfNames = value.every((item) => typeof item === 'string');
    const items = value.map(unordered);
    return isOfNames ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, unordered(field)]),
  );
}

const fold = (schema: SchemaModel, operations: readonly Operation[]): SchemaModel =>
  operations.reduce(applyOperation, schema);

describe('reverse', () => {
  it('brings back the schema, whatever the operation', () => {
    fc.assert(
      fc.property(
        anySchema.chain((schema) => operationFor(schema).map((operation) => ({ schema, operation }))),
        ({ schema, operation }) => {
          const restored = fold(applyOperation(schema, operation), reverse(operation));
          expect(unordered(restored)).toStrictEqual(unordered(schema));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('of a reverse does what the operation does', () => {
    fc.assert(
      fc.property(
        anySchema.chain((schema) => operationFor(schema).map((operation) => ({ schema, operation }))),
        ({ schema, operation }) => {
          const again = fold(schema, reverseAll(reverse(operation)));
          expect(unordered(again)).toStrictEqual(unordered(applyOperation(schema, operation)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('runs a list backwards', () => {
    const table = { name: 'user' };
    expect(
      reverseAll([
        { kind: 'createSchema', name: 'a' },
        { kind: 'renameColumn', table, from: 'name', to: 'fullName' },
      ]),
    ).toEqual([
      { kind: 'renameColumn', table, from: 'fullName', to: 'name' },
      { kind: 'dropSchema', name: 'a' },
    ]);
  });

  it('does not carry `using` back, which is for one direction', () => {
    const table = { name: 'user' };
    const to = { type: 'integer', using: 'length("name")' };
    expect(reverse({ kind: 'alterColumn', table, column: 'name', to, existing: { type: 'text' } })).toEqual([
      { kind: 'alterColumn', table, column: 'name', to: { type: 'text' }, existing: { type: 'integer' } },
    ]);
  });

  const table = { name: 'user' };
  it.each<[string, Operation, RegExp]>([
    ['a dropped table that nobody knows', { kind: 'dropTable', table }, /"removed table 'user'": it does not say/],
    ['a dropped column that nobody knows', { kind: 'dropColumn', table, column: 'x' }, /removed column 'user\.x'/],
    ['a change of the unknown', { kind: 'alterColumn', table, column: 'x', to: { isNullable: true } }, /does not say/],
    [
      'a change that is half known',
      { kind: 'alterColumn', table, column: 'x', to: { type: 'text', isNullable: true }, existing: { type: 'int' } },
      /'existing' does not say what 'isNullable' was/,
    ],
    ['a nameless constraint', { kind: 'createUnique', table, unique: { columnNames: ['x'] } }, /no name to drop it by/],
    ['raw SQL', { kind: 'execute', sql: 'DELETE FROM "user"' }, /"ran DELETE FROM "user""/],
    ['rows', { kind: 'bulkInsert', table, rows: [{ id: 1 }] }, /inserted 1 row into 'user'/],
    [
      'a change in a batch',
      { kind: 'batch', table, operations: [{ kind: 'dropIndex', table, name: 'i' }] },
      /index 'i'/,
    ],
  ])('refuses %s', (_what, operation, message) => {
    expect(() => reverse(operation)).toThrow(IrreversibleOperationError);
    expect(() => reverse(operation)).toThrow(message);
  });
});
