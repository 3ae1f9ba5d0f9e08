import { MigrateError } from '../../errors/migrate.error.js';
import type { Output } from './output.js';

/**
 * Prints an error: what is wrong and what to do about it; with `json` as a document, too.
 *
 * @returns the exit code
 */
export function reportError(error: unknown, output: Output, flags: { debug: boolean; json: boolean }): number {
  const isOurs = error instanceof MigrateError;
  const message = error instanceof Error ? messageOf(error) : String(error);
  const hint = isOurs ? error.hint : 'This was not expected; --debug shows the stack.';
  output.error(message, flags.debug && !isOurs ? undefined : hint);
  if (flags.debug) output.log(stackOf(error));
  if (flags.json) {
    const code = isOurs ? error.code : 'UNEXPECTED';
    output.json({ error: { code, message, ...(isOurs && hint !== undefined ? { hint } : {}) } });
  }
  return isOurs ? error.exitCode : 1;
}

/** Node gives an error of several attempts no message of its own. */
function messageOf(error: Error): string {
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.map((inner) => messageOf(inner as Error)).join('; ');
  return error.name;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCaused by: ${stackOf(error.cause)}`;
}
