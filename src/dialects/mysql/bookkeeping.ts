import type { Bookkeeping } from '../bookkeeping.js';
import { literal, quote } from './text.js';

/** Points in time are ISO 8601 texts in UTC, whatever zone a driver reads dates in. */
export const bookkeeping: Bookkeeping = {
  instant: 'varchar(32)',
  // A text has 64 KiB.
  longText: 'longtext',
  // A database may have a character set that lacks letters of its statements.
  table: { mysql: { collation: 'utf8mb4_bin' } },
  clock: 'CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)',
  counter: { type: 'bigint', generationStrategy: 'increment' },
  tableExists: ({ schema, name }) =>
    `SELECT EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = ` +
    `${schema === undefined ? 'DATABASE()' : literal(schema)} AND table_name = ${literal(name)} AND table_type <> 'VIEW') AS ${quote('exists')}`,
};
