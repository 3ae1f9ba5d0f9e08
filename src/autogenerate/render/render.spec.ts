import * as fc from 'fast-check';
import * as estree from 'prettier/plugins/estree';
import * as typescript from 'prettier/plugins/typescript';
import { format } from 'prettier/standalone';
import { transform } from 'sucrase';
import type { EntityManager, QueryRunner } from 'typeorm';
import { anySchema, operationFor } from '../../../test/support/operations.js';
import { applyOperation } from '../../operations/apply/apply.js';
import { createOperations } from '../../operations/call/builder.js';
import type { Operation } from '../../operations/operation.js';
import type { Operations } from '../../operations/operations.interface.js';
import { emptySchema } from '../../schema/schema.model.js';
import { renderOperations } from './render.js';

const anyOperation = anySchema.chain(operationFor);

/** The operations that the text makes when a revision runs it. */
async function run(body: string): Promise<Operation[]> {
  const applied: Operation[] = [];
  const { op, settle } = createOperations({
    context: { dataSource: 'default', dialect: 'sqlite', xArgs: {}, offline: false },
    queryRunner: {} as QueryRunner,
    manager: {} as EntityManager,
    apply: (operation) => Promise.resolve(void applied.push(operation)),
    autocommit: (fn) => fn(),
    typeorm: () => Promise.reject(new Error('no migrations of TypeORM here')),
    get: () => Promise.reject(new Error('no providers here')),
  });
  const source = `exports.upgrade = async function (op) {\n${body}\n}`;
  const { code } = transform(source, { transforms: ['typescript', 'imports'] });
  const exported: { upgrade?: (op: Operations) => Promise<void> } = {};
  // oxlint-disable-next-line typescript/no-implied-eval -- a revision's text is run, as the package runs it
  new Function('exports', code)(exported);
  await exported.upgrade?.(op);
  await settle();
  return applied;
}

/** What a revision does not say: how things were, which is for the downgrade, and the order of views. */
function said(operation: Operation): Operation {
  return JSON.parse(
    JSON.stringify(operation, (key, value: unknown) => {
      if (key === 'was') return undefined;
      return key === 'dependsOn' ? [] : value;
    }),
    (_key, value: unknown) => value,
  ) as Operation;
}

/** `existing` of a column stays; that of an enum and of a comment is not said. */
function comparable(operation: Operation): unknown {
  const plain = said(operation);
  if (plain.kind === 'batch') return { ...plain, operations: plain.operations.map(comparable) };
  if (plain.kind === 'alterColumn' || !('existing' in plain)) return plain;
  const { existing: _existing, ...rest } = plain;
  return rest;
}

const asFile = (body: string): string => `export async function upgrade(op: Operations): Promise<void> {\n${body}\n}\n`;

const prettier = (source: string): Promise<string> =>
  format(source, {
    parser: 'typescript',
    plugins: [typescript, estree],
    printWidth: 120,
    singleQuote: true,
    trailingComma: 'all',
  });

/** Prettier counts columns, of which letters of other scripts take two or none; here characters are counted. */
const inAscii = (operations: readonly Operation[]): readonly Operation[] =>
  JSON.parse(JSON.stringify(operations).replaceAll(/[^ -~]/gu, 'x'));

describe('laws of rendering', () => {
  it('a rendered body gives the same operations again', async () => {
    await fc.assert(
      fc.asyncProperty(anyOperation, async (operation) => {
        const again = await run(renderOperations([operation]));
        if (operation.kind === 'createTable' && again.length === 2) {
          expect(again.reduce(applyOperation, emptySchema)).toEqual(applyOperation(emptySchema, operation));
        } else {
          expect(again.map(comparable)).toEqual([comparable(operation)]);
        }
      }),
      { numRuns: 800 },
    );
  });

  it('prettier does not change a rendered body', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyOperation, { minLength: 1, maxLength: 4 }),
        fc.option(fc.string({ maxLength: 150 })),
        async (operations, comment) => {
          const source = asFile(renderOperations(inAscii(operations), { comments: () => comment ?? undefined }));
          expect(await prettier(source)).toBe(source);
        },
      ),
      { numRuns: 250 },
    );
  });
});

