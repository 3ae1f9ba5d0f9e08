/**
 * Runs the deferred checks of the transaction, so that tables whose rows it wrote can be altered, then defers the
 * constraints that are INITIALLY DEFERRED again.
 *
 * A constraint stays immediate when another one in the schema has the same name and is not deferrable: SET CONSTRAINTS
 * would refuse the name for both.
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
