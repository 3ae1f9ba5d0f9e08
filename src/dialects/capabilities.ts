/** What kinds of databases can do or not, for whoever must not ask which one it is. */
export interface Capabilities {
  /** A failed run leaves nothing behind: DDL rolls back. */
  readonly transactionalDdl: boolean;
}
