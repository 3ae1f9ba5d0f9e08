import type { QualifiedName } from '../../../../schema/schema.model.js';
import type { Statement } from '../../../dialect.js';
import { literal, stringLiteral } from '../../literal.js';
import { quoteQualified } from '../../names.js';
import { dependentsQuery } from './query.js';
import { viewAndAboveQuery } from './views.js';

/*
 * What a script cannot look up it has its server look up: with procedures that last as long as the session, and that do
 * what the statements of a run do which asked the same query before.
 */

/** Where the commands that put things back wait: a setting ends with the session, and rolls back with the transaction. */
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
  IF dependents_.others <> '{}' THEN
    RAISE EXCEPTION USING
      MESSAGE = format('%s cannot change while something depends on it: %s.',
        coalesce($5, (SELECT string_agg(t || '.' || quote_ident(c), ', ') FROM unnest($1, $2) AS u (t, c))),
        array_to_string(dependents_.others, ', ')),
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

const ALTER_VIEW = `-- For this session: gives a view another query, and puts back what stands on it
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

/** @param parameters those of `dependentsQuery` */
export function takeAway(parameters: readonly unknown[]): Statement {
  return { sql: `CALL pg_temp.migrate_take_away(${parameters.map(argument).join(', ')})`, prelude: TAKE_AWAY };
}

function argument(value: unknown): string {
  return Array.isArray(value) ? `ARRAY[${value.map(literal).join(', ')}]::text[]` : literal(value);
}

/** Puts back what was taken away last. */
export const putBack: Statement = { sql: 'CALL pg_temp.migrate_put_back()', prelude: PUT_BACK };

/** Makes a view anew, with all that it had and the views on it. */
export function alterViewOnServer(view: QualifiedName, query: string): Statement {
  const values = [quoteQualified(view), query].map(stringLiteral);
  return { sql: `CALL pg_temp.migrate_alter_view(${values.join(', ')})`, prelude: ALTER_VIEW };
}
