/** The first half of a two-phase commit, and the second, on the connection of a run that holds the lock. */
export interface TwoPhaseSession {
  /** Why this connection must not prepare, as a clause that the data source's name follows, and what to do. */
  readonly refused?: { readonly reason: string; readonly hint: string };
  /** How many prepared transactions the server takes at a time; 0 when it takes none. */
  limit(): Promise<number>;
  /** What to do where the server takes none, without a full stop. */
  readonly toEnable: string;
  /** Ends the open transaction as a prepared one, which outlives the connection and keeps its locks. */
  prepare(id: string): Promise<void>;
  commit(id: string): Promise<void>;
  rollback(id: string): Promise<void>;
  /** Ids of what runs with the same version table have prepared, and neither committed nor rolled back. */
  prepared(): Promise<readonly string[]>;
  /** What the server calls a prepared transaction. */
  nameOf(id: string): string;
  /** The statement by which a person ends a prepared transaction. */
  ending(end: 'commit' | 'rollback', id: string): string;
}
