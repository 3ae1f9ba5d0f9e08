import { attachmentsQuery, RANK_OUTSIDE } from './attachments.js';
import { typeBelongingsQuery } from './belongings.js';
import { generatedColumnsQuery } from './generated.js';
import { enumOthersQuery, othersQuery } from './others.js';
import { viewsQuery } from './views.js';

/** A command with its casts ($6) replaced ($7) wherever they stand outside of string literals. */
const rewritten = `CASE WHEN $6::text IS NULL THEN command ELSE (
    SELECT string_agg(CASE WHEN piece[1] LIKE '''%' THEN piece[1] ELSE regexp_replace(piece[1], $6, $7::text, 'g') END,
             '' ORDER BY place)
    FROM regexp_matches(command, '(''(?:[^'']|'''')*''|[^'']+)', 'g') WITH ORDINALITY AS pieces (piece, place)
  ) END`;

/**
 * All that depends on columns: in one row what could not be put back (`others`), and the commands that take the rest
 * away (`drop`) and put it back (`restore`), in order.
 *
 * Takes the tables ($1) and the columns ($2), position by position; whether the columns are made anew ($3); whether
 * they change from, to or within an enum ($4), and then the enum that is made anew ($5), or a pattern for the casts that
 * change ($6) and what stands in their place ($7).
 */
export const dependentsQuery = `
  WITH attachments AS (${attachmentsQuery}), views AS (${viewsQuery}), generated AS (${generatedColumnsQuery}),
  pieces AS (
    SELECT 1 AS layer, row_number() OVER () AS place, drop, restore FROM generated
    UNION ALL
    SELECT CASE WHEN rank < ${RANK_OUTSIDE} THEN 2 ELSE 4 END, row_number() OVER (), drop, restore FROM attachments
    UNION ALL
    SELECT 3, row_number() OVER (), drop, restore FROM views
    UNION ALL
    SELECT 5, 1, NULL, restore FROM (${typeBelongingsQuery}) AS type
  )
  SELECT ARRAY(SELECT object FROM (${othersQuery}) AS o UNION SELECT object FROM (${enumOthersQuery}) AS o ORDER BY 1) AS others,
         ARRAY(SELECT drop FROM pieces WHERE drop IS NOT NULL ORDER BY layer DESC, place DESC) AS drop,
         ARRAY(SELECT ${rewritten}
               FROM pieces CROSS JOIN LATERAL unnest(restore) WITH ORDINALITY AS commands (command, part)
               ORDER BY layer, pieces.place, part) AS restore`;
