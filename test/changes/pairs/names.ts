import type { DialectName } from '../change.js';
import type { DrawnSchema } from './drawn-schema.js';

export const TABLES = ['alpha', 'Beta', 'gamma ray'];
/** The schema that some tables stand in, where there are schemas. */
export const OTHER_SCHEMA = 'Other Schema';
/** A schema that no entity names any more is left alone, unless it is listed. */
export const OPTIONS = { includeSchemas: [OTHER_SCHEMA] };
/** Tables and columns that are called otherwise than they were drawn; all others keep their names. */
export interface Renaming {
  readonly tables: readonly string[];
  readonly columns: readonly string[];
}

/** What the tables and columns of a drawn schema are called in the database. */
export class Names {
  constructor(
    private readonly schema: DrawnSchema,
    private readonly dialect: DialectName,
    private readonly renaming: Renaming = { tables: [], columns: [] },
  ) {}

  table(name: string): string {
    return this.renaming.tables.includes(name) ? `${name} 2` : name;
  }

  column(name: string): string {
    return this.renaming.columns.includes(name) ? `${name} 2` : name;
  }

  /** The schema of a table, unless it is the data source's own. */
  schemaOf(table: string): string | undefined {
    return this.dialect === 'postgres' && this.schema[table]?.standsElsewhere ? OTHER_SCHEMA : undefined;
  }

  /** The table in SQL. */
  path(table: string): string {
    return pathOf(this.schemaOf(table), this.table(table));
  }

  /** The table as a person writes it, and as its rows are found. */
  key(table: string): string {
    return [this.schemaOf(table) ?? [], this.table(table)].flat().join('.');
  }
}

export function pathOf(schema: string | undefined, table: string): string {
  return [schema ?? [], table]
    .flat()
    .map((name) => `"${name}"`)
    .join('.');
}

/** The renames that a person names who wants what both schemas have to be kept. */
export function renamesBetween(before: DrawnSchema, from: Names, after: DrawnSchema, to: Names): string[] {
  return Object.entries(before).flatMap(([name, table]) => {
    const next = after[name];
    if (next === undefined) return [];
    const columns = Object.keys(table.columns).filter((column) => column in next.columns);
    const pairs = [
      [from.key(name), to.key(name)],
      ...columns
        .filter((column) => from.column(column) !== to.column(column))
        .map((column) => [`${from.key(name)}.${from.column(column)}`, `${to.key(name)}.${to.column(column)}`]),
    ];
    return pairs.filter(([old, now]) => old !== now).map((pair) => pair.join(':'));
  });
}
