import type { SqlSpelling } from '../dialect.js';
import { saidType } from './types.js';

/** SQLite keeps every expression as written, so only types have another spelling. */
export const sqlSpelling: SqlSpelling = {
  column: ({ textKind, ...column }) => ({ ...column, type: textKind ?? saidType(column.type) }),
  expression: (sql) => sql,
};
