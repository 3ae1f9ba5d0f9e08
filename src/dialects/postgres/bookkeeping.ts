import type { QualifiedName } from '../../schema/schema.model.js';
import type { Bookkeeping } from '../bookkeeping.js';
import { stringLiteral } from './literal.js';
import { identifier, quote } from './names.js';

export const bookkeeping: Bookkeeping = {
  instant: 'timestamp with time zone',
  now: '(extract(epoch FROM clock_timestamp()) * 1000)::float8',
  clock: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
  counter: { type: 'bigint', generationStrategy: 'identity', generatedIdentity: 'BY DEFAULT' },
  tableExists: (table) => `SELECT count(*)::integer AS "exists" ${fromTables([table])}`,
  tablesExist: (tables) => {
    const counts = Object.entries(tables).map(
      ([key, table]) => `count(*) FILTER (WHERE c.relname = ${nameOf(table)})::integer AS ${quote(key)}`,
    );
    return `SELECT ${counts.join(', ')} ${fromTables(Object.values(tables))}`;
  },
};

/**
 * Tables of one schema, by name and schema as the index of pg_class is: a join would look at the tables of that name in all schemas, one for
 * each tenant. The server plans a call in less time than a subquery.
 */
function fromTables(tables: readonly QualifiedName[]): string {
  const schema = tables[0]?.schema;
  const namespace = schema === undefined ? 'quote_ident(current_schema())' : stringLiteral(quote(identifier(schema)));
  return (
    `FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p') AND c.relname IN (${tables.map(nameOf).join(', ')}) ` +
    `AND c.relnamespace = to_regnamespace(${namespace})`
  );
}

function nameOf({ name }: QualifiedName): string {
  return stringLiteral(identifier(name));
}
