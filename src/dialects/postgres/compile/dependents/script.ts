import type { QualifiedName } from '../../../../schema/schema.model.js';
import type { Statement } from '../../../dialect.js';
import { literal, stringLiteral } from '../../literal.js';
import { quoteQualified } from '../../names.js';
import { dependentsQuery } from './query.js';
import { viewAndAboveQuery } from './views.js';

/*
 * Procedures for scripts. A script cannot read the catalog, so it has its server do that, with procedures in pg_temp that
 * exist as long as the session: they run the same queries as an online run, and execute the commands found.
 */

/**
 * The setting that holds the commands of `restore` until they run: it ends with the session, and rolls back with the
 * transaction.
 */
const WAITING = stringLiteral('nestjs_migrate.put_back');

const TAKE_AWAY = `-- For this session: takes away what depends on columns that change
CREATE OR REPLACE PROCEDURE
  pg_temp.migrate_take_away(text[], text[], boolean, boolean, text, text, text) LANGUAGE plpgsql AS $procedure$
#variable_conflict use_column
DECLARE
  dependents_ record;
  command_ text;
BEGIN
  SELECT * INTO dependents_ FROM (${dependentsQuery}) AS q;
  IF dependents_.blockers <> '{}' THEN
    RAISE EXCEPTION USING
      MESSAGE = format('%s cannot change while something depends on it: %s.',
        coalesce($5, (SELECT string_agg(t || '.' || quote_ident(c), ', ') FROM unnest($1, $2) AS u (t, c))),
        array_to_string(dependents_.blockers, ', ')),
      HINT = 'Drop what depends on it before this script, and create it again after it.';
  END IF;
  FOREACH command_ IN ARRAY dependents_.drop LOOP EXECUTE command_; END LOOP;
  PERFORM set_config(${WAITING}, dependents_.restore::text, false);
END $procedure$`;

const PUT_BACK = `-- For this session: puts back what was taken away
CREATE OR REPLACE PROCEDURE pg_temp.migrate_put_back() LANGUAGE plpgsql AS $procedure$
DECLARE
  command_ text;
BEGIN
  FOREACH command_ IN ARRAY current_setting(${WAITING})::text[] LOOP EXECUTE command_; END LOOP;
END $procedure$`;

const ALTER_VIEW = `-- For this session: gives a view another query, and puts back the views on it
CREATE OR REPLACE PROCEDURE pg_temp.migrate_alter_view(text, text) LANGUAGE plpgsql AS $procedure$
#variable_conflict use_column
DECLARE
  view_ record;
  make_ text;
  drops_ text[] := '{}';
  restores_ text[] := '{}';
  command_ text;
BEGIN
  FOR view_ IN ${viewAndAboveQuery} LOOP
    drops_ := view_.drop || drops_;
    restores_ := restores_ || CASE WHEN make_ IS NULL THEN (view_.restore)[2:] ELSE view_.restore END;
    make_ := coalesce(make_, view_.head || $2 || view_.tail);
  END LOOP;
  IF make_ IS NULL THEN
    RAISE EXCEPTION 'There is no view %.', $1;
  END IF;
  FOREACH command_ IN ARRAY drops_ || make_ || restores_ LOOP EXECUTE command_; END LOOP;
END $procedure$`;

/** A SQL expression: the setting that holds what a view ($1) had until it is created again. */
const KEPT = "'nestjs_migrate.view_' || md5($1)";

const KEEP_VIEW = `-- For this session: records what a view has before it is dropped
CREATE OR REPLACE PROCEDURE pg_temp.migrate_keep_view(text) LANGUAGE plpgsql AS $procedure$
#variable_conflict use_column
BEGIN
  PERFORM set_config(${KEPT}, jsonb_build_array(head, tail, "ofColumns", "ofView", indexes)::text, false)
  FROM (SELECT * FROM (${viewAndAboveQuery}) AS q LIMIT 1) AS own;
END $procedure$`;

const RESTORE_VIEW = `-- For this session: creates a view with what was recorded of it
CREATE OR REPLACE PROCEDURE pg_temp.migrate_restore_view(text, text, text, jsonb) LANGUAGE plpgsql AS $procedure$
DECLARE
  kept_ jsonb := nullif(current_setting(${KEPT}, true), '')::jsonb;
  command_ text;
BEGIN
  EXECUTE coalesce(kept_ ->> 0, format('CREATE %s %s AS ', $2, $1)) || $3 || coalesce(kept_ ->> 1, '');
  FOR command_ IN SELECT jsonb_array_elements_text(kept_ -> 2) LOOP
    BEGIN
      EXECUTE command_;
    EXCEPTION WHEN undefined_column OR undefined_object OR undefined_table THEN
      RAISE WARNING 'Not given back, since its column is gone: %', command_;
    END;
  END LOOP;
  FOR command_ IN SELECT jsonb_array_elements_text(kept_ -> 3) LOOP EXECUTE command_; END LOOP;
  FOR command_ IN SELECT i.value FROM jsonb_each_text($4) AS i WHERE NOT coalesce(kept_ -> 4 ? i.key, false) LOOP
    EXECUTE command_;
  END LOOP;
  PERFORM set_config(${KEPT}, '', false);
END $procedure$`;

/** Records what a view has on the server, for `restoreViewOnServer`. */
export function keepViewOnServer(view: QualifiedName): Statement {
  return { sql: `CALL pg_temp.migrate_keep_view(${stringLiteral(quoteQualified(view))})`, prelude: KEEP_VIEW };
}

interface ViewToRestore {
  readonly view: QualifiedName;
  /** `VIEW` or `MATERIALIZED VIEW`. */
  readonly kind: string;
  readonly query: string;
  /** The names of its indexes, and the statements that make them. */
  readonly indexes: readonly (readonly [string, string])[];
}

/**
 * Creates a view with what `keepViewOnServer` recorded of it, if that was called, and those of `indexes` that it did not
 * have.
 */
export function restoreViewOnServer({ view, kind, query, indexes }: ViewToRestore): Statement {
  const values = [quoteQualified(view), kind, query, JSON.stringify(Object.fromEntries(indexes))].map(stringLiteral);
  return { sql: `CALL pg_temp.migrate_restore_view(${values.join(', ')})`, prelude: RESTORE_VIEW };
}

/**
 * Drops what depends on columns, and records how it is re-created for `putBack`.
 *
 * @param parameters those of `dependentsQuery`
 */
export function takeAway(parameters: readonly unknown[]): Statement {
  return { sql: `CALL pg_temp.migrate_take_away(${parameters.map(argument).join(', ')})`, prelude: TAKE_AWAY };
}

function argument(value: unknown): string {
  return Array.isArray(value) ? `ARRAY[${value.map(literal).join(', ')}]::text[]` : literal(value);
}

/** Re-creates what the last `takeAway` dropped. */
export const putBack: Statement = { sql: 'CALL pg_temp.migrate_put_back()', prelude: PUT_BACK };

/** Re-creates a view with another query, all else that it had, and the views on it. */
export function alterViewOnServer(view: QualifiedName, query: string): Statement {
  const values = [quoteQualified(view), query].map(stringLiteral);
  return { sql: `CALL pg_temp.migrate_alter_view(${values.join(', ')})`, prelude: ALTER_VIEW };
}
