/**
 * Makes the checks that the transaction has put off, so that tables whose rows it wrote can be altered, and puts off
 * again what comes after: the constraints that begin a transaction deferred.
 *
 * A name that a constraint of another table in the schema has too is left out where that one cannot be deferred:
 * PostgreSQL would refuse the name for both.
 */
export const settleChecks: readonly string[] = [
  'SET CONSTRAINTS ALL IMMEDIATE',
  `DO $do$ DECLARE
  deferred_ text := (
    SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.conname), ', ')
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
    WHERE c.condeferred AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_constraint o
      WHERE o.connamespace = c.connamespace AND o.conname = c.conname AND NOT o.condeferrable));
BEGIN
  IF deferred_ IS NOT NULL THEN EXECUTE 'SET CONSTRAINTS ' || deferred_ || ' DEFERRED'; END IF;
END $do$`,
];
