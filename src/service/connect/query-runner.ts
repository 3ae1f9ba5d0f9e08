import type { DataSource, QueryRunner } from 'typeorm';
import { QueryRunnerError } from '../../errors/callers.errors.js';

/** A data source of the application, by its name here. */
interface NamedDataSource {
  readonly name: string;
  readonly dataSource?: DataSource;
}

/**
 * Refuses a caller's connection that a call on a data source cannot work on.
 *
 * One of a data source that the application has registered under another name would get the wrong revisions. Of one that
 * is unknown here, as a tenant's, the schema and the entities count.
 *
 * @throws QueryRunnerError
 */
export function requireQueryRunner(
  { connection, isReleased }: QueryRunner,
  name: string,
  known: readonly NamedDataSource[],
): void {
  if (isReleased) {
    throw new QueryRunnerError('The queryRunner is released: it has no connection any more.', {
      hint: 'Make the call before release(), or give another one: dataSource.createQueryRunner(). Nothing was run.',
    });
  }
  if (known.some((one) => one.name === name && one.dataSource === connection)) return;
  const other = known.find(({ dataSource }) => dataSource === connection);
  if (other === undefined) return;
  throw new QueryRunnerError(
    `The queryRunner is of the data source "${other.name}", and the call is about "${name}". Nothing was run.`,
    {
      hint: `Call it on the migrations of that one: with({ dataSources: ['${other.name}'] }), or @InjectMigrationService('${other.name}').`,
    },
  );
}

/** @throws QueryRunnerError where a call is about several data sources: a queryRunner is one connection to one database. */
export function requireOneDataSource(names: readonly string[]): void {
  if (names.length < 2) return;
  throw new QueryRunnerError(
    `A queryRunner is one connection to one database, and the call is about the data sources ${names.join(', ')}. Nothing was run.`,
    { hint: `Name the one that it is for: with({ dataSources: ['${names[0] ?? ''}'] }).` },
  );
}
