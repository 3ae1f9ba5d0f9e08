import { MigrateError } from '../../errors/migrate.error.js';

/** The option `lock` has a value that the database has no use for. */
export class LockModeError extends MigrateError {
  readonly code = 'LOCK_MODE';

  /** @param keeper what keeps two runs apart there: `its write transaction` */
  constructor(
    /** The value. */
    readonly lock: string,
    title: string,
    keeper: string,
  ) {
    super(`The option \`lock\` is '${lock}', and ${title} has no such lock: what keeps two runs apart is ${keeper}.`, {
      hint: 'Leave `lock` out for this data source. Nothing was run.',
    });
  }
}
