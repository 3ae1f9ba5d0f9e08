import type { QueryRunner } from 'typeorm';
import type { Belongings, DroppedObject } from '../../belongings.js';
import { quoteQualified } from '../names.js';
import { omitOwnSchema } from './search-path.js';
import { inScratch } from './scratch.js';

/**
 * Lists what the objects to be dropped have that a new one would lack: comments, storage options, tablespaces, privileges,
 * triggers, rules and row policies.
 */
export async function belongings(
  runner: QueryRunner,
  objects: readonly DroppedObject[],
): Promise<readonly Belongings[]> {
  return inScratch(runner, async () => {
    await omitOwnSchema(runner);
    const rows = (await runner.query(BELONGINGS, [
      objects.map(({ kind }) => kind),
      objects.map(({ relation }) => quoteQualified(relation)),
      objects.map(({ name }) => name ?? null),
    ])) as { place: string; texts: readonly string[] }[];
    return rows.flatMap(({ place, texts }) => {
      const object = objects[Number(place) - 1];
      return object === undefined ? [] : [{ object, texts }];
    });
  });
}

/**
 * Selects for each object its position (`place`) and descriptions of its belongings (`texts`). Parameters, as arrays of
 * equal length: $1 kinds (view, index, constraint, column), $2 relations, $3 names of the indexes, constraints and columns.
 */
const BELONGINGS = `
  WITH asked AS (
    SELECT kind, to_regclass(relation)::oid AS relation, name, place
    FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS o (kind, relation, name, place)
  ), objects AS (
    SELECT place, 'pg_class'::regclass AS class, relation AS oid FROM asked WHERE kind = 'view'
    UNION ALL
    SELECT place, 'pg_class'::regclass, c.oid
    FROM asked JOIN pg_catalog.pg_index i ON i.indrelid = relation
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relname = name
    WHERE kind = 'index'
    UNION ALL
    SELECT place, own.class, own.oid
    FROM asked JOIN pg_catalog.pg_constraint k ON k.conrelid = relation AND k.conname = name
    -- conindid of a foreign key is an index of the referenced table.
    CROSS JOIN LATERAL (SELECT 'pg_constraint'::regclass AS class, k.oid
      UNION ALL SELECT 'pg_class'::regclass, k.conindid WHERE k.contype <> 'f') AS own
    WHERE kind = 'constraint'
  ), relations AS (
    SELECT o.place, c.* FROM objects o JOIN pg_catalog.pg_class c ON o.class = 'pg_class'::regclass AND c.oid = o.oid
  ), found AS (
    SELECT place, CASE d.objsubid WHEN 0 THEN 1 ELSE 2 END AS rank,
           CASE d.objsubid WHEN 0 THEN 'its comment' ELSE 'the comments on its columns' END AS text
    FROM objects o JOIN pg_catalog.pg_description d ON d.classoid = o.class AND d.objoid = o.oid
    UNION
    SELECT place, 3, format('its options (%s)', array_to_string(reloptions, ', ')) FROM relations WHERE reloptions IS NOT NULL
    UNION
    SELECT place, 4, format('its tablespace "%s"', s.spcname)
    FROM relations JOIN pg_catalog.pg_tablespace s ON s.oid = reltablespace
    UNION
    SELECT place, 5, 'its privileges' FROM relations r
    WHERE EXISTS (SELECT FROM aclexplode(relacl) g WHERE g.grantee <> relowner)
      OR EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = r.oid AND a.attacl IS NOT NULL)
    UNION
    SELECT place, 6, format('its trigger "%s"', t.tgname)
    FROM relations r JOIN pg_catalog.pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
    UNION
    SELECT place, 7, format('its rule "%s"', u.rulename)
    FROM relations r JOIN pg_catalog.pg_rewrite u ON u.ev_class = r.oid AND u.rulename <> '_RETURN'
    UNION
    SELECT place, 8, format('the row policy "%s" on "%s"', p.polname, c.relname)
    FROM asked JOIN pg_catalog.pg_attribute a ON a.attrelid = relation AND a.attname = name AND NOT a.attisdropped
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_policy'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
    JOIN pg_catalog.pg_policy p ON p.oid = d.objid
    JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    WHERE kind = 'column'
  )
  SELECT place, array_agg(text ORDER BY rank, text) AS texts FROM found GROUP BY place ORDER BY place`;
