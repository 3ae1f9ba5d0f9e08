import { isBusy } from './busy.js';

/** What to do about an error that a revision threw, when SQLite's own message does not explain it. */
export function hintOn(error: unknown): string | undefined {
  // The run itself holds the lock, so the statement that found it locked was sent on another connection.
  if (isBusy(error)) {
    return 'A revision writes on the connection of the run: with `op.execute`, `op.manager` or `op.queryRunner`.';
  }
  if (isReadOnly(error)) return READ_ONLY;
  const { query } = (error ?? {}) as { query?: unknown };
  if (!/cannot (?:VACUUM|change into wal mode) from within a transaction/.test(String(error))) {
    return undefined;
  }
  const code = typeof query === 'string' && query.length <= 200 ? `\`${query.trim()}\`` : '…';
  return `Run it outside the transaction of the run: await op.autocommit(() => op.execute(${code})).`;
}

/** What to do when SQLite refuses the version table. */
export function refusalHint(error: unknown): string | undefined {
  if (isReadOnly(error)) return READ_ONLY;
  return codeOf(error) === 'SQLITE_FULL'
    ? 'Free space on the disk of the database file and its journal, or raise `PRAGMA max_page_count`.'
    : undefined;
}

const READ_ONLY =
  'This process may only read the database: let it write the file and its directory, or take `readonly` out of the data source.';

/** Some drivers give a code, `sqljs` only the message. */
function isReadOnly(error: unknown): boolean {
  return (
    codeOf(error)?.startsWith('SQLITE_READONLY') === true || /attempt to write a readonly database/.test(String(error))
  );
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error as { driverError?: { code?: unknown } } | undefined)?.driverError ?? {};
  return typeof code === 'string' ? code : undefined;
}
