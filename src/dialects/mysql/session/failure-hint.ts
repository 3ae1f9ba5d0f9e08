import type { SessionOptions } from '../../dialect.js';
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
    default:
      return undefined;
  }
}
