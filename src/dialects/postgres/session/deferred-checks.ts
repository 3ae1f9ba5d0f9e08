import type { QueryRunner } from 'typeorm';
import { quoteQualified } from '../names.js';

/**
 * Defers again what `SET CONSTRAINTS ALL IMMEDIATE` made immediate: the constraints that begin a transaction deferred.
 *
 * A name that a constraint of another table in the schema has too is left out where that one cannot be deferred:
 * PostgreSQL would refuse the name for both.
 */
export async function deferAgain(runner: QueryRunner): Promise<void> {
  const rows = (await runner.query(
    `SELECT DISTINCT n.nspname AS schema, c.conname AS name
     FROM pg_catalog.pg_constraint c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
     WHERE c.condeferred AND NOT EXISTS (
       SELECT 1 FROM pg_catalog.pg_constraint o
       WHERE o.connamespace = c.connamespace AND o.conname = c.conname AND NOT o.condeferrable)`,
  )) as { schema: string; name: string }[];
  if (rows.length === 0) return;
  await runner.query(`SET CONSTRAINTS ${rows.map(quoteQualified).join(', ')} DEFERRED`);
}
