import type { QueryRunner } from 'typeorm';
import { edited } from '../../../sql/edit.js';
import { pathsIn } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import type { ObjectPlace, SqlObject } from '../../inventory.js';

/** Objects with lower oids were created with the database itself. */
export const FIRST_OBJECT = 16384;

/** The context of the queries of an inventory; $1 of each are the schemas. */
export interface Catalog {
  readonly runner: QueryRunner;
  readonly own: string;
  /** The own schema as PostgreSQL prints it. */
  readonly ownWritten: string;
  readonly schemas: readonly string[];
}

/** A row for an object that is written as SQL. */
export interface SqlRow {
  /** Its catalog, such as `pg_proc`, and its oid there. */
  readonly class: string;
  readonly oid: number;
  /** Null for an object without a schema. */
  readonly schema: string | null;
  readonly description: string;
  readonly upgrade: readonly string[];
  readonly downgrade: readonly string[];
  /** The relation that it is a part of. */
  readonly relation?: number | null;
}

export function idOf(row: { readonly class: string; readonly oid: number }): string {
  return `${row.class}:${row.oid}`;
}

export function relationId(oid: number): string {
  return idOf({ class: 'pg_class', oid });
}

/** The rows of a query as objects, without what they need, which is found later. */
export async function sqlObjects(catalog: Catalog, sql: string, rank: number): Promise<(ObjectPlace & SqlObject)[]> {
  return (await read<SqlRow>(catalog, sql)).map((row) => sqlObject(catalog, row, rank));
}

export function sqlObject({ own }: Pick<Catalog, 'own'>, row: SqlRow, rank: number): ObjectPlace & SqlObject {
  const { schema, description, upgrade, downgrade, relation } = row;
  const partOf = relation === undefined || relation === null ? undefined : relationId(relation);
  return {
    kind: 'sql',
    id: idOf(row),
    needs: partOf === undefined ? [] : [partOf],
    ...(partOf !== undefined && { partOf }),
    ...(schema !== null && schema !== own && { schema }),
    description,
    rank,
    upgrade: upgrade.map((sql) => sql.trim()),
    downgrade,
  };
}

export async function read<Row>(
  { runner, schemas }: Catalog,
  sql: string,
  ...more: readonly unknown[]
): Promise<Row[]> {
  return (await runner.query(sql, [schemas, ...more])) as Row[];
}

/** A SQL expression: a qualified name, without the schema when that is the own one. */
export function nameSql(schema: string, name: string): string {
  return `CASE WHEN ${schema} = current_schema() THEN '' ELSE quote_ident(${schema}) || '.' END || quote_ident(${name})`;
}

/** A SQL condition: the object was created by itself, not along with an extension or another object. */
export function createdByUsers(catalog: string, oid: string): string {
  return `${oid} >= ${FIRST_OBJECT} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend made
    WHERE made.classid = 'pg_catalog.${catalog}'::regclass AND made.objid = ${oid} AND made.deptype IN ('e', 'i'))`;
}

/** SQL without the own schema in front of names; strings stay as they are. */
export function withoutOwn(sql: string, quotedOwn: string): string {
  const edits = pathsIn(codeTokens(sql, POSTGRES_SQL)).flatMap(({ names: [schema, name] }) =>
    name && schema?.text === quotedOwn ? [{ start: schema.start, end: name.start, text: '' }] : [],
  );
  return edited(sql, edits);
}
