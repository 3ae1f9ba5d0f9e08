import { ApplicationLoadError } from '../../errors/cli.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { missingModule, placeOf } from '../../errors/source-place.js';

/** What went wrong while the application's files were loaded, in one line that names the file. */
export function loadError(error: unknown): MigrateError {
  if (error instanceof MigrateError) return error;
  const thrown = error instanceof Error ? error : new Error(String(error));
  const missing = missingModule(thrown);
  if (missing !== undefined) {
    const where = missing.importer === undefined ? '' : `${missing.importer}: `;
    return new ApplicationLoadError(`Cannot load the application: ${where}cannot find ${missing.what}.`, {
      hint: missing.hint,
      cause: thrown,
    });
  }
  const place = placeOf(thrown);
  const [firstLine = ''] = thrown.message.split('\n');
  // An error of the hooks' thread has lost its class, but already says where.
  const message = /\.[cm]?[jt]s:\d+: /.test(firstLine) ? firstLine : `${nameOf(thrown)}${firstLine}`;
  return new ApplicationLoadError(
    `Cannot load the application: ${place === undefined || message.includes(place) ? '' : `${place}: `}${message}`,
    { hint: '--debug shows the stack.', cause: error },
  );
}

function nameOf({ name }: Error): string {
  return name === 'Error' ? '' : `${name}: `;
}
