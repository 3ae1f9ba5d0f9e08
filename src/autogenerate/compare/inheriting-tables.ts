import {
  displayName,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';

interface InheritingTable {
  readonly table: TableModel;
  /** The tables of entities that it inherits from. */
  readonly from: readonly QualifiedName[];
}

/**
 * The tables without an entity that inherit from a table of one, be it through others: they hold rows of that entity, as
 * partitions do, and no revision could make them again.
 */
export function inheritingTables(actual: SchemaModel, wanted: Pick<SchemaModel, 'tables'>): InheritingTable[] {
  const inheriting = actual.tables.filter(({ postgres }) => postgres?.inherits !== undefined);
  if (inheriting.length === 0) return [];
  const described = new Set(wanted.tables.map(qualifiedKey));
  return inheriting.flatMap((table) => {
    const from = (table.postgres?.inherits ?? []).filter((name) => described.has(qualifiedKey(name)));
    return from.length === 0 || described.has(qualifiedKey(table)) ? [] : [{ table, from }];
  });
}

/** What is said of the tables that are left alone. */
export function inheritingTablesLeftAlone(actual: SchemaModel, wanted: Pick<SchemaModel, 'tables'>): string[] {
  return inheritingTables(actual, wanted).map(({ table, from }) => {
    const parents = from.map((parent) => `"${displayName(parent)}"`).join(', ');
    return `The table "${displayName(table)}" is left alone: it has no entity, and inherits from ${parents}`;
  });
}
