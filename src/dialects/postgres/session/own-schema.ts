import type { DataSource } from 'typeorm';
import type { OwnSchema } from '../../dialect.js';
import { doBlock, stringLiteral } from '../literal.js';
import { identifier, quote } from '../names.js';

/** The `schema` of the data source's options. */
export function ownSchemaOption({ options }: DataSource): string | undefined {
  return 'schema' in options && options.schema ? options.schema : undefined;
}

/**
 * Puts the data source's schema in front of the search path, whose other schemas stay in it: that of extensions, for
 * example.
 */
export function ownSchema(dataSource: DataSource): OwnSchema | undefined {
  const schema = ownSchemaOption(dataSource);
  if (schema === undefined) return undefined;
  const create = `CREATE SCHEMA ${quote(schema)}`;
  return {
    name: schema,
    enter: `SELECT set_config('search_path', ${pathWith(stringLiteral(quote(schema)))}, false)`,
    // CREATE SCHEMA IF NOT EXISTS requires the privilege to create schemas even when the schema exists.
    ensure: doBlock(
      `BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ${stringLiteral(identifier(schema))}) ` +
        `THEN EXECUTE ${stringLiteral(create)}; END IF; END`,
    ),
  };
}

/** An expression of the search path with another schema in front; the path may be empty, as pg_dump sets it. */
export function pathWith(schema: string): string {
  return `concat_ws(', ', ${schema}, nullif(current_setting('search_path'), ''))`;
}
