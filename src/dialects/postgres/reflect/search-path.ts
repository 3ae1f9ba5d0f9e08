import type { DataSource, QueryRunner } from 'typeorm';
import { pathWith } from '../session/own-schema.js';

/**
 * Sets the search path to the own schema until the end of the transaction, so that PostgreSQL prints only its names without
 * a schema.
 *
 * @returns the own schema: the data source's `schema`, else the first of the search path.
 */
export function omitOwnSchema(runner: QueryRunner): Promise<string> {
  return withSearchPath(runner, 'quote_ident(own.name)');
}

/** Puts the own schema in front of the search path until the end of the transaction, and returns it. */
export function searchOwnSchemaFirst(runner: QueryRunner): Promise<string> {
  return withSearchPath(runner, pathWith('quote_ident(own.name)'));
}

/**
 * Sets the search path, and with it two other settings. `jit` is off because compiling the catalog queries would take
 * several times as long as running them. A backslash in a literal is an ordinary character (`standard_conforming_strings`),
 * whatever the server or the role has set.
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

/** The data source of a runner, which is its `connection` in TypeORM 0.3. */
export function dataSourceOf(runner: QueryRunner): DataSource {
  const { dataSource, connection } = runner as { dataSource?: DataSource; connection?: DataSource };
  const found = dataSource ?? connection;
  if (found === undefined) throw new TypeError('The query runner belongs to no data source.');
  return found;
}
