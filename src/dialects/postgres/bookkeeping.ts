import type { Bookkeeping } from '../bookkeeping.js';
import { stringLiteral } from './literal.js';
import { identifier } from './names.js';

export const bookkeeping: Bookkeeping = {
  instant: 'timestamp with time zone',
  now: '(extract(epoch FROM clock_timestamp()) * 1000)::float8',
  clock: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
  counter: { type: 'bigint', generationStrategy: 'identity', generatedIdentity: 'BY DEFAULT' },
  // By name and schema, as the index of pg_class is: a join would look at the tables of that name in all schemas, one for each tenant.
  tableExists: ({ schema, name }) =>
    `SELECT count(*)::integer AS "exists" FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p') ` +
    `AND c.relname = ${stringLiteral(identifier(name))} AND c.relnamespace = ` +
    `(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = ${schema === undefined ? 'current_schema()' : stringLiteral(identifier(schema))})`,
};
