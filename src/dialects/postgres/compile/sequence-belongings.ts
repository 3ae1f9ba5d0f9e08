import type { QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { doBlock, stringLiteral } from '../literal.js';
import { identifier, quoteQualified } from '../names.js';

/**
 * Selects an array (`restore`) of commands that give a new sequence what the one of a column has: settings, position,
 * comment and privileges. They are formats with `%s` for the name of the new sequence. Parameters: $1 the table, $2 the
 * column.
 */
const belongingsQuery = `
  SELECT ARRAY(SELECT 'ALTER SEQUENCE %s' || changes WHERE changes <> '')
    || ARRAY(SELECT 'COMMENT ON SEQUENCE %s IS ' || replace(quote_literal(e.description), '%', '%%')
             FROM pg_catalog.pg_description e WHERE e.classoid = 'pg_class'::regclass AND e.objoid = c.oid)
    || ARRAY(SELECT format('GRANT %s ON SEQUENCE %%s TO %s', g.privilege_type,
                      CASE g.grantee WHEN 0 THEN 'PUBLIC'
                        ELSE replace(quote_ident(pg_get_userbyid(g.grantee)), '%', '%%') END ||
                      CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
             FROM aclexplode(c.relacl) g WHERE g.grantee <> c.relowner ORDER BY 1) AS restore
  FROM (SELECT *, seqincrement > 0 AS up,
               CASE seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647
                 ELSE 9223372036854775807 END AS largest
        FROM pg_catalog.pg_sequence) AS s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  CROSS JOIN LATERAL (SELECT concat(
    ' INCREMENT BY ' || nullif(seqincrement, 1),
    ' MINVALUE ' || nullif(seqmin, CASE WHEN up THEN 1 ELSE -largest - 1 END),
    ' MAXVALUE ' || nullif(seqmax, CASE WHEN up THEN largest ELSE -1 END),
    ' START WITH ' || nullif(seqstart, 1),
    -- GREATEST and LEAST ignore a NULL: a sequence that starts with 1 and has given no number yet must be filtered out.
    (SELECT ' RESTART WITH ' || greatest(seqmin, least(seqmax, next))
     FROM coalesce(pg_sequence_last_value(seqrelid) + seqincrement, nullif(seqstart, 1)) AS next WHERE next IS NOT NULL),
    ' CACHE ' || nullif(seqcache, 1),
    CASE WHEN seqcycle THEN ' CYCLE' END) AS changes) AS changed
  WHERE s.seqrelid = pg_get_serial_sequence($1, $2)::regclass`;

/** The setting in which a script keeps the commands from before the old sequence is dropped until the new one exists. */
const WAITING = stringLiteral('nestjs_migrate.sequence');

const TAKE_SEQUENCE = `-- For this session: records what the sequence of a column has
CREATE OR REPLACE PROCEDURE pg_temp.migrate_note_sequence(text, text) LANGUAGE plpgsql AS $procedure$
#variable_conflict use_column
BEGIN
  PERFORM set_config(${WAITING}, coalesce((${belongingsQuery})::text, '{}'), false);
END $procedure$`;

const PUT_SEQUENCE = `-- For this session: gives the new sequence of a column what the old one had
CREATE OR REPLACE PROCEDURE pg_temp.migrate_put_sequence(text, text) LANGUAGE plpgsql AS $procedure$
DECLARE
  command_ text;
BEGIN
  FOREACH command_ IN ARRAY current_setting(${WAITING})::text[] LOOP
    EXECUTE format(command_, pg_get_serial_sequence($1, $2));
  END LOOP;
END $procedure$`;

/** The statements that run while a column still has its old sequence, and those once it has its new one. */
export interface SequenceBelongings {
  readonly note: readonly Statement[];
  readonly put: readonly Statement[];
}

/**
 * Gives the new sequence of a column the settings, position, comment and privileges of the sequence that the column owns.
 */
export async function sequenceBelongings(
  table: QualifiedName,
  column: string,
  context: CompileContext,
): Promise<SequenceBelongings> {
  const names = [quoteQualified(table), identifier(column)];
  const owner = names.map(stringLiteral).join(', ');
  if (context.offline) {
    return {
      note: [{ sql: `CALL pg_temp.migrate_note_sequence(${owner})`, prelude: TAKE_SEQUENCE }],
      put: [{ sql: `CALL pg_temp.migrate_put_sequence(${owner})`, prelude: PUT_SEQUENCE }],
    };
  }
  const [found] = (await context.query(belongingsQuery, names)) as unknown as readonly { restore: readonly string[] }[];
  const put = (found?.restore ?? []).map((command) => ({
    sql: doBlock(`BEGIN EXECUTE format(${stringLiteral(command)}, pg_get_serial_sequence(${owner})); END`),
  }));
  return { note: [], put };
}
