import { MigrateError } from '../../errors/migrate.error.js';
import { quoteName } from '../../sql/identifiers.js';

/** A column cannot become NOT NULL, since existing rows would have no value in it. */
export class NullValuesError extends MigrateError {
  readonly code = 'NULL_VALUES';

  constructor(
    /** The table. */
    readonly table: string,
    /** The column. */
    readonly column: string,
    /** How many rows have no value. */
    readonly rows: number,
    isNew: boolean,
    /** Quotes a name in the hint. */
    quote: (name: string) => string = quoteName,
  ) {
    const [at, name] = [quote(table), quote(column)].map((quoted) => quoted.replaceAll('`', '\\`'));
    const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
    super(
      isNew
        ? `Column '${column}' cannot be added to '${table}' as NOT NULL: the table has ${count}, and the column has no default.`
        : `Column '${column}' of '${table}' cannot become NOT NULL: ${count} ${rows === 1 ? 'has' : 'have'} no value in it.`,
      {
        hint: isNew
          ? `Give it a default; or add it as nullable, fill it (op.execute(\`UPDATE ${at} SET ${name} = …\`)), and make it NOT NULL then.`
          : `Fill it first: op.execute(\`UPDATE ${at} SET ${name} = … WHERE ${name} IS NULL\`).`,
      },
    );
  }
}

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
