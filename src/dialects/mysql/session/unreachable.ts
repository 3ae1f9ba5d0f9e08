import { errorCode, errorNumber, errors } from './error-codes.js';

/** Codes of network errors, and those of the driver; an unknown host name may be that of a container that has not started yet. */
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'POOL_CLOSED',
]);

/** Errors with which a server ends a connection: it shuts down, somebody kills it, or it was idle for too long. */
const ENDED: ReadonlySet<number | undefined> = new Set([
  errors.serverShutdown,
  errors.connectionKilled,
  errors.clientTimeout,
]);

/** Errors without a code, of the driver for a connection that was lost before, and of TypeORM for one that it has released. */
const CLOSED = /in closed state$|^Query runner already released/;

/** Whether an error means that no server answers, or not yet; false when a server answers with a refusal. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnreachable);
  if (ENDED.has(errorNumber(error))) return true;
  const code = errorCode(error);
  const { syscall, message } = (error ?? {}) as { syscall?: unknown; message?: unknown };
  if (code === undefined) return typeof message === 'string' && CLOSED.test(message);
  // A server that is starting has not created its socket file yet (ENOENT).
  return NETWORK.has(code) || (code === 'ENOENT' && syscall === 'connect');
}

const HINTS: Readonly<Record<number, string>> = {
  [errors.tooManyConnections]:
    'The server has as many connections as it allows: max_connections. Close some, give the data sources of the application a ' +
    'smaller `poolSize`, or raise the limit.',
  [errors.unknownDatabase]:
    'Create the database, or correct `database` in the options of the data source: revisions do not make one.',
  [errors.databaseDenied]:
    'The user may not use this database, or there is none of that name. Have both seen to by an administrator: ' +
    'CREATE DATABASE …; GRANT ALL ON ….* TO …',
  [errors.accessDenied]: 'Are user and password right, and may the user connect from here?',
};

/** What to do about an error of connecting. */
export function connectHint(error: unknown): string | undefined {
  const hint = HINTS[errorNumber(error) ?? 0];
  if (hint !== undefined || !isUnreachable(error)) return hint;
  return 'Is it running, and are host and port right? `--wait SECONDS` waits for one that is starting.';
}
