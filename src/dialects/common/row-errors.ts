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
