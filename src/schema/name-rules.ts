/** The longest name that a database keeps whole. */
export interface NameLimit {
  readonly length: number;
  /** What the length counts: bytes of UTF-8, or characters. */
  readonly unit: 'bytes' | 'characters';
}

/** What a kind of database does to names. */
export interface NameRules {
  /** The database cuts longer names, or refuses them (`isRefused`). Absent where names may have any length. */
  readonly nameLimit?: NameLimit;
  /** Whether the database refuses a name of a table or column, which others keep. @default it refuses none */
  isRefused?(name: string): boolean;
  /** Folds a name for comparison: two names that the database treats as equal give the same string. */
  fold(name: string): string;
  /** The same for the names of columns. @default `fold` */
  foldColumn?(name: string): string;
  /** The labels of an enum are its column's own, and can be renamed there. @default false */
  readonly hasColumnLabels?: boolean;
}

/** The name with a suffix, cut before it to fit the limit; in whole characters. */
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

/** An unused name for an object that is renamed in two steps, `temporary_<name>`. */
export function temporaryName(name: string, isTaken: (name: string) => boolean, limit: NameLimit | undefined): string {
  for (let count = 1; ; count++) {
    const temporary = cutName(`temporary_${name}`, limit, count === 1 ? '' : `_${count}`);
    if (!isTaken(temporary)) return temporary;
  }
}
