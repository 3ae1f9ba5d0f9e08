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
 * The tables without an entity that inherit from a table with one, directly or through others. They are not dropped: like
 * partitions, they hold rows of that entity, and no revision could create them again.
 */
export function inheritingTables(actual: SchemaModel, wanted: Pick<SchemaModel, 'tables'>): InheritingTable[] {
  const inheriting = actual.tables.filter(({ postgres }) => postgres?.inherits !== undefined);
  if (inheriting.length === 0) return [];
  const wantedKeys = new Set(wanted.tables.map(qualifiedKey));
  return inheriting.flatMap((table) => {
    const from = (table.postgres?.inherits ?? []).filter((name) => wantedKeys.has(qualifiedKey(name)));
    return from.length === 0 || wantedKeys.has(qualifiedKey(table)) ? [] : [{ table, from }];
  });
}

/** Sentences about these tables, for the report of what is left alone. */
export function inheritingTablesLeftAlone(actual: SchemaModel, wanted: Pick<SchemaModel, 'tables'>): string[] {
  return inheritingTables(actual, wanted).map(({ table, from }) => {
    const parents = from.map((parent) => `"${displayName(parent)}"`).join(', ');
    return `The table "${displayName(table)}" is left alone: it has no entity, and inherits from ${parents}`;
  });
}
