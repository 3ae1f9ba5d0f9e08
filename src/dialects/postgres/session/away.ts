import { sqlState } from './sql-state.js';

/** The server is starting, shutting down or recovering, or the connection to it failed. */
const STATES = new Set(['08000', '08001', '08003', '08006', '57P01', '57P02', '57P03']);

/** What the network says; a name that is not known yet is that of a container which is still to start. */
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

/** Errors of the driver pg that have no code. */
const DRIVER =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed)/;

/** Whether an error says that nobody answers, or not yet, rather than that the server refuses what it is asked. */
export function isAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isAway);
  const { message, syscall } = (error ?? {}) as { message?: unknown; syscall?: unknown };
  const code = sqlState(error);
  if (code === undefined) return typeof message === 'string' && DRIVER.test(message);
  // A server that is starting has not made its socket file yet.
  return STATES.has(code) || NETWORK.has(code) || (code === 'ENOENT' && syscall === 'connect');
}
