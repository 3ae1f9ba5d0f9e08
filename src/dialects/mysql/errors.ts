import { MigrateError } from '../../errors/migrate.error.js';

/** The server is an older one than this package supports, or another product. */
export class UnsupportedServerError extends MigrateError {
  readonly code = 'UNSUPPORTED_SERVER';

  /** @param product what the server is: `MySQL`, `TiDB` */
  constructor(
    /** What the server calls itself: `5.7.44`. */
    readonly version: string,
    product: string,
  ) {
    super(`The server is ${product} (${version}), which migrations do not support.`, {
      hint: 'Supported are MariaDB from 10.6 and MySQL from 8.0.19 on.',
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

/** Rows keep a change of their table from being done. */
export class UnfitRowsError extends MigrateError {
  readonly code = 'UNFIT_ROWS';
  /** The table. */
  readonly table: string;
  /** The columns; none for a check, which may have any. */
  readonly columns: readonly string[];

  /**
   * @param where the table and the columns
   * @param change what cannot be done: `cannot become int`
   * @param fault what is wrong: `2 rows have a value that is no number`
   * @param remedy what to do first
   */
  constructor(
    where: { readonly table: string; readonly columns: readonly string[] },
    /** How many rows are in the way; of a unique index, how many values that several rows have. */
    readonly rows: number,
    /** One of them: `name = abc, id = 7`. */
    readonly example: string | undefined,
    { change, fault, remedy }: { readonly change: string; readonly fault: string; readonly remedy: string },
  ) {
    const { table, columns } = where;
    const subject =
      columns.length === 0 ? `'${table}'` : `${columns.map((name) => `'${name}'`).join(', ')} of '${table}'`;
    super(`${subject} ${change}: ${fault}${example === undefined ? '' : `, for example ${example}`}.`, {
      hint: `${remedy}, with op.execute in this revision or by hand.`,
    });
    this.table = table;
    this.columns = columns;
  }
}

/** Something between the run and the server sends the statements of one client to several connections of the server. */
export class SharedConnectionError extends MigrateError {
  readonly code = 'SHARED_CONNECTION';

  constructor(
    /** The connections of the server that were reached. */
    readonly connections: readonly [number, number],
  ) {
    super(
      `The connection to the server is shared: two statements of the run reached its connections ${connections.join(' and ')}, and the ` +
        'lock of runs is one of a connection.',
      { hint: 'Connect to the server itself, not by a proxy that splits or shares connections. Nothing was run.' },
    );
  }
}
