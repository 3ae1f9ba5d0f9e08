import type { SqlSpelling } from '../dialect.js';
import { asDeclared } from './types.js';

/** SQLite keeps every expression as written, so only types have another spelling. */
export const sqlSpelling: SqlSpelling = {
  column: ({ textKind, ...column }) => ({ ...column, type: textKind ?? asDeclared(column.type) }),
  expression: (sql) => sql,
};
