import { isUnreachable } from './unreachable.js';
import { sqlState } from './sql-state.js';

const HINTS: Readonly<Record<string, string>> = {
  '53300':
    'The server has as many connections as it allows: max_connections, or the CONNECTION LIMIT of the role or the ' +
    'database. Close some, give the data sources of the application a smaller `poolSize`, or raise the limit.',
  '3D000': 'Create the database, or correct `database` in the options of the data source: revisions do not make one.',
  '28P01': 'Are user and password right?',
  '28000': 'Is the user right, and does pg_hba.conf on the server let it in from here?',
};

/** What to do about an error of connecting. */
export function connectHint(error: unknown): string | undefined {
  const hint = HINTS[sqlState(error) ?? ''];
  if (hint !== undefined || !isUnreachable(error)) return hint;
  return 'Is it running, and are host and port right? `--wait SECONDS` waits for one that is starting.';
}
