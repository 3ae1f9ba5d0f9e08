import { sqlState } from './sql-state.js';

/** The server is starting, shutting down or recovering, or the connection to it failed. */
const STATES = new Set(['08000', '08001', '08003', '08006', '57P01', '57P02', '57P03']);

/** Codes of network errors; an unknown host name (ENOTFOUND) may be that of a container that has not started yet. */
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
]);

/** Errors without a code: of the driver pg, and of TypeORM, which releases the query runner of a connection that has failed. */
const DRIVER =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Query runner already released)/;

/** What PgBouncer reports of a server behind it that has died or does not answer, each as a violation of the protocol. */
const POOLER_STATE = '08P01';
const POOLER = /^(server conn crashed|server login (failed|has been failing)|pgbouncer cannot connect to server)/;

/** Whether an error means that no server answers, or not yet; false when a server answers with a refusal. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnreachable);
  const { message, syscall } = (error ?? {}) as { message?: unknown; syscall?: unknown };
  const code = sqlState(error);
  const text = typeof message === 'string' ? message : '';
  if (code === undefined) return DRIVER.test(text);
  if (code === POOLER_STATE) return POOLER.test(text);
  // A server that is starting has not created its socket file yet (ENOENT).
  return STATES.has(code) || NETWORK.has(code) || (code === 'ENOENT' && syscall === 'connect');
}
