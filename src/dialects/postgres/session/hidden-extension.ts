import type { QueryRunner } from 'typeorm';
import { messageOf } from '../../../errors/thrown.js';
import { quote } from '../names.js';
import { sqlState, sqlStates } from './sql-state.js';

/**
 * Selects the extensions with a type, a function or an operator class of a name ($1), in schemas outside the search path.
 */
const HIDDEN = `
  SELECT e.extname AS extension, n.nspname AS schema, current_setting('search_path') AS path
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  WHERE n.nspname <> ALL (current_schemas(true))
    AND (EXISTS (SELECT FROM pg_catalog.pg_type t WHERE t.typnamespace = n.oid AND t.typname = $1)
      OR EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid AND p.proname = $1)
      OR EXISTS (SELECT FROM pg_catalog.pg_opclass o WHERE o.opcnamespace = n.oid AND o.opcname = $1))
  ORDER BY 1 LIMIT 1`;

/** What to do when a name is not found that an extension has in a schema outside the search path; else undefined. */
export async function hiddenExtensionHint(runner: QueryRunner, error: unknown): Promise<string | undefined> {
  const state = sqlState(error);
  if (state !== sqlStates.undefinedObject && state !== sqlStates.undefinedFunction) return undefined;
  const [, name] = /(?:type|function|operator class) "?([\p{L}\p{N}_$]+)/u.exec(messageOf(error)) ?? [];
  if (name === undefined) return undefined;
  const [found] = (await runner.query(HIDDEN, [name]).catch(() => [])) as {
    readonly extension: string;
    readonly schema: string;
    readonly path: string;
  }[];
  if (found === undefined) return undefined;
  const { extension, schema, path } = found;
  return (
    `The extension "${extension}" has it in the schema "${schema}", which is not on the search_path (${path}): ` +
    `ALTER ROLE CURRENT_USER SET search_path = ${path}, ${quote(schema)}; or ALTER EXTENSION ${quote(extension)} SET SCHEMA public.`
  );
}