const table = { name: 'user' };

/** What no random schema has in it: rows, raw SQL, long lists. */
const special: Operation[] = [
  { kind: 'execute', sql: 'UPDATE "user" SET name = \'x\'' },
  { kind: 'execute', sql: 'UPDATE "user"\n  SET name = `${x}`\\n\r\nWHERE id = 1\n' },
  { kind: 'execute', sql: 'UPDATE "user"\nSET a = $1', parameters: [1, null, 'x'] },
  { kind: 'execute', sql: `SELECT ${'x, '.repeat(50)}`, parameters: [1] },
  { kind: 'execute', sql: `UPDATE "user" SET name = '${'x'.repeat(120)}'` },
  { kind: 'execute', sql: `UPDATE "user" SET name = '${'x'.repeat(120)}' WHERE id = $1`, parameters: [1] },
  { kind: 'createCheck', table, check: { name: 'c', expression: `"a" IN ('x', 'y')` } },
  { kind: 'createCheck', table, check: { name: 'c', expression: `"a" IN ('${'x'.repeat(120)}', '\`${'${y}'}')` } },
  { kind: 'addColumn', table, column: { name: 'c', type: 'jsonb', default: `'{"a":"it''s"}'` } },
  { kind: 'execute', sql: 'SELECT 1', parameters: Array.from({ length: 60 }, (_, i) => i * 1.5 - 7) },
  { kind: 'execute', sql: 'SELECT 1', parameters: [Array.from({ length: 60 }, (_, i) => i), [true]] },
  {
    kind: 'bulkInsert',
    table,
    rows: [
      {
        id: 1,
        'e-mail': 'a@b.c',
        2: null,
        at: new Date(86_400_000),
        raw: Buffer.from('hi'),
        tags: ['a', 'b'],
        é: true,
      },
      { id: 2n, "it's": -0, [`x${'y'.repeat(130)}`]: `it's ${'long '.repeat(30)}`, undef: undefined },
      {
        id: Infinity,
        json: { a: { b: [] }, c: {} },
        list: [{ a: 1 }, { a: 2 }],
        pairs: [
          [1, 2],
          [3, 4],
        ],
      },
      { 1: 1, 'two words': 2, three: 3 },
    ],
  },
  { kind: 'bulkInsert', table, rows: [{ id: 1 }, { id: 2 }] },
  { kind: 'bulkInsert', table, rows: [] },
  { kind: 'createEnum', enum: { name: 'long', values: Array.from({ length: 30 }, (_, i) => `value ${i}`) } },
  { kind: 'renameTable', table: { schema: 'a.b', name: 'x'.repeat(60) }, to: { schema: 'c.d', name: 'y'.repeat(60) } },
  {
    kind: 'createPrimaryKey',
    table,
    primaryKey: { name: 'P'.repeat(60), columnNames: ['a'.repeat(30), 'b'.repeat(30)] },
  },
  { kind: 'createView', view: { name: 'v', expression: 'SELECT 1', materialized: true, indices: [], dependsOn: [] } },
  { kind: 'dropTable', table: { schema: 'a.b', name: 'c' }, ifExists: true },
  { kind: 'createSequence', sequence: { schema: 's', name: 'q', start: '5', increment: '-1' } },
  { kind: 'dropIndex', table, name: 'i', isConcurrent: true },
  { kind: 'createCheck', table, check: { name: 'c', expression: 'true', isNotValid: true } },
  { kind: 'validateConstraint', table, name: 'c', ifExists: true },
];

it.each(special.map((operation, position) => [position, operation] as const))(
  'special %#: the same again, and left alone by prettier',
  async (_position, operation) => {
    const body = renderOperations([operation], { comments: () => 'Says\n\u2028 something `${important}` */' });
    expect(await prettier(asFile(body))).toBe(asFile(body));
    const again = await run(body);
    expect(again).toEqual([operation]);
  },
);
