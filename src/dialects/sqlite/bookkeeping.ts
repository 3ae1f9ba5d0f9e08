import type { Bookkeeping } from '../bookkeeping.js';
import { quoteString } from './text.js';

/** Points in time are ISO 8601 texts in UTC. */
export const bookkeeping: Bookkeeping = {
  instant: 'datetime',
  clock: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
  counter: { type: 'integer', generationStrategy: 'increment' },
  tableExists: ({ name }) =>
    `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${quoteString(name)} COLLATE NOCASE) AS "exists"`,
};
