import type { NameRules } from '../schema/name-rules.js';

/** What holds for one kind of database, for whoever must not ask which one it is. */
export interface DialectRules extends NameRules {
  readonly hasSchemas: boolean;
  /** Indexes may be built while the table is written to, outside of any transaction (`isConcurrent`). */
  readonly concurrentIndexes: boolean;
  /** Primary keys have names by default; elsewhere one has the name that a revision gives it, or none. */
  readonly namesPrimaryKeys: boolean;
  /** Tables are rebuilt for a change, so that autogenerate puts changes of one table in one `batch`. */
  readonly rebuildsTables: boolean;
  /**
   * Generated columns must be plain ones while a column that they are computed from changes its type: the database would
   * put their expressions back with casts that fit the new type, which the way back does not take away again; and an
   * expression may fit only one of the types.
   */
  readonly generatedMustBePlain: boolean;
  /** A label that is added to an enum may be used before the transaction that adds it is committed. */
  readonly newLabelUsableAtOnce: boolean;
  /** Whether a column of a foreign key may change its type while the column on the other end still has the old one. */
  mayChangeUnderForeignKey(from: string, to: string): boolean;
}
