import { qualifiedKey, type ColumnModel, type QualifiedName, type TableModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { identifier, quoteQualified } from '../names.js';
import type { ColumnReference } from './dependents/dependents.js';

/** A column whose type is an enum, or an array of it. */
export interface EnumColumn extends ColumnReference {
  readonly isArray: boolean;
  readonly default?: string;
}

/**
 * The table columns of the enum type or an array of it: from the catalog, or offline from the script so far.
 *
 * A table in the current schema is named without it, so that the SQL of a revision also runs in the schemas of other
 * tenants; with `ownSchema` in the context every name has its schema.
 */
export async function enumColumns(type: QualifiedName, context: CompileContext): Promise<readonly EnumColumn[]> {
  if (context.offline) return columnsInModel(type, (await context.schema()).tables);
  const rows = (await context.query(
    `SELECT CASE WHEN $2::boolean OR n.nspname IS DISTINCT FROM current_schema() THEN n.nspname END AS schema, c.relname AS name, a.attname AS column, a.atttypid <> t.oid AS "isArray",
            pg_get_expr(d.adbin, d.adrelid) AS "default"
     FROM pg_catalog.pg_type t
     JOIN pg_catalog.pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped AND a.attinhcount = 0
     JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
     WHERE t.oid = to_regtype($1) AND a.attgenerated = ''
     ORDER BY n.nspname, c.relname, a.attnum`,
    [quoteQualified(type), context.ownSchema !== undefined],
  )) as unknown as CatalogRow[];
  return rows.map(({ schema, name, column, isArray, default: expression }) => ({
    table: schema === null ? { name } : { schema, name },
    column,
    isArray,
    ...(expression === null ? {} : { default: expression }),
  }));
}

/** The labels of an enum in their order; empty when there is no such enum. */
export async function enumLabels(type: QualifiedName, context: CompileContext): Promise<readonly string[]> {
  if (context.offline) {
    const { enums } = await context.schema();
    return enums.find((candidate) => qualifiedKey(candidate) === qualifiedKey(type))?.values ?? [];
  }
  const rows = await context.query(
    'SELECT enumlabel AS label FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype($1) ORDER BY enumsortorder',
    [quoteQualified(type)],
  );
  return rows.map((row) => String(row['label']));
}

interface CatalogRow {
  readonly schema: string | null;
  readonly name: string;
  readonly column: string;
  readonly isArray: boolean;
  readonly default: string | null;
}

function columnsInModel(type: QualifiedName, tables: readonly TableModel[]): readonly EnumColumn[] {
  return tables.flatMap(({ schema, name, columns }) =>
    columns
      .filter((column) => usesEnum(column, type))
      .map((column) => ({
        table: schema === undefined ? { name } : { schema, name },
        column: column.name,
        isArray: column.isArray ?? false,
        ...(column.default === undefined ? {} : { default: column.default }),
      })),
  );
}

function usesEnum({ enumName, enumSchema }: ColumnModel, type: QualifiedName): boolean {
  return enumName !== undefined && identifier(enumName) === identifier(type.name) && enumSchema === type.schema;
}
