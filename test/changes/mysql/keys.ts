import { EntitySchema, type EntitySchemaOptions } from 'typeorm';
import type { Column } from '../change.js';
import { int, type MysqlChange } from './change.js';

const keyColumn: Column = { ...int, primary: true };

/** A table whose key has the columns in the order given. */
function keyed(name: string, key: readonly string[], rest: Partial<EntitySchemaOptions<unknown>> = {}): EntitySchema {
  return new EntitySchema({
    name,
    ...rest,
    columns: { ...Object.fromEntries(key.map((column) => [column, keyColumn])), ...rest.columns },
  } as EntitySchemaOptions<unknown>);
}

/** A table that refers to `p` by pairs of columns, `xa` to `a`, in the order given. */
function referring(
  name: string,
  order: readonly string[],
  rest: Partial<EntitySchemaOptions<unknown>> = {},
): EntitySchema {
  return keyed(name, ['id'], {
    ...rest,
    columns: { xa: int, xb: int, ...rest.columns } as never,
    foreignKeys: [
      {
        target: 'p',
        columnNames: order.map((column) => `x${column}`),
        referencedColumnNames: [...order],
        name: `FK_${name}`,
      },
    ],
  });
}

const rows = ['INSERT INTO p (a, b) VALUES (1, 2)', 'INSERT INTO k (id, xa, xb) VALUES (7, 1, 2)'];
const joined = (table: string): string => `SELECT ${table}.id AS id FROM ${table} JOIN p ON p.a = xa AND p.b = xb`;

/** Keys of several columns, whose order a foreign key must have on both ends. */
export const compositeKeys: readonly MysqlChange[] = [
  {
    title: 'a key whose columns change places, with a table that refers to it',
    before: [keyed('p', ['a', 'b']), referring('k', ['a', 'b'])],
    after: [keyed('p', ['b', 'a']), referring('k', ['b', 'a'], { columns: { n: { ...int, default: 3 } } })],
    rows,
    reads: [joined('k'), [{ id: 7 }], [{ id: 7 }]],
    isSynchronized: true,
  },
  {
    title: 'a key whose columns change places, with another table that refers to it then',
    before: [keyed('p', ['a', 'b']), referring('k', ['a', 'b'])],
    after: [keyed('p', ['b', 'a']), referring('k', ['b', 'a']), referring('l', ['b', 'a'])],
    rows,
    reads: [joined('k'), [{ id: 7 }], [{ id: 7 }]],
    isSynchronized: true,
  },
  {
    title: 'a foreign key of columns in another order than those of the key, and of no key at all then',
    before: [keyed('p', ['a', 'b']), referring('k', ['b', 'a'])],
    after: [keyed('p', ['a', 'b']), keyed('k', ['id'], { columns: { xa: int, xb: int } as never })],
    rows,
    reads: [joined('k'), [{ id: 7 }], [{ id: 7 }]],
  },
  {
    title: 'a foreign key to a unique index of columns in another order',
    before: [
      keyed('p', ['id'], { columns: { a: int, b: int } as never, indices: [{ columns: ['b', 'a'], unique: true }] }),
      keyed('k', ['id'], { columns: { xa: int, xb: int } as never }),
    ],
    after: [
      keyed('p', ['id'], { columns: { a: int, b: int } as never, indices: [{ columns: ['b', 'a'], unique: true }] }),
      referring('k', ['a', 'b']),
    ],
    rows: ['INSERT INTO p (id, a, b) VALUES (1, 1, 2)', ...rows.slice(1)],
    reads: [joined('k'), [{ id: 7 }], [{ id: 7 }]],
  },
  {
    title: 'a foreign key whose columns an index has in another order, which does not serve it',
    before: [keyed('p', ['a', 'b']), referring('k', ['a', 'b'], { indices: [{ name: 'IX', columns: ['xb', 'xa'] }] })],
    after: [
      keyed('p', ['a', 'b']),
      keyed('k', ['id'], { columns: { xa: int, xb: int } as never, indices: [{ name: 'IX', columns: ['xb', 'xa'] }] }),
    ],
    rows,
    reads: [joined('k'), [{ id: 7 }], [{ id: 7 }]],
    isSynchronized: true,
  },
  {
    title: 'a key that gets one more column, with a table that refers to it',
    before: [
      keyed('p', ['a']),
      keyed('k', ['id'], {
        columns: { xa: int } as never,
        foreignKeys: [{ target: 'p', columnNames: ['xa'], referencedColumnNames: ['a'], name: 'FK_k' }],
      }),
    ],
    after: [
      keyed('p', ['b', 'a'], { columns: { b: { ...keyColumn, default: 2 } } as never }),
      referring('k', ['a', 'b'], { columns: { xb: { ...int, default: 2 } } as never }),
    ],
    rows: ['INSERT INTO p (a) VALUES (1)', 'INSERT INTO k (id, xa) VALUES (7, 1)'],
    reads: ['SELECT id FROM k', [{ id: 7 }], [{ id: 7 }]],
    isSynchronized: true,
  },
];
