import { RunCutOffError } from '../../errors/lost.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { reasonOf } from '../failure.js';
import type { Runner } from '../runner.js';
import { askAgain } from './ask-again.js';
import { isLost, lossOf } from './is-lost.js';

/** The error of a run that was rolled back: one of the driver about a lost connection, outside of a step, becomes a RunCutOffError. */
export async function cutOff(runner: Runner | undefined, error: unknown): Promise<unknown> {
  if (runner === undefined || error instanceof MigrateError) return error;
  const { request, session, transaction, versions } = runner;
  if (!isLost(error, session, request.dialect)) return error;
  const found = await askAgain(runner, async (asked) => ((await versions.exists(asked)) ? versions.read(asked) : []));
  const loss = lossOf(error);
  const { kept, lost } = transaction;
  return new RunCutOffError(request.dataSourceName, kept, lost, found?.answer, reasonOf(loss), loss);
}
