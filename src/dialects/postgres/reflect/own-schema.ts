import type { DataSource, QueryRunner } from 'typeorm';

/**
 * Until the end of the transaction only the own schema's names are printed bare.
 *
 * @returns the own schema: the data source's `schema`, else the first of the search path.
 */
export function printBare(runner: QueryRunner): Promise<string> {
  return withSearchPath(runner, 'quote_ident(own.name)');
}

/** Until the end of the transaction names are looked for in the own schema first. Returns it. */
export function lookFirstInOwn(runner: QueryRunner): Promise<string> {
  return withSearchPath(runner, `quote_ident(own.name) || ', ' || current_setting('search_path')`);
}

/**
 * Compiling the catalog queries (`jit`) would take several times as long as running them. A backslash in a literal is a letter, as the
 * SQL standard has it, whatever the server or the role has set.
 */
async function withSearchPath(runner: QueryRunner, searchPath: string): Promise<string> {
  const { options } = dataSourceOf(runner);
  const configured = 'schema' in options && options.schema ? options.schema : null;
  const [row] = (await runner.query(
    `SELECT own.name AS schema, set_config('search_path', ${searchPath}, true), set_config('jit', 'off', true),
            set_config('standard_conforming_strings', 'on', true)
     FROM (SELECT coalesce($1::text, current_schema(), 'public') AS name) own`,
    [configured],
  )) as [{ schema: string }];
  return row.schema;
}

/** TypeORM 0.3 knows the data source of a runner as its connection. */
function dataSourceOf(runner: QueryRunner): DataSource {
  const { dataSource, connection } = runner as { dataSource?: DataSource; connection?: DataSource };
  const found = dataSource ?? connection;
  if (found === undefined) throw new TypeError('The query runner belongs to no data source.');
  return found;
}
