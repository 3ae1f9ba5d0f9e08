import { postgresDialect } from '../../src/dialects/postgres/index.js';
import { sqliteDialect } from '../../src/dialects/sqlite/index.js';
import { type ColumnModel, emptySchema, type SchemaModel, type TableModel } from '../../src/schema/schema.model.js';
import type { CompareSettings } from '../../src/autogenerate/compare/compare-context.js';
import { type Comparison, compareSchemas } from '../../src/autogenerate/compare/compare.js';

const parts = {
  quote: (name: string): string => `"${name}"`,
  sqlRules: postgresDialect.sqlRules,
  sqlSpelling: postgresDialect.sqlSpelling,
  conversionRisk: postgresDialect.conversionRisk,
};
/** A database that alters tables, and one that makes them anew. */
export const ALTERS: CompareSettings = {
  rules: postgresDialect.rules,
  ...parts,
};
export const REBUILDS: CompareSettings = {
  rules: sqliteDialect.rules,
  ...parts,
};

/** A table with a numeric key, and what is given. */
export function table(name: string, parts: Partial<TableModel> = {}): TableModel {
  return {
    name,
    columns: [{ name: 'id', type: 'integer' }],
    primaryKey: { name: `PK_${name}`, columnNames: ['id'] },
    uniques: [],
    checks: [],
    exclusions: [],
    foreignKeys: [],
    indices: [],
    ...parts,
  };
}

/** Columns behind the key; those that are only named are integers. */
export function columns(...list: (ColumnModel | string)[]): ColumnModel[] {
  return ['id', ...list].map((column) => (typeof column === 'string' ? { name: column, type: 'integer' } : column));
}

export function schema(parts: Partial<SchemaModel>): SchemaModel {
  return { ...emptySchema, ...parts };
}

export function compareTables(
  actual: TableModel[],
  wanted: TableModel[],
  settings: CompareSettings = ALTERS,
): Comparison {
  return compareSchemas(schema({ tables: actual }), schema({ tables: wanted }), settings);
}

/** The kinds of the operations, in order. */
export const kinds = ({ operations }: Comparison): string[] => operations.map(({ kind }) => kind);
/** The column `a`, a text unless something else is said. */
export const columnA = (column: Partial<ColumnModel>): ColumnModel => ({
  name: 'a',
  type: 'character varying',
  ...column,
});
export const references = (target: string, key = `FK_${target}`) => ({
  name: key,
  columnNames: ['a'],
  referencedTableName: target,
  referencedColumnNames: ['id'],
});
