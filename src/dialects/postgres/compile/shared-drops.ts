import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quote } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';

/** The number of dependent objects that a notice lists. */
const SHOWN = 3;

/**
 * Selects the descriptions (`name`) of what depends on an extension ($1) and DROP EXTENSION does not drop along with it:
 * what depends on the extension, on its objects, or on what these own, such as the array type of a type.
 */
const ON_EXTENSION = `
  WITH RECURSIVE own AS (
    SELECT 'pg_extension'::regclass::oid AS classid, x.oid AS objid FROM pg_catalog.pg_extension x WHERE x.extname = $1
    UNION
    SELECT d.classid, d.objid FROM own o
    JOIN pg_catalog.pg_depend d ON d.refclassid = o.classid AND d.refobjid = o.objid AND d.deptype IN ('e', 'i', 'a')
  )
  SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS name
  FROM own o
  JOIN pg_catalog.pg_depend d ON d.refclassid = o.classid AND d.refobjid = o.objid AND d.deptype = 'n'
  WHERE (d.classid, d.objid) NOT IN (SELECT classid, objid FROM own)
  ORDER BY 1`;

/** Selects the owner (`name`) of an extension ($1) that only its owner or a superuser may drop, where that is somebody else. */
const OWNER_OF_EXTENSION = `
  SELECT extowner::regrole::text AS name FROM pg_catalog.pg_extension
  WHERE extname = $1 AND NOT pg_has_role(extowner, 'USAGE')`;

/** The same of a schema. */
const OWNER_OF_SCHEMA = `
  SELECT nspowner::regrole::text AS name FROM pg_catalog.pg_namespace
  WHERE nspname = $1 AND NOT pg_has_role(nspowner, 'USAGE')`;

/** Selects the descriptions (`name`) of what a schema ($1) contains, apart from the objects of its extensions. */
const IN_SCHEMA = `
  SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS name
  FROM pg_catalog.pg_namespace n
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n'
  WHERE n.nspname = $1
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
  ORDER BY 1`;

/**
 * Compilers for drops of objects that other applications may use too: with `ifUnused` they stay when something depends on
 * them, or when they belong to somebody else: a revision that found them there has not made them.
 */
export const sharedDropCompilers: CompilersOf<'dropExtension' | 'dropSchema'> = {
  dropExtension: ({ name, ifUnused }, context) => {
    const drop = `DROP EXTENSION IF EXISTS ${quote(name)}`;
    return ifUnused
      ? dropUnlessUsed({ what: 'extension', name, drop, owner: OWNER_OF_EXTENSION, query: ON_EXTENSION }, context)
      : statements(drop);
  },
  dropSchema: ({ name, ifExists, ifUnused }, context) => {
    const drop = `DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${quote(name)}`;
    return ifUnused
      ? dropUnlessUsed({ what: 'schema', name, drop, owner: OWNER_OF_SCHEMA, query: IN_SCHEMA }, context)
      : statements(drop);
  },
};

interface SharedDrop {
  readonly what: string;
  readonly name: string;
  readonly drop: string;
  /** Selects the owner, where the user may not drop what that made, for the notice. */
  readonly owner: string;
  /** Selects what depends on it, for the notice; whether it can be dropped is decided by the server. */
  readonly query: string;
}

async function dropUnlessUsed(
  { what, name, drop, owner, query }: SharedDrop,
  context: CompileContext,
): Promise<readonly Statement[]> {
  const [stranger] = await context.query(owner, [identifier(name)]);
  const dependents = (await context.query(query, [identifier(name)])).map((row) => String(row['name']));
  if (stranger !== undefined) {
    context.notice?.(`The ${what} "${name}" stays, since it belongs to ${String(stranger['name'])}.`);
  } else if (dependents.length > 0) {
    context.notice?.(`The ${what} "${name}" stays, since something depends on it: ${listed(dependents)}.`);
  }
  const notice = stringLiteral(`The ${what} ${quote(name).replaceAll('%', '%%')} stays: %`);
  const block = `BEGIN ${drop}; EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN RAISE NOTICE ${notice}, SQLERRM; END`;
  return statements(`DO ${stringLiteral(block)}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
