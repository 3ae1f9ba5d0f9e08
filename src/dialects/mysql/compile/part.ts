/** Clauses of an ALTER TABLE that do one operation, and the names that decide what may be in the same statement. */
export interface AlterPart {
  readonly clauses: readonly string[];
  /** Columns that it adds, changes, renames or drops, by their names before and after. */
  readonly columns?: readonly string[];
  /** Columns that an index or a constraint of it is on. */
  readonly uses?: readonly string[];
  /** Foreign keys that it drops. */
  readonly droppedKeys?: readonly string[];
  /** Foreign keys that it creates. */
  readonly addedKeys?: readonly string[];
  /** It needs a statement of its own. */
  readonly isAlone?: true;
  /** Columns that have another name, or another place, after it. */
  readonly moved?: readonly string[];
}

/**
 * Whether a part cannot be in the statement of an earlier one: a column is named twice, has another name only after the statement,
 * or a foreign key is dropped and made again under its name (error 121).
 */
export function isApart(earlier: AlterPart, later: AlterPart): boolean {
  return (
    earlier.isAlone === true ||
    later.isAlone === true ||
    isShared(earlier.columns, later.columns) ||
    isShared(earlier.moved, later.uses) ||
    isShared(earlier.droppedKeys, later.addedKeys)
  );
}

function isShared(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.some((name) => other.some((candidate) => candidate.toLowerCase() === name.toLowerCase()));
}
