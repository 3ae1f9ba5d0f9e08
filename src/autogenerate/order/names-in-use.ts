import type { NameRules } from '../../schema/name-rules.js';
import type { SchemaModel } from '../../schema/schema.model.js';

/** All names that tables, views, types, indexes and constraints have, in whatever schema, as the database compares them. */
export function takenNames({ tables, views, enums }: SchemaModel, { fold }: Pick<NameRules, 'fold'>): Set<string> {
  const members = [
    ...tables.flatMap((table) => [
      ...table.indices,
      ...table.uniques,
      ...table.checks,
      ...table.exclusions,
      ...table.foreignKeys,
      ...(table.primaryKey ? [table.primaryKey] : []),
    ]),
    ...views.flatMap((view) => view.indices),
  ];
  const all: readonly { readonly name?: string }[] = [...tables, ...views, ...enums, ...members];
  return new Set(all.flatMap(({ name }) => (name === undefined ? [] : fold(name))));
}
