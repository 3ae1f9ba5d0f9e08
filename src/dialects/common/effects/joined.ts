import { type QualifiedName, qualifiedKey } from '../../../schema/schema.model.js';
import { type Blocks, type Effects, type LockTaken, NO_EFFECTS } from '../../effects.js';

/** Parts of effects; what is absent is nothing. */
export type PartialEffects = Partial<Effects>;

/** How strong a lock is, compared with others of the same object. */
export type StrengthOf = (lock: LockTaken) => number;

const STRENGTH: Readonly<Record<Blocks, number>> = { nothing: 0, writes: 1, reads: 2 };

function byBlocks({ blocks }: LockTaken): number {
  return STRENGTH[blocks];
}

/** For each object only the strongest of its locks, in the order in which the objects come. */
export function strongest(locks: readonly LockTaken[], strengthOf: StrengthOf = byBlocks): readonly LockTaken[] {
  const byObject = new Map<string, LockTaken>();
  for (const each of locks) {
    const key = lockKey(each);
    const known = byObject.get(key);
    if (known === undefined || strengthOf(each) > strengthOf(known)) byObject.set(key, each);
  }
  return [...byObject.values()];
}

/** Equal for locks of the same object. */
export function lockKey({ object, name }: { readonly object: string; readonly name: QualifiedName }): string {
  return `${object} ${qualifiedKey(name)}`;
}

/** All that several parts of a statement do, as one. */
export function joined(parts: readonly PartialEffects[], strengthOf: StrengthOf = byBlocks): Effects {
  const all = <K extends 'locks' | 'work' | 'loses' | 'fails' | 'breaks' | 'unknown' | 'opaque'>(key: K): Effects[K] =>
    parts.flatMap((part) => (part[key] ?? []) as never[]) as unknown as Effects[K];
  const refused = parts.flatMap((part) => part.refused ?? []);
  return {
    ...NO_EFFECTS,
    locks: strongest(all('locks'), strengthOf),
    work: all('work'),
    loses: all('loses'),
    fails: all('fails'),
    breaks: all('breaks'),
    ...(refused.length > 0 && { refused }),
    unknown: [...new Set(all('unknown'))],
    opaque: [...new Set(all('opaque'))],
    ...(parts.some(({ isOutside }) => isOutside) && { isOutside: true }),
    ...(parts.some(({ commits }) => commits) && { commits: true }),
    ...(parts.some(({ waitsForOthers }) => waitsForOthers) && { waitsForOthers: true }),
  };
}
