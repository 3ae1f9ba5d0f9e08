/**
 * The name that was probably meant: the one with the fewest letters that differ, capitals aside; undefined where none is near.
 *
 * @example
 *     closest('lockTimeOuts', ['lockTimeout', 'logger']); // 'lockTimeout'
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((one) => ({ one, distance: distanceOf(name.toLowerCase(), one.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const isNear = best !== undefined && best.distance <= Math.max(1, Math.floor(Math.min(name.length, 40) / 3));
  return isNear ? best.one : undefined;
}

/** How many letters are added, missing, or others (Levenshtein). Names of hundreds of letters are nobody's typing errors. */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 40) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= other.length; column += 1) {
      const [left = 0, above = 0, corner = 0] = [next[column - 1], row[column], row[column - 1]];
      next.push(Math.min(left + 1, above + 1, corner + (letter === other[column - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
