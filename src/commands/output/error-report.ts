import { knownHint } from '../../errors/known-hints.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { MigrationFailedError, type MigrationFailure } from '../../errors/runtime.errors.js';
import { shortened } from '../../errors/shown.js';
import { describeThrown, tamed } from '../../errors/thrown.js';
import { DataSourcesFailedError, type DataSourceFailure } from '../../errors/service.errors.js';
import type { Output } from './output.js';

/**
 * Prints an error: what is wrong and what to do about it; with `json` as a document, too.
 *
 * @param answer the answer for the other data sources, for the document
 * @returns the exit code
 */
export function reportError(
  thrown: unknown,
  output: Output,
  flags: { debug: boolean; json: boolean },
  answer?: unknown,
): number {
  const error = tamed(thrown);
  const isOurs = error instanceof MigrateError;
  const message = dataSourcePrefix(error) + plainMessage(error);
  const hint = isOurs ? error.hint : (knownHint(error) ?? 'This was not expected; --debug shows the stack.');
  output.error(message, flags.debug && !isOurs ? undefined : hint);
  if (flags.debug) output.log(stackOf(error));
  if (flags.json) output.json({ error: documentOf(error, output), ...(answer === undefined ? {} : { answer }) });
  return isOurs ? error.exitCode : 1;
}

/** Prints an error as a document only, where its message has been printed already. */
export function printErrorDocument(error: MigrateError, output: Output): void {
  output.json({ error: documentOf(error, output) });
}

/** An error as `--json` prints it. */
function documentOf(error: unknown, output: Output): Record<string, unknown> {
  const message = output.spoken(plainMessage(error));
  if (!(error instanceof MigrateError)) return { code: 'UNEXPECTED', message };
  const { code, hint, dataSource } = error;
  return {
    code,
    message,
    ...(hint === undefined ? {} : { hint: output.spoken(hint) }),
    ...(dataSource === undefined ? {} : { dataSource }),
    ...(error instanceof DataSourcesFailedError
      ? { failures: error.failures.map((failure) => failureDocument(failure, output)) }
      : {}),
    ...(error instanceof MigrationFailedError ? { failure: runDocument(error) } : {}),
  };
}

/** What a failed run has kept and rolled back, and where it failed; its hint is a part of that of the error. */
function runDocument({ failure: { hint: _hint, ...failure } }: MigrationFailedError): Omit<MigrationFailure, 'hint'> {
  return failure;
}

function failureDocument({ dataSource, error }: DataSourceFailure, output: Output): Record<string, unknown> {
  return { ...documentOf(error, output), dataSource };
}

/** The data source that the error is about, unless the message names it. */
function dataSourcePrefix(error: unknown): string {
  if (!(error instanceof MigrateError) || error.dataSource === undefined) return '';
  return error.message.includes(`"${error.dataSource}"`) ? '' : `[${error.dataSource}] `;
}

function plainMessage(error: unknown): string {
  return error instanceof Error && error.message !== '' ? shortened(error.message) : describeThrown(error);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return describeThrown(error);
  const stack = error.stack ?? error.message;
  const inner = error instanceof AggregateError ? error.errors : [];
  return [
    stack,
    ...inner.map(stackOf),
    ...(error.cause === undefined ? [] : [`Caused by: ${stackOf(error.cause)}`]),
  ].join('\n');
}
