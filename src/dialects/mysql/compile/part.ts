/** Clauses of an ALTER TABLE that do one operation, and the names that decide what may be in the same statement. */
export interface AlterPart {
  readonly clauses: readonly string[];
  /** Columns that it adds, changes, renames or drops, by their names before and after. */
  readonly columns?: readonly string[];
  /** Columns that an index or a constraint of it is on. */
  readonly uses?: readonly string[];
  /** A column that the new place of one is given by. */
  readonly after?: readonly string[];
  /** Foreign keys that it drops. */
  readonly droppedKeys?: readonly string[];
  /** Foreign keys that it creates. */
  readonly addedKeys?: readonly string[];
  /** Indexes that it creates or drops. */
  readonly indexes?: readonly string[];
  /** Indexes that it renames, by their names before and after. */
  readonly renamedIndexes?: readonly string[];
  /** Columns that have another name, or another place, after it. */
  readonly moved?: readonly string[];
  /** It depends on the time zone of the application's sessions. */
  readonly isZoned?: boolean;
}

/**
 * Whether a part cannot be in the statement of an earlier one: a column is named twice, has another name only after the statement,
 * an index gets a name that another one has until then, or a foreign key is dropped and made again under its name (error 121).
 */
export function isApart(earlier: AlterPart, later: AlterPart): boolean {
  return (
    isShared(earlier.columns, later.columns) ||
    isShared(earlier.moved, [...(later.uses ?? []), ...(later.after ?? [])]) ||
    isShared(earlier.after, later.columns) ||
    isShared(earlier.renamedIndexes, [...(later.indexes ?? []), ...(later.renamedIndexes ?? [])]) ||
    isShared(earlier.indexes, later.renamedIndexes) ||
    isShared(earlier.droppedKeys, later.addedKeys)
  );
}

function isShared(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.some((name) => other.some((candidate) => candidate.toLowerCase() === name.toLowerCase()));
}
