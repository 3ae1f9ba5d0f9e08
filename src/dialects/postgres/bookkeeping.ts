import type { Bookkeeping } from '../bookkeeping.js';
import { stringLiteral } from './literal.js';
import { identifier } from './names.js';

export const bookkeeping: Bookkeeping = {
  instant: 'timestamp with time zone',
  now: '(extract(epoch FROM clock_timestamp()) * 1000)::float8',
  clock: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
  counter: { type: 'bigint', generationStrategy: 'identity', generatedIdentity: 'BY DEFAULT' },
  tableExists: (table) =>
    'SELECT count(*)::integer AS "exists" FROM pg_catalog.pg_class c ' +
    'JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace ' +
    `WHERE c.relkind IN ('r', 'p') AND c.relname = ${stringLiteral(identifier(table.name))} ` +
    `AND n.nspname = ${table.schema === undefined ? 'current_schema()' : stringLiteral(identifier(table.schema))}`,
};
