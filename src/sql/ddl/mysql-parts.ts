import type { TokenCursor } from './cursor.js';
import type { SqlStatement } from './statement.js';

/** What is between ANALYZE or OPTIMIZE and its tables. */
export const MAINTAINED: readonly string[] = ['', 'LOCAL ', 'NO_WRITE_TO_BINLOG '].flatMap((before) => [
  `${before}TABLES`,
  `${before}TABLE`,
]);

/** LOCK TABLES, from behind these keywords: each table has a mode of its own. */
export function lockedTables(cursor: TokenCursor): readonly SqlStatement[] {
  const locks: SqlStatement[] = [];
  do {
    const table = cursor.path() ?? { name: '' };
    cursor.until(['READ', 'WRITE', ',']);
    locks.push({ kind: 'lock', tables: [table], mode: cursor.take('READ') ? 'READ' : 'WRITE' });
    cursor.until([',']);
  } while (cursor.take(','));
  return locks;
}

/** Passes over MariaDB's limit to the wait for a lock. */
export function passWait(cursor: TokenCursor): void {
  if (cursor.take('WAIT')) cursor.skip();
  else cursor.take('NOWAIT');
}
