import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';

/** How two lists of named members relate: members that only one side has, and those that both have. */
export interface Matches<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly Pair<T>[];
  /** Equal but for the name. */
  readonly renamed: readonly Pair<T>[];
  /** Equal, the name included. */
  readonly kept: readonly Pair<T>[];
}

export interface Pair<T> {
  readonly actual: T;
  readonly wanted: T;
}

/**
 * Matches constraints or indexes of one table: by name first, and those that are left by equality, as renamed ones.
 *
 * A constraint without a name (made by hand, on SQLite) cannot be renamed: it counts as the wanted one that it equals.
 */
export function matchNamed<T extends { readonly name?: string }>(
  actual: readonly T[],
  wanted: readonly T[],
  isSame: (actual: T, wanted: T) => boolean,
): Matches<T> {
  const { pairs, actualOnly, wantedOnly } = pairUp(actual, wanted, ({ name }) => name);
  const renamed: Pair<T>[] = [];
  const added: T[] = [];
  const left = new Set(actualOnly);
  for (const candidate of wantedOnly) {
    const same = [...left].find((other) => isSame(other, candidate));
    if (same === undefined) {
      added.push(candidate);
    } else {
      left.delete(same);
      if (same.name !== undefined) renamed.push({ actual: same, wanted: candidate });
    }
  }
  const kept = new Set(pairs.filter((pair) => isSame(pair.actual, pair.wanted)));
  return {
    added,
    removed: [...left],
    changed: pairs.filter((pair) => !kept.has(pair)),
    renamed,
    kept: [...kept],
  };
}

/** Pairs up tables, views or enums of the same qualified name. */
export function pairByName<T extends QualifiedName>(actual: readonly T[], wanted: readonly T[]): Pairing<T> {
  return pairUp(actual, wanted, qualifiedKey);
}

export interface Pairing<T> {
  readonly pairs: readonly Pair<T>[];
  readonly actualOnly: readonly T[];
  readonly wantedOnly: readonly T[];
}

/** Pairs up two lists by a key; a member without a key has no counterpart. */
export function pairUp<T>(
  actual: readonly T[],
  wanted: readonly T[],
  keyOf: (member: T) => string | undefined,
): Pairing<T> {
  const byKey = new Map(actual.map((member) => [keyOf(member), member]));
  byKey.delete(undefined);
  const pairs: Pair<T>[] = [];
  const wantedOnly: T[] = [];
  for (const member of wanted) {
    const counterpart = byKey.get(keyOf(member));
    if (counterpart === undefined) wantedOnly.push(member);
    else pairs.push({ actual: counterpart, wanted: member });
  }
  const paired = new Set(pairs.map((pair) => pair.actual));
  return { pairs, actualOnly: actual.filter((member) => !paired.has(member)), wantedOnly };
}
