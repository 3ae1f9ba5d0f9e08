import type { AlterColumn } from '../operations/operation.js';
import type { NameRules } from '../schema/name-rules.js';
import type { ColumnModel } from '../schema/schema.model.js';

/** The rules of a kind of database, for code that must not check which one it is. */
export interface DialectRules extends NameRules {
  readonly hasSchemas: boolean;
  /** Indexes may be built while the table is written to, outside of any transaction (`isConcurrent`). */
  readonly concurrentIndexes: boolean;
  /** Primary keys have names by default; elsewhere one has the name that a revision gives it, or none. */
  readonly namesPrimaryKeys: boolean;
  /** Tables are rebuilt for a change, so that autogenerate puts changes of one table in one `batch`. */
  readonly rebuildsTables: boolean;
  /**
   * Whether generated columns must be plain ones while a column that they are computed from changes its type: the database
   * would restore their expressions with casts for the new type, which a downgrade does not remove; and an expression may
   * be valid for only one of the types.
   */
  readonly generatedMustBePlain: boolean;
  /** A label that is added to an enum may be used before the transaction that adds it is committed. */
  readonly newLabelUsableAtOnce: boolean;
  /** A constraint can leave the rows that are there out, and be validated later, in another transaction. */
  readonly validatesLater: boolean;
  /** A column can count by a sequence that belongs to it. */
  readonly hasOwnedSequences: boolean;
  /** DROP SCHEMA drops its tables, too, without a CASCADE. */
  readonly dropsFullSchemas: boolean;
  /** The setting that limits how long a change waits for others; absent where there is none. */
  readonly lockLimit?: {
    /** Its name in small letters. */
    readonly setting: string;
    /** Whether a value of it is as good as no limit. */
    isNone(value: string): boolean;
  };
  /** Each change of a table waits for the transactions that have read it, however short its lock is. @default false */
  readonly changesWaitForReaders?: boolean;
  /** The statements that set the time zone of a session to UTC, and back; absent where sessions have none. */
  readonly utcZone?: readonly [set: string, reset: string];
  /** A trigger can be a function that changes the row which is written. */
  readonly hasTriggerFunctions: boolean;
  /** The function that counts the characters of a text. */
  readonly characterCount: 'char_length' | 'length';
  /** Several changes of one table are one statement there, so that autogenerate puts them in one `batch` as far as it can. @default false */
  readonly batchesChanges?: boolean;
  /** A new column that is NOT NULL and has no default gets values for old rows that the server makes up: '' or 0. @default false */
  readonly makesUpValues?: boolean;
  /**
   * The default of a column in SQL of a revision, where it is a text that means another value in the session of a run than in those of
   * the application; undefined where it means the same.
   */
  defaultInRun?(column: ColumnModel): string | undefined;
  /**
   * Whether generated columns can be computed when they are read.
   *
   * @param version the major version of the server; absent where it is not known
   */
  hasVirtualColumns(version?: number): boolean;
  /**
   * Whether a column of a foreign key may change its type while the column on the other end still has the old one.
   *
   * @param change the whole change, where that is known: the types may differ in more than their names
   */
  mayChangeUnderForeignKey(from: string, to: string, change?: Pick<AlterColumn, 'existing' | 'to'>): boolean;
}
