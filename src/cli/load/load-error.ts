import { ApplicationLoadError } from '../../errors/cli.errors.js';
import { UnsupportedDriverError } from '../../errors/database.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { missingModule, missingRequest, placeOf } from '../../errors/source-place.js';
import { causesOf } from '../../errors/thrown.js';
import { describeInLines, hintFor } from '../../errors/thrown-lines.js';
import { explainMissingAlias } from './missing-alias.js';

/**
 * What went wrong while the application's files were loaded, with the file that it is about.
 *
 * @param tsconfig configuration of the application, whose aliases are no packages
 */
export function loadError(error: unknown, tsconfig: string | undefined): MigrateError {
  if (error instanceof MigrateError) return error;
  const unsupported = causesOf(error).find((one) => one instanceof UnsupportedDriverError);
  if (unsupported !== undefined) return unsupported;
  const thrown = error instanceof Error ? error : new Error(String(error));
  const request = missingRequest(thrown);
  if (request !== undefined) explainMissingAlias(thrown, request.specifier, request.importer, tsconfig);
  const missing = missingModule(thrown);
  if (missing !== undefined) {
    const where = missing.importer === undefined ? '' : `${missing.importer}: `;
    return new ApplicationLoadError(`Cannot load the application: ${where}cannot find ${missing.what}.`, {
      hint: missing.hint,
      cause: thrown,
    });
  }
  const place = placeOf(thrown);
  const described = describeInLines(error);
  // An error of the hooks' thread has lost its class, but already says where.
  const saysWhere = /\.[cm]?[jt]s:\d+: /.test(described) || (place !== undefined && described.includes(place));
  return new ApplicationLoadError(
    `Cannot load the application: ${place === undefined || saysWhere ? '' : `${place}: `}${described}`,
    { hint: hintFor(error), cause: error },
  );
}
