import { type DatabaseObject, RANKS } from '../../inventory.js';
import type { EnumModel } from '../../../schema/schema.model.js';
import { type Catalog, FIRST_OBJECT, idOf, read } from './catalog.js';

interface SurroundingRow {
  readonly class: string;
  readonly oid: number;
  readonly name: string;
  readonly schema: string | null;
  readonly description: string;
}

const SCHEMAS = `
  SELECT 'pg_namespace' AS class, n.oid, n.nspname AS name, NULL AS schema,
         pg_describe_object('pg_namespace'::regclass, n.oid, 0) AS description
  FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::text[]) AND n.oid >= ${FIRST_OBJECT}`;

/** Selects extensions; without the schema when the extension requires or creates that itself. */
const EXTENSIONS = `
  SELECT 'pg_extension' AS class, x.oid, x.extname AS name,
         CASE WHEN x.extrelocatable OR n.oid >= ${FIRST_OBJECT} AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend d
           WHERE d.classid = 'pg_catalog.pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
           THEN n.nspname END AS schema,
         pg_describe_object('pg_extension'::regclass, x.oid, 0) AS description
  FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
  WHERE x.extname <> 'plpgsql' AND $1::text[] IS NOT NULL`;

const ENUMS = `
  SELECT 'pg_type' AS class, t.oid, t.typname AS name, n.nspname AS schema,
         pg_describe_object('pg_type'::regclass, t.oid, 0) AS description
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE n.nspname = ANY ($1::text[]) AND t.typtype = 'e'`;

/** Schemas, extensions and enum types. @param kept schemas that exist before any revision runs */
export async function surroundings(
  catalog: Catalog,
  enums: readonly EnumModel[],
  kept: readonly string[],
): Promise<readonly DatabaseObject[]> {
  const rows = (sql: string): Promise<SurroundingRow[]> => read<SurroundingRow>(catalog, sql);
  const schemas = (await rows(SCHEMAS)).filter(({ name }) => name !== catalog.own);
  const extensions = await rows(EXTENSIONS);
  const types = await rows(ENUMS);
  return [
    ...schemas.map((row): DatabaseObject => ({
      ...placeOf(row, RANKS.schema),
      kind: 'schema',
      name: row.name,
      ...(kept.includes(row.name) && { isKept: true }),
    })),
    ...extensions.map((row): DatabaseObject => ({
      ...placeOf(row, RANKS.extension),
      kind: 'extension',
      name: row.name,
      place: row.schema === null || row.schema === catalog.own ? {} : { schema: row.schema },
    })),
    ...types.flatMap((row): DatabaseObject[] => {
      const found = enums.find(({ name, schema = catalog.own }) => name === row.name && schema === row.schema);
      return found === undefined ? [] : [{ ...placeOf(row, RANKS.type), kind: 'enum', enum: found }];
    }),
  ];
}

function placeOf(row: SurroundingRow, rank: number): Pick<DatabaseObject, 'id' | 'needs' | 'description' | 'rank'> {
  return { id: idOf(row), needs: [], description: row.description, rank };
}
