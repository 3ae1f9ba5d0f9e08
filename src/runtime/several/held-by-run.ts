import type { DialectSession } from '../../dialects/dialect.js';
import { LockTimeoutError } from '../../errors/database.errors.js';
import { HeldByRunError } from '../../errors/joint-run.errors.js';
import { MigrationFailedError } from '../../errors/runtime.errors.js';

/** One database of a run. */
interface Part {
  readonly request: { readonly dataSourceName: string };
  readonly session: DialectSession;
}

/** The same error; where its statement waited for another database's part of the same run, one that names both. */
export function heldByRun(error: unknown, waiting: Part, parts: readonly Part[]): unknown {
  if (!(error instanceof MigrationFailedError) || !(error.cause instanceof LockTimeoutError)) return error;
  const { blocker } = error.cause;
  if (blocker === undefined) return error;
  const server = waiting.session.backend?.server;
  const holding = parts.find(({ session: { backend } }) => backend?.server === server && backend?.pid === blocker.pid);
  if (holding === undefined) return error;
  const names = [waiting.request.dataSourceName, holding.request.dataSourceName] as const;
  const cause = new HeldByRunError(names, blocker.table, error.cause);
  return new MigrationFailedError({ ...error.failure, reason: cause.message }, cause);
}
