import type { DataSource, QueryRunner } from 'typeorm';

/** The schema whose names are written without one: the data source's `schema`, else the first of the search path. */
export async function ownSchema(runner: QueryRunner): Promise<string> {
  const { options } = dataSourceOf(runner);
  if ('schema' in options && options.schema) return options.schema;
  const [row] = (await runner.query(`SELECT coalesce(current_schema(), 'public') AS schema`)) as [{ schema: string }];
  return row.schema;
}

/** TypeORM 0.3 knows the data source of a runner as its connection. */
function dataSourceOf(runner: QueryRunner): DataSource {
  const { dataSource, connection } = runner as { dataSource?: DataSource; connection?: DataSource };
  const found = dataSource ?? connection;
  if (found === undefined) throw new TypeError('The query runner belongs to no data source.');
  return found;
}

/**
 * Until the end of the transaction only this schema's names are printed bare.
 *
 * Compiling the catalog queries (`jit`) would take several times as long as running them.
 */
export async function printBare(runner: QueryRunner, schema: string): Promise<void> {
  await runner.query(`SELECT set_config('search_path', quote_ident($1), true), set_config('jit', 'off', true)`, [
    schema,
  ]);
}
