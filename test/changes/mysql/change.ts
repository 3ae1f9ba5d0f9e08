import { type Column, type Entity, table } from '../change.js';

/** A change of entities on tables with rows, on MySQL. */
export interface MysqlChange {
  readonly title: string;
  readonly before: readonly Entity[];
  readonly after: readonly Entity[];
  /** Statements run on the first schema. */
  readonly rows: readonly string[];
  readonly renames?: readonly string[];
  /** Whether TypeORM's `synchronize` has made the first schema, and no revision. */
  readonly isSynchronized?: true;
  /** A query, and its rows before, after the upgrade and after the downgrade. */
  readonly reads: readonly [sql: string, before: unknown, upgraded: unknown, downgraded?: unknown];
  readonly refused?: RegExp;
  /** Whether a column that was dropped comes back at the end. */
  readonly isReordered?: true;
  /** What the revision file says of the danger. */
  readonly warning?: RegExp;
  /** What the run says of it. */
  readonly notice?: RegExp;
}

export const int: Column = { type: 'int' };
export const text = (options: Partial<Column> = {}): Column => ({ type: 'varchar', length: 50, ...options });

/** A change of the column `c` of `t`, in which one row holds a value. */
export function ofC(
  title: string,
  before: Column,
  after: Column,
  value: string,
  reads: readonly unknown[],
  rest: Partial<MysqlChange> = {},
): MysqlChange {
  const [was, upgraded = was, downgraded = was] = reads;
  return {
    title,
    before: [table('t', { c: before })],
    after: [table('t', { c: after })],
    rows: [`INSERT INTO t (c) VALUES (${value})`],
    reads: ['SELECT c FROM t', [{ c: was }], [{ c: upgraded }], [{ c: downgraded }]],
    ...rest,
  };
}

export const parent = (columns: Record<string, Column> = {}, id: Partial<Column> = {}) =>
  table('p', { id: { type: 'int', primary: true, generated: 'increment', ...id } as Column, ...columns });
export const child = (columns: Record<string, Column>, onDelete: 'CASCADE' | 'SET NULL' = 'CASCADE') =>
  table('k', columns, {
    foreignKeys: [{ target: 'p', columnNames: ['pId'], referencedColumnNames: ['id'], onDelete, name: 'FK_k_p' }],
  });
