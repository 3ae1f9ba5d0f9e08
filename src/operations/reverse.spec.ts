import * as fc from 'fast-check';
import { anySchema, operationFor } from '../../test/support/operations.js';
import { schema as modelSchema, table as modelTable } from '../../test/support/comparing.js';
import { IrreversibleOperationError } from '../errors/operations.errors.js';
import type { SchemaModel, TableModel } from '../schema/schema.model.js';
import { applyOperation } from './apply/apply.js';
import type { Operation } from './operation.js';
import { reverse, reverseAll } from './reverse.js';

/** The keys of what holds SQL in which a column may be renamed. */
const EXPRESSIONS = new Set(['expression', 'where']);

/**
 * The schema with every list sorted: what is dropped and made again goes to the end, in the database too. A name that
 * needs no quotes may have them after a rename: SQLite writes them, and PostgreSQL prints none.
 */
function unordered(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && EXPRESSIONS.has(key)) return value.replaceAll(/"([a-z_][a-z0-9_]*)"/g, '$1');
  if (Array.isArray(value)) {
    const isOfNames = value.every((item) => typeof item === 'string');
    const items = value.map((item) => unordered(item));
    return isOfNames ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => [key, unordered(field, key)]),
  );
}

function schemaOf(parts: Partial<TableModel>): SchemaModel {
  const columns = [{ name: 'name', type: 'text' }];
  return modelSchema({ tables: [modelTable('user', { columns, ...parts })] });
}

const fold = (schema: SchemaModel, operations: readonly Operation[]): SchemaModel =>
  operations.reduce(applyOperation, schema);

describe('reverse', () => {
  it('of any operation brings the schema back', () => {
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

  it.each(["it's", 'fullName', 'order'])('of a rename to %s leaves a check as it was written', (to) => {
    const table = { name: 'user' };
    const schema = schemaOf({ checks: [{ name: 'CHK', expression: `"name" <> 'x'` }] });
    const rename = { kind: 'renameColumn', table, from: 'name', to } as const;
    for (const operation of [rename, { kind: 'batch', table, operations: [rename] } as const]) {
      expect(fold(applyOperation(schema, operation), reverse(operation))).toEqual(schema);
    }
  });

  it('of a list is in the opposite order', () => {
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

  it('leaves out `using`, which is for one direction', () => {
    const table = { name: 'user' };
    const to = { type: 'integer', using: 'length("name")' };
    expect(reverse({ kind: 'alterColumn', table, column: 'name', to, existing: { type: 'text' } })).toEqual([
      { kind: 'alterColumn', table, column: 'name', to: { type: 'text' }, existing: { type: 'integer' } },
    ]);
  });

  const table = { name: 'user' };
  it.each<[string, Operation, RegExp]>([
    [
      'a dropped table that nobody knows',
      { kind: 'dropTable', table },
      /"removed table 'user'": its previous state is not known/,
    ],
    ['a dropped column that nobody knows', { kind: 'dropColumn', table, column: 'x' }, /removed column 'user\.x'/],
    [
      'a change of the unknown',
      { kind: 'alterColumn', table, column: 'x', to: { isNullable: true } },
      /its previous state is not known/,
    ],
    [
      'a change that is half known',
      { kind: 'alterColumn', table, column: 'x', to: { type: 'text', isNullable: true }, existing: { type: 'int' } },
      /'existing' does not specify 'isNullable'/,
    ],
    [
      'a nameless exclusion',
      { kind: 'createExclusion', table, exclusion: { expression: 'USING gist (x WITH =)' } },
      /no name to drop it by/,
    ],
    ['raw SQL', { kind: 'execute', sql: 'DELETE FROM "user"' }, /"SQL to run: DELETE FROM "user""/],
    ['rows', { kind: 'bulkInsert', table, rows: [{ id: 1 }] }, /rows to insert: 1 row into 'user'/],
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
