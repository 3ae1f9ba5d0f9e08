import type { PlainWords } from '../dialect.js';

/** SQLite keeps every text as it was written. */
export const plainWords: PlainWords = {
  column: ({ textKind, ...column }) => (textKind === undefined ? column : { ...column, type: textKind }),
  expression: (sql) => sql,
};
