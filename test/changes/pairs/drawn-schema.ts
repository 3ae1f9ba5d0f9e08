import type { Column } from '../change.js';
import type { Renaming } from './names.js';

/** A column as it is drawn. */
export interface DrawnColumn extends Column {
  readonly nullable: boolean;
}

export type DrawnColumns = Readonly<Record<string, DrawnColumn>>;

/** A table as it is drawn: plain data, so that a failure can be read. */
export interface DrawnTable {
  readonly standsElsewhere: boolean;
  readonly comment: string;
  readonly columns: DrawnColumns;
  readonly key: 'increment' | 'big increment' | 'identity' | 'strict identity' | 'plain';
  readonly hasNamedKey: boolean;
  /** On SQLite, where the key does not count. */
  readonly withoutRowid: boolean;
  /** The key has a second column, unless another table refers to it. */
  readonly isWide: boolean;
  readonly generated: '' | 'id * 2' | 'id + 1' | 'of a column' | 'plain';
  readonly generatedType: 'STORED' | 'VIRTUAL';
  /** When a row was made, changed and deleted. */
  readonly isDated: boolean;
  readonly refersTo: readonly DrawnReference[];
  /** The table that a join table leads to. */
  readonly joins: string | undefined;
  readonly uniques: readonly { readonly column: string; readonly isDeferred: boolean }[];
  readonly indexes: readonly DrawnIndex[];
  readonly checks: readonly { readonly name: string; readonly column: string }[];
  /** Checks, predicates and views compare columns with a value, which the database reads by the column's type. */
  readonly comparesValues: boolean;
  readonly exclusion: '' | 'plain' | 'deferred';
  /** Columns of the child entities that are stored in the table, by the value that tells them apart. */
  readonly children: Readonly<Record<string, DrawnColumns>>;
  readonly tree: '' | 'closure-table' | 'nested-set' | 'materialized-path';
  readonly view: DrawnView | undefined;
  /** Somebody gives it a trigger and an index that entities have no words for. */
  readonly isTouched: boolean;
}

export interface DrawnReference {
  readonly target: string;
  readonly type: 'many-to-one' | 'one-to-one';
  readonly onDelete: 'CASCADE' | 'SET NULL' | 'NO ACTION';
  readonly onUpdate: 'CASCADE' | undefined;
  readonly deferrable: 'INITIALLY DEFERRED' | 'INITIALLY IMMEDIATE' | undefined;
  readonly createForeignKeyConstraints: boolean;
}

export interface DrawnIndex {
  readonly name: string;
  readonly column: string;
  readonly where: boolean;
  readonly unique: boolean;
  readonly type: 'hash' | undefined;
}

export interface DrawnView {
  readonly materialized: boolean;
  readonly indexed: boolean;
  /** Another view reads it. */
  readonly isRead: boolean;
}

/** Tables by name. */
export type DrawnSchema = Readonly<Record<string, DrawnTable>>;

/** Two schemas, and what a person says of the names in the second. */
export interface DrawnPair {
  readonly before: DrawnSchema;
  readonly after: DrawnSchema;
  readonly renaming: Renaming;
  /** Whether TypeORM makes the second schema too, which takes its time. */
  readonly isSynchronized: boolean;
}

/** Whether the key has its second column: another table's foreign key names but one. */
export function hasWideKey(name: string, schema: DrawnSchema): boolean {
  const table = schema[name]!;
  const isReferredTo = Object.values(schema).some(
    ({ refersTo, joins }) => joins === name || refersTo.some(({ target }) => target === name),
  );
  return table.isWide && table.tree === '' && table.joins === undefined && !isReferredTo;
}
