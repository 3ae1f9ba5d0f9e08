import type { SessionOptions } from '../../dialect.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { errorNumber, errors } from './error-codes.js';

/** What to do about the error of a revision's statement, when the server's own message does not explain it. */
export function failureHint(
  error: unknown,
  { statementTimeout }: Pick<SessionOptions, 'statementTimeout'>,
): string | undefined {
  switch (errorNumber(error)) {
    case errors.queryInterrupted:
    case errors.statementTimeout:
    case errors.selectTimeout: {
      const limit = statementTimeout === 0 ? 'none here' : `here ${statementTimeout} ms`;
      return `It took longer than \`statementTimeout\` (${limit}), or somebody cancelled it.`;
    }
    case errors.deadlock:
      return (
        'The run and another transaction waited for each other, and the server has rolled back that of the run. Run it again, while ' +
        'less is written there; or change the tables in the order in which the application writes them.'
      );
    case errors.alterUnsupported:
    case errors.alterUnsupportedReason:
      return (
        'The revision asks for it with `isOnline`, so that nobody waits, and this server can do it only by copying the table or with a lock. ' +
        'Nothing was changed. Leave `isOnline` out where others may wait, or change the table in another way.'
      );
    case errors.readOnly:
      return 'The connection is to a replica, or the server is read-only (`read_only`): connect to the primary.';
    case errors.syntax:
      return hasSeveral((error as { readonly query?: unknown }).query)
        ? 'A call sends one statement: write an `op.execute` for each.'
        : undefined;
    default:
      return undefined;
  }
}

/** Whether SQL has a statement behind the first one. The body of a routine has semicolons of its own. */
function hasSeveral(sql: unknown): boolean {
  if (typeof sql !== 'string') return false;
  const code = codeTokens(sql, MYSQL_SQL);
  return code.slice(0, -1).some((token) => token.is(';')) && !code.some((token) => token.is('BEGIN'));
}
