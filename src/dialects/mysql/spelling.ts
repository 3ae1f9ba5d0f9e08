import type { SqlSpelling } from '../dialect.js';

/** The servers print types by their usual names, and expressions as they read them. */
export const sqlSpelling: SqlSpelling = {
  column: ({ textKind, ...column }) => ({ ...column, type: textKind ?? column.type }),
  expression: (sql) => sql,
};
