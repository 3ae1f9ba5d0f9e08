import { type ColumnModel, qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';
import { columnKey } from './column-key.js';

/** The keys of the columns that use each enum type, by the key of the type. */
export function enumUsers({ tables }: Pick<SchemaModel, 'tables'>): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const table of tables) {
    for (const column of table.columns) {
      const key = enumKeyOf(column);
      if (key !== undefined) users.set(key, (users.get(key) ?? new Set()).add(columnKey(table, column.name)));
    }
  }
  return users;
}

/** The key of the enum type that a column is of. */
export function enumKeyOf({ enumName, enumSchema }: Pick<ColumnModel, 'enumName' | 'enumSchema'>): string | undefined {
  if (enumName === undefined) return undefined;
  return qualifiedKey(enumSchema === undefined ? { name: enumName } : { schema: enumSchema, name: enumName });
}
