import { type NameRules, temporaryName } from '../../schema/name-rules.js';
import type { SchemaModel } from '../../schema/schema.model.js';

/**
 * Gives temporary names: each is one that nothing in the database has, in whatever schema, and none is given twice.
 *
 * The names in use are collected when the first one is asked for, since most comparisons need none.
 */
export function temporaryNames(schema: SchemaModel, rules: NameRules): (name: string) => string {
  let used: Set<string> | undefined;
  return (name) => {
    const names = (used ??= namesInUse(schema, rules));
    const temporary = temporaryName(name, (candidate) => names.has(rules.fold(candidate)), rules.nameLimit);
    names.add(rules.fold(temporary));
    return temporary;
  };
}

/** The names of all tables, views, types, indexes and constraints, as the database compares them. */
function namesInUse({ tables, views, enums }: SchemaModel, { fold }: NameRules): Set<string> {
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
