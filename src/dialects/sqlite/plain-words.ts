import type { PlainWords } from '../dialect.js';
import { saidType } from './types.js';

/** SQLite keeps every text as it was written. */
export const plainWords: PlainWords = {
  column: ({ textKind, ...column }) => ({ ...column, type: textKind ?? saidType(column.type) }),
  expression: (sql) => sql,
};
