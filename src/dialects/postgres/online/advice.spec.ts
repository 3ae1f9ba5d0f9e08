import type { Operation } from '../../../operations/operation.js';
import type { TableModel } from '../../../schema/schema.model.js';
import { adviceOn } from './advice.js';

const table = { name: 'post' };
const keyed = { ...table, primaryKey: { columnNames: ['id'] } } as unknown as TableModel;
const partitioned = { ...keyed, postgres: { partitionedBy: 'RANGE (id)' } } as TableModel;

describe('what to do about a change without an online form', () => {
  const cases: readonly (readonly [string, Operation, TableModel | undefined, string])[] = [
    [
      'another type',
      { kind: 'alterColumn', table, column: 'n', to: { type: 'numeric', precision: 9, scale: 2 } },
      keyed,
      "npx nest-cmd db migrate --expand 'post.n:numeric(9,2)'",
    ],
    [
      'a stored column',
      { kind: 'addColumn', table, column: { name: 'n', type: 'int', asExpression: 'id + 1', generatedType: 'STORED' } },
      keyed,
      'A VIRTUAL one',
    ],
    [
      'a column of a table without a key',
      { kind: 'addColumn', table, column: { name: 'n', type: 'uuid', default: 'gen_random_uuid()' } },
      table as TableModel,
      'no primary key',
    ],
    [
      'labels',
      { kind: 'alterEnum', enum: { name: 'e' }, values: ['a', 'b'], existing: ['a'] },
      undefined,
      'only gains',
    ],
    [
      'an order',
      { kind: 'alterEnum', enum: { name: 'e' }, values: ['b', 'a'], existing: ['a', 'b'] },
      undefined,
      'moves none',
    ],
    [
      'a lost label',
      { kind: 'alterEnum', enum: { name: 'e' }, values: ['a'], existing: ['a', "b's"] },
      undefined,
      `"COLUMN" NOT IN ('b''s')`,
    ],
    [
      'an exclusion constraint',
      { kind: 'createExclusion', table, exclusion: { name: 'x', expression: 'USING gist (n WITH &&)' } },
      keyed,
      'has no NOT VALID',
    ],
    [
      'an index of a partitioned table',
      { kind: 'createIndex', table, index: { name: 'i"1', columnNames: ['n'] } },
      partitioned,
      'CREATE INDEX "i""1" ON ONLY "post"',
    ],
    [
      'a foreign key of a partitioned table',
      {
        kind: 'createForeignKey',
        table,
        foreignKey: { columnNames: ['n'], referencedTable: { name: 'a' }, referencedColumnNames: ['id'] },
      },
      partitioned,
      'Add it to each partition first',
    ],
    [
      'another primary key',
      { kind: 'createPrimaryKey', table, primaryKey: { columnNames: ['n'] } },
      keyed,
      'fromIndex',
    ],
  ] as never;

  it.each(cases)('%s', (_title, operation, model, advice) => expect(adviceOn(operation, model)).toContain(advice));
});
