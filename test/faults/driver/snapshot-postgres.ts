import { Client } from 'pg';
import { OWN_TABLES, type Snapshot } from './snapshot.js';

/** All that can differ between two runs of the histories, as lines of text. */
const CATALOG = `
  SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
         CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' = ' || pg_get_expr(d.adbin, d.adrelid), '') AS line
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT starts_with(c.relname, '${OWN_TABLES}')
  UNION ALL
  SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      AND NOT starts_with(conrelid::regclass::text, '${OWN_TABLES}')
  UNION ALL
  SELECT pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT starts_with(c.relname, '${OWN_TABLES}')
  UNION ALL
  SELECT 'enum ' || t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
    FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY t.typname
  ORDER BY line`;

/** Reads a PostgreSQL database. */
export async function snapshotOfPostgres(client: Client): Promise<Snapshot> {
  const lines = async (sql: string): Promise<string[]> =>
    (await client.query<{ line: string }>(sql)).rows.map(({ line }) => line);
  const tables = await lines(`SELECT tablename AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
  const has = (name: string): boolean => tables.includes(name);
  const own = tables.filter((name) => !name.startsWith(OWN_TABLES) && name !== 'ledger');
  const rows: string[] = [];
  for (const table of own) {
    rows.push(...(await lines(`SELECT '${table} ' || to_jsonb(t)::text AS line FROM "${table}" t ORDER BY 1`)));
  }
  return {
    versions: has(OWN_TABLES) ? await lines(`SELECT version_num AS line FROM ${OWN_TABLES} ORDER BY 1`) : [],
    unfinished: has(`${OWN_TABLES}_history`)
      ? await lines(`SELECT direction || ' ' || revision AS line FROM ${OWN_TABLES}_history WHERE finished_at IS NULL`)
      : [],
    journaled: has(`${OWN_TABLES}_journal`)
      ? await lines(`SELECT DISTINCT direction || ' ' || revision AS line FROM ${OWN_TABLES}_journal`)
      : [],
    catalog: await lines(CATALOG),
    rows,
    ledger: await lines('SELECT step AS line FROM ledger ORDER BY 1'),
  };
}
