/** The longest name that every database keeps whole: PostgreSQL cuts longer ones. Bytes of UTF-8, not characters. */
export const maxIdentifierBytes = 63;

/** That a unit of a string can take in UTF-8. */
const MOST_BYTES = 3;

/** As many whole characters of a name as go into so many bytes. */
export function cutName(name: string, length: number): string {
  if (name.length * MOST_BYTES <= length) return name;
  const bytes = Buffer.from(name);
  if (bytes.length <= length) return name;
  let end = length;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** What something is called between its old name and its new one: a name that nothing else has. */
export function nameBetween(name: string, isTaken: (name: string) => boolean): string {
  for (let count = 1; ; count++) {
    const end = count === 1 ? '' : `_${count}`;
    const between = cutName(`temporary_${name}`, maxIdentifierBytes - end.length) + end;
    if (!isTaken(between)) return between;
  }
}
