import { MigrateError } from '../../errors/migrate.error.js';

/** The server is an older one than this package supports, or another product. */
export class UnsupportedServerError extends MigrateError {
  readonly code = 'UNSUPPORTED_SERVER';

  constructor(
    /** What the server calls itself: `5.7.44`. */
    readonly version: string,
  ) {
    super(`The server is ${version}, which migrations do not support.`, {
      hint: 'Supported are MariaDB from 10.6 and MySQL from 8.0 on.',
    });
  }
}

/** TypeORM 0.3 has taken the package mysql, which it prefers where both are installed. */
export class OtherDriverPackageError extends MigrateError {
  readonly code = 'OTHER_DRIVER_PACKAGE';

  constructor() {
    super('TypeORM connects with the package mysql, and migrations need mysql2.', {
      hint:
        'npm install mysql2, and npm uninstall mysql. Where both must stay: `connectorPackage: "mysql2"` in the options of the ' +
        'data source.',
    });
  }
}

/** The user of the data source lacks a privilege that comparing needs. */
export class MissingPrivilegeError extends MigrateError {
  readonly code = 'MISSING_PRIVILEGE';

  /** @param purpose what needs it, as a clause: `to print expressions as the server does` */
  constructor(
    /** The privilege, as GRANT has it. */
    readonly privilege: string,
    purpose: string,
    database: string,
    cause?: unknown,
  ) {
    super(`The user lacks the privilege ${privilege} on the database "${database}", which is needed ${purpose}.`, {
      hint: `Have it granted: GRANT ${privilege} ON \`${database}\`.* TO …`,
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** The connection of the data source has no database that names without one would mean. */
export class NoDatabaseError extends MigrateError {
  readonly code = 'NO_DATABASE';

  constructor() {
    super('The data source names no database.', {
      hint: 'Give it one: `database` in its options, or the path of its `url`.',
    });
  }
}
