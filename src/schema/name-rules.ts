/** The longest name that a database keeps whole. */
export interface NameLimit {
  readonly length: number;
  /** What the length counts: bytes of UTF-8, or characters. */
  readonly unit: 'bytes' | 'characters';
}

/** What a kind of database makes of names. */
export interface NameRules {
  /** Longer names are cut by the database. Absent where they have any length. */
  readonly nameLimit?: NameLimit;
  /** Folds a name for comparison: two names that the database treats as equal give the same string. */
  fold(name: string): string;
}

/** The longest start of a name that fits, in whole characters. */
export function cutName(name: string, limit: NameLimit | undefined, suffix = ''): string {
  if (limit === undefined) return name + suffix;
  const room = limit.length - sizeOf(suffix, limit);
  // A unit of a string takes at most three bytes.
  if (name.length * 3 <= room || sizeOf(name, limit) <= room) return name + suffix;
  const kept: string[] = [];
  let size = 0;
  for (const character of name) {
    size += sizeOf(character, limit);
    if (size > room) break;
    kept.push(character);
  }
  return kept.join('') + suffix;
}

function sizeOf(text: string, { unit }: NameLimit): number {
  return unit === 'bytes' ? Buffer.byteLength(text) : [...text].length;
}

/** A name for something between its old name and its new one: one that nothing else has. */
export function temporaryName(name: string, isTaken: (name: string) => boolean, limit: NameLimit | undefined): string {
  for (let count = 1; ; count++) {
    const temporary = cutName(`temporary_${name}`, limit, count === 1 ? '' : `_${count}`);
    if (!isTaken(temporary)) return temporary;
  }
}
