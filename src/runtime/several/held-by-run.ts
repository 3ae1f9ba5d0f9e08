import type { DialectSession } from '../../dialects/dialect.js';
import { type BlockerInfo, LockTimeoutError } from '../../errors/database.errors.js';
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
  const holding = holderAmong(parts, waiting, blocker);
  if (blocker === undefined || holding === undefined) return error;
  const names = [waiting.request.dataSourceName, holding.request.dataSourceName] as const;
  const cause = new HeldByRunError(names, blocker.table, error.cause);
  return new MigrationFailedError({ ...error.failure, reason: cause.message }, cause);
}

/** The part of a run whose session holds what another part waits for. */
export function holderAmong<T extends Part>(
  parts: readonly T[],
  waiting: Part,
  blocker: BlockerInfo | undefined,
): T | undefined {
  if (blocker === undefined) return undefined;
  const server = waiting.session.backend?.server;
  return parts.find(({ session: { backend } }) => backend?.server === server && backend?.pid === blocker.pid);
}
