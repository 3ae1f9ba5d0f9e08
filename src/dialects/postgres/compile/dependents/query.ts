import { DEPENDENT_VIEWS } from './affected.js';
import { attachmentsQuery, RANK_OUTSIDE } from './attachments.js';
import { typeBelongingsQuery } from './belongings.js';
import { generatedColumnsQuery } from './generated.js';
import { enumBlockersQuery, blockersQuery } from './blockers.js';
import { viewsQuery } from './views.js';

/**
 * A SQL expression: the column `command` with every match of the pattern $6 outside of string literals replaced by $7;
 * `command` itself when $6 is null.
 */
const rewritten = `CASE WHEN $6::text IS NULL THEN command ELSE (
    SELECT string_agg(CASE WHEN piece[1] LIKE '''%' THEN piece[1] ELSE regexp_replace(piece[1], $6, $7::text, 'g') END,
             '' ORDER BY place)
    FROM regexp_matches(command, '(''(?:[^'']|'''')*''|[^'']+)', 'g') WITH ORDINALITY AS pieces (piece, place)
  ) END`;

/**
 * Selects one row about all that depends on columns: the descriptions of what cannot be re-created (`blockers`), and in
 * order the commands that drop the rest (`drop`) and re-create it (`restore`).
 *
 * It is composed of the other queries of this folder. Their objects are layers, dropped from 5 to 1 and restored from 1 to
 * 5: 1 generated columns, 2 constraints, indexes, triggers and the like, 3 views, 4 rules and policies, which may read
 * views, 5 what belongs to the enum type.
 *
 * Parameters:
 * - $1 tables, $2 columns (text arrays of equal length), $3 whether the columns are re-created: see `AFFECTED_COLUMNS`,
 * - $4 whether the columns change from, to or within an enum,
 * - $5 the enum that is re-created, or null,
 * - $6 a regular expression of the casts to rewrite in restored expressions, $7 their replacement; both null for none.
 */
export const dependentsQuery = `
  ${DEPENDENT_VIEWS}, attachments AS (${attachmentsQuery}), views AS (${viewsQuery}), computed AS (${generatedColumnsQuery}),
  pieces AS (
    SELECT 1 AS layer, row_number() OVER () AS place, drop, restore FROM computed
    UNION ALL
    SELECT CASE WHEN rank < ${RANK_OUTSIDE} THEN 2 ELSE 4 END, row_number() OVER (), drop, restore FROM attachments
    UNION ALL
    SELECT 3, row_number() OVER (), drop, restore FROM views
    UNION ALL
    SELECT 5, 1, NULL, restore FROM (${typeBelongingsQuery}) AS type
  )
  SELECT ARRAY(SELECT object FROM (${blockersQuery}) AS o UNION SELECT object FROM (${enumBlockersQuery}) AS o ORDER BY 1) AS blockers,
         ARRAY(SELECT drop FROM pieces WHERE drop IS NOT NULL ORDER BY layer DESC, place DESC) AS drop,
         ARRAY(SELECT ${rewritten}
               FROM pieces CROSS JOIN LATERAL unnest(restore) WITH ORDINALITY AS commands (command, part)
               ORDER BY layer, pieces.place, part) AS restore`;
