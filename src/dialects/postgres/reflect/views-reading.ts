import type { QueryRunner } from 'typeorm';
import type { ReadObject, ViewReading } from '../../dialect.js';
import { quoteQualified } from '../names.js';
import { omitOwnSchema } from './search-path.js';
import { inScratch } from './scratch.js';

/** The views and materialised views, in any schema of the database, that read one of the tables or columns. */
export async function viewsReading(
  runner: QueryRunner,
  objects: readonly ReadObject[],
): Promise<readonly ViewReading[]> {
  return inScratch(runner, async () => {
    const own = await omitOwnSchema(runner);
    const rows = (await runner.query(READERS, [
      objects.map(({ relation }) => quoteQualified(relation)),
      objects.map(({ column }) => column ?? null),
    ])) as { place: string; schema: string; name: string }[];
    return rows.flatMap(({ place, schema, name }) => {
      const object = objects[Number(place) - 1];
      return object === undefined
        ? []
        : [{ object, view: schema === own ? { name } : { schema, name }, isCertain: true }];
    });
  });
}

/**
 * Selects for each object its position (`place`) and the views that read it. Parameters, as arrays of equal length: $1
 * relations, $2 columns, null for the whole relation.
 */
const READERS = `
  SELECT DISTINCT o.place, n.nspname AS schema, c.relname AS name
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS o (relation, attribute, place)
  JOIN pg_catalog.pg_depend d
    ON d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass(o.relation) AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_class <> d.refobjid
  JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind IN ('v', 'm')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attname = o.attribute
  WHERE o.attribute IS NULL OR a.attnum = d.refobjsubid
  ORDER BY 1, 2, 3`;
