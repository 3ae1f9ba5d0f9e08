import type { DataSource } from 'typeorm';

/** What a database says about itself: one sorted line for each thing, so that a difference is easy to read. */
export type Dump = readonly string[];

type Row = Readonly<Record<string, string | null>>;

/** The tables that the runner keeps. */
const OURS = 'migrate_version';

/**
 * The whole catalog as text, read by other means than the package reads it.
 *
 * The order of columns is left out: a column that was dropped and comes back stands at the end.
 */
export function dump(dataSource: DataSource): Promise<Dump> {
  const { type } = dataSource.options;
  if (type === 'mysql' || type === 'mariadb') return dumpMysql(dataSource);
  return type === 'postgres' ? dumpPostgres(dataSource) : dumpSqlite(dataSource);
}

const SCHEMAS = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname !~ '^pg_'`;
const NOT_OF_EXTENSION = (oid: string, catalog: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.deptype = 'e' AND x.objid = ${oid} AND x.classid = '${catalog}'::regclass)`;

const POSTGRES_QUERIES: readonly string[] = [
  `SELECT 'schema ' || n.nspname AS line FROM pg_namespace n WHERE ${SCHEMAS}`,
  `SELECT 'extension ' || extname AS line FROM pg_extension`,
  `SELECT concat_ws(' ', 'relation', n.nspname, c.relname, c.relkind, quote_nullable(obj_description(c.oid, 'pg_class'))) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relname NOT LIKE '${OURS}%'
     AND ${NOT_OF_EXTENSION('c.oid', 'pg_class')}`,
  `SELECT concat_ws(' ', 'column', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
          CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'identity', quote_literal(a.attidentity::text),
          'generated', quote_literal(a.attgenerated::text), pg_get_expr(d.adbin, d.adrelid),
          CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
          quote_nullable(col_description(c.oid, a.attnum))) AS line
   FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE ${SCHEMAS} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
     AND c.relname NOT LIKE '${OURS}%' AND ${NOT_OF_EXTENSION('c.oid', 'pg_class')}`,
  // PostgreSQL 18 lists NOT NULL as constraints with names of their own; the columns say it already.
  `SELECT concat_ws(' ', 'constraint', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) AS line
   FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace JOIN pg_class t ON t.oid = k.conrelid
   WHERE ${SCHEMAS} AND k.contype <> 'n' AND t.relname NOT LIKE '${OURS}%'`,
  `SELECT 'index ' || pg_get_indexdef(i.indexrelid) AS line
   FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
   WHERE ${SCHEMAS} AND t.relname NOT LIKE '${OURS}%'`,
  `SELECT concat_ws(' ', 'enum', n.nspname, t.typname,
          (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)) AS line
   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${SCHEMAS} AND t.typtype = 'e'`,
  `SELECT concat_ws(' ', 'view', c.oid::regclass, pg_get_viewdef(c.oid)) AS line
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${SCHEMAS} AND c.relkind IN ('v', 'm')`,
  `SELECT concat_ws(' ', 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmax,
          (SELECT d.refobjid::regclass || '.' || a.attname FROM pg_depend d
           JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
           WHERE d.objid = s.seqrelid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))) AS line
   FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${SCHEMAS} AND c.relname NOT LIKE '${OURS}%'`,
  `SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) AS line FROM pg_trigger WHERE NOT tgisinternal`,
];

async function dumpPostgres(dataSource: DataSource): Promise<Dump> {
  const lines: string[] = [];
  for (const query of POSTGRES_QUERIES) {
    const rows = (await dataSource.query(query)) as Row[];
    lines.push(...rows.map(({ line }) => line ?? ''));
  }
  return lines.sort();
}

async function dumpSqlite(dataSource: DataSource): Promise<Dump> {
  const rows = (await dataSource.query(
    `SELECT type, name, tbl_name, sql FROM sqlite_master
     WHERE sql IS NOT NULL AND tbl_name NOT LIKE '${OURS}%' AND name NOT LIKE 'sqlite_%'`,
  )) as Row[];
  return rows
    .flatMap(({ type, name, sql }) =>
      type === 'table'
        ? membersOf(sql ?? '').map((member) => `table ${name}: ${withNotNullLast(member)}`)
        : [`${type} ${name}: ${normalised(sql ?? '')}`],
    )
    .sort();
}

/** The lines of what the server prints: a column, an index or a constraint is one. */
async function dumpMysql(dataSource: DataSource): Promise<Dump> {
  const tables = Object.entries(await printedTables(dataSource)).flatMap(([name, sql]) =>
    sql.split('\n').map((line) => `table ${name}: ${line.trim().replace(/^CREATE .* VIEW /, 'view ')}`),
  );
  const triggers = (await dataSource.query(
    `SELECT CONCAT_WS(' ', 'trigger', trigger_name, event_object_table, action_statement) AS line
     FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  )) as Row[];
  return [...tables, ...triggers.map(({ line }) => line ?? '')].sort();
}

/** What stands between the commas of CREATE TABLE, and what stands after it. */
function membersOf(sql: string): string[] {
  const members = [''];
  let depth = 0;
  for (const [token] of sql.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s+|./gs)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    const isBoundary =
      (token === '(' && depth === 1) || (token === ')' && depth === 0) || (token === ',' && depth === 1);
    if (isBoundary) members.push('');
    else members[members.length - 1] += token;
  }
  return members.slice(1).map(normalised);
}

/** A member of a table with its NOT NULL at the end, where SQLite puts it when it changes a column in place. */
function withNotNullLast(member: string): string {
  const without = member.replace(/(?<!\bIS ?) ?\bNOT NULL ?/, ' ');
  return without === member ? member : `${without.trim()} NOT NULL`;
}

/** Without what has no meaning: white space, and quotes around a name that needs none. */
function normalised(sql: string): string {
  return sql
    .replaceAll(/"([a-z_][a-z0-9_]*)"/gi, ' $1 ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([(),]) ?/g, '$1')
    .trim();
}

/** The tables and views as the server prints them, without counters. */
export async function printedTables(dataSource: DataSource): Promise<Record<string, string>> {
  const tables = (await dataSource.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_name NOT LIKE 'migrate_version%' ORDER BY 1`,
  )) as { name: string }[];
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await dataSource.query(`SHOW CREATE TABLE \`${name}\``);
    found[name] = withSortedIndexes(
      String(row['Create Table'] ?? row['Create View']).replace(/ AUTO_INCREMENT=\d+/, ''),
    );
  }
  return found;
}

/** A statement with its indexes by name: their order is that of their creation, and means nothing. */
function withSortedIndexes(sql: string): string {
  const lines = sql.split('\n').map((line) => line.replace(/,$/, ''));
  const isIndex = (line: string): boolean => /^ {2}(?:UNIQUE |FULLTEXT |SPATIAL )?KEY /.test(line);
  const indexes = lines.filter(isIndex).sort();
  return lines.map((line) => (isIndex(line) ? (indexes.shift() ?? line) : line)).join('\n');
}
