import * as fc from 'fast-check';
import { anySchema, operationFor } from '../../../test/support/operations.js';
import type { Operation } from '../../operations/operation.js';
import type { RenderedItem } from './render-items.js';
import { renderOperations, renderSql } from './render.js';

const user = { name: 'user' };
const createTable: Operation = {
  kind: 'createTable',
  table: {
    ...user,
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'createdAt', type: 'timestamp with time zone', default: 'now()' },
    ],
    uniques: [{ name: 'UQ', columnNames: ['id'] }],
    checks: [{ name: 'CHK', expression: 'id > 0' }],
    exclusions: [{ name: 'XCL', expression: 'USING gist (id WITH =)' }],
    foreignKeys: [{ name: 'FK', columnNames: ['id'], referencedTableName: 'user', referencedColumnNames: ['id'] }],
    indices: [{ name: 'IX', columnNames: ['id'], type: 'gin' }],
  },
};
const alterColumn: Operation = {
  kind: 'alterColumn',
  table: user,
  column: 'age',
  to: { type: 'bigint', default: null },
  existing: { type: 'integer', default: '18' },
};
const rows: Operation = { kind: 'bulkInsert', table: user, rows: [{ type: 'admin', default: true, columns: ['a'] }] };

/** What is asked about, as `type: object`. */
function asked(operation: Operation): string[] {
  const items: RenderedItem[] = [];
  renderOperations([operation], { renderItem: (item) => void items.push(item) });
  expect(items.every((item) => item.operation === operation)).toBe(true);
  return items.map(({ type, object }) => {
    if (typeof object !== 'object') return `${type}: ${object}`;
    return `${type}: ${'kind' in object ? object.kind : object.name}`;
  });
}

it('renderItem is called for each piece, the whole before its parts', () => {
  expect(asked(createTable)).toEqual([
    'operation: createTable',
    'table: user',
    'column: id',
    'type: integer',
    'column: createdAt',
    'type: timestamp with time zone',
    'default: now()',
    'uniqueConstraint: UQ',
    'checkConstraint: CHK',
    'exclusionConstraint: XCL',
    'foreignKeyConstraint: FK',
    'index: IX',
  ]);
  expect(asked(alterColumn)).toEqual(['operation: alterColumn', 'type: bigint', 'type: integer', 'default: 18']);
  expect(asked({ kind: 'createView', view: { name: 'v', expression: 'x', indices: [], dependsOn: [] } })).toEqual([
    'operation: createView',
    'view: v',
  ]);
});

it('renderItem is not called for parts of rows', () => {
  expect(asked(rows)).toEqual(['operation: bulkInsert']);
});

it('renderItem replaces a piece by its text', () => {
  const renderItem = (item: RenderedItem): string | false =>
    (item.type === 'column' && item.object.name === 'createdAt' && `createdAt({ type: '${item.object.type}' })`) ||
    (item.type === 'default' && item.object === 18 && 'ADULT') ||
    (item.type === 'index' && '...indexes.id');
  expect(renderOperations([createTable], { renderItem })).toContain(
    "columns: [{ name: 'id', type: 'integer' }, createdAt({ type: 'timestamp with time zone' })],",
  );
  expect(renderOperations([createTable], { renderItem })).toContain('indices: [...indexes.id],');
  expect(renderOperations([alterColumn], { renderItem })).toContain("existing: { type: 'integer', default: ADULT }");
});

it('a statement of several lines from renderItem is written under the comment of the operation', () => {
  const text = "await op.execute(`SELECT 1\n  AS one`);\nawait audit(op, 'user');\n";
  const options = { renderItem: () => text, comments: () => 'drops data' };
  const expected = "  // drops data\n  await op.execute(`SELECT 1\n  AS one`);\nawait audit(op, 'user');";
  expect(renderOperations([alterColumn], options)).toBe(expected);
  expect(renderSql([{ operation: alterColumn, statements: [{ sql: 'ALTER TABLE' }] }], options)).toBe(expected);
});

it('an answer of renderItem that is no text is refused, naming the piece', () => {
  const renderItem = ((item: RenderedItem) => (item.type === 'default' ? 5 : undefined)) as never;
  expect(() => renderOperations([createTable], { renderItem })).toThrow(
    "renderItem cannot be followed for the default of 'added table 'user'': it gave a number",
  );
});

it('renderItem that answers nothing changes nothing', () => {
  fc.assert(
    fc.property(anySchema.chain(operationFor), (operation) => {
      expect(renderOperations([operation], { renderItem: () => false })).toBe(renderOperations([operation]));
    }),
    { numRuns: 200 },
  );
});
