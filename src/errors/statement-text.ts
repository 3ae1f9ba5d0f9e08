/** A statement longer than this is cut in messages; `MigrationFailedError.statement` holds more of it. */
const SHOWN_STATEMENT = 300;

/** Where in a file something is, as messages name it: ` at /app/versions/a1.ts:12`; empty without a file. */
export function placeOf(file: string | undefined, line: number | undefined): string {
  if (file === undefined) return '';
  return ` at ${file}${line === undefined ? '' : `:${line}`}`;
}

/** A statement as messages show it: one line, and not too long. */
export function shortStatement(statement: string): string {
  const line = statement.replaceAll(/\s+/g, ' ').trim();
  return line.length <= SHOWN_STATEMENT ? line : `${line.slice(0, SHOWN_STATEMENT)} …`;
}
