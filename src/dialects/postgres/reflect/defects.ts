import type { QueryRunner } from 'typeorm';
import type { DatabaseDefect } from '../../defect.js';
import type { ReflectScope } from '../../reader.js';
import { identifier } from '../names.js';
import { ownSchemaOption } from '../session/own-schema.js';
import { dataSourceOf } from './search-path.js';

/** $1: the own schema of the data source, or null. $2: other schemas. */
const inScope = (namespace: string): string =>
  `${namespace} IN (SELECT oid FROM pg_catalog.pg_namespace
     WHERE nspname::text = ANY (coalesce($1::text, current_schema(), 'public') || $2::text[]))`;

/** Who builds or drops an index concurrently at this moment shows it, or holds its lock. */
const INVALID_INDEXES = `
  SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS "table", c.relkind = 'I' AS "isPartitioned",
         c.relname ~ '_cc(new|old)\\d*$' AS "isCopy"
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE NOT i.indisvalid AND ${inScope('c.relnamespace')}
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks l
                    WHERE l.relation = i.indexrelid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
                      AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
  ORDER BY 1`;

/** One that is NOT ENFORCED is no more valid, and nothing validates it. That of a partition or an heir goes with its parent's. */
const UNVALIDATED = `
  SELECT quote_ident(k.conname) AS name, k.conrelid = 0 AS "isOfDomain",
         CASE WHEN k.conrelid = 0 THEN k.contypid::regtype::text ELSE k.conrelid::regclass::text END AS owner
  FROM pg_catalog.pg_constraint k
  WHERE NOT k.convalidated AND k.conislocal AND k.conparentid = 0 AND ${inScope('k.connamespace')}
    AND pg_get_constraintdef(k.oid) LIKE '% NOT VALID'
  ORDER BY 3, 1`;

interface IndexRow {
  readonly name: string;
  readonly table: string;
  readonly isPartitioned: boolean;
  /** What REINDEX CONCURRENTLY made, or was about to take away. */
  readonly isCopy: boolean;
}

interface ConstraintRow {
  readonly name: string;
  readonly owner: string;
  readonly isOfDomain: boolean;
}

/** Indexes that are INVALID and constraints that are NOT VALID, in two queries of the catalog. */
export async function defects(
  runner: QueryRunner,
  { schemas }: Pick<ReflectScope, 'schemas'>,
): Promise<readonly DatabaseDefect[]> {
  const own = ownSchemaOption(dataSourceOf(runner));
  const scope = [own === undefined ? null : identifier(own), schemas.map(identifier)];
  const indexes = (await runner.query(INVALID_INDEXES, scope)) as IndexRow[];
  const constraints = (await runner.query(UNVALIDATED, scope)) as ConstraintRow[];
  return [...indexes.map(indexDefect), ...constraints.map(constraintDefect)];
}

function indexDefect({ name, table, isPartitioned, isCopy }: IndexRow): DatabaseDefect {
  return {
    kind: 'invalid-index',
    object: name,
    message: isPartitioned
      ? `The index ${name} on ${table} is INVALID: some partition has no index of it.`
      : `The index ${name} on ${table} is INVALID: no query uses it, and every write has to keep it.`,
    hint: isPartitioned
      ? `Build one on each partition, and attach it: ALTER INDEX ${name} ATTACH PARTITION …`
      : isCopy
        ? `It is left of a REINDEX CONCURRENTLY that failed. Drop it: DROP INDEX CONCURRENTLY ${name}`
        : `Mend the rows that conflict with it, if there are any, and build it again: REINDEX INDEX CONCURRENTLY ${name}. ` +
          `Or drop it: DROP INDEX CONCURRENTLY ${name}`,
  };
}

function constraintDefect({ name, owner, isOfDomain }: ConstraintRow): DatabaseDefect {
  const [what, verb] = isOfDomain ? ['domain', 'ALTER DOMAIN'] : ['table', 'ALTER TABLE'];
  return {
    kind: 'not-valid-constraint',
    object: `${owner}.${name}`,
    message: `The constraint ${name} of ${what} ${owner} is NOT VALID: it was never checked for the rows that were there before it.`,
    hint: isOfDomain
      ? `Validate it: ${verb} ${owner} VALIDATE CONSTRAINT ${name}`
      : `Validate it in a revision, op.validateConstraint(…), or by hand: ${verb} ${owner} VALIDATE CONSTRAINT ${name}`,
  };
}
