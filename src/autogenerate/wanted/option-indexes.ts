import { MigrateOptionsError } from '../../errors/service.errors.js';
import { Call } from '../../operations/call/call.js';
import { readIndex } from '../../operations/call/from-options.js';
import type { IndexOptions } from '../../operations/operations.interface.js';
import type { EntityRules } from '../../schema/entity-rules.js';
import {
  type ColumnModel,
  displayName,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';

/** The option `indexes`: indexes that no entity can specify in full, by their table or materialised view. */
export type OptionIndexes = Readonly<Record<string, readonly IndexOptions[]>>;

/** The wanted schema with the indexes of the option `indexes`, and which these are. */
export interface SchemaWithOptionIndexes {
  readonly schema: SchemaModel;
  /** Whether an option specifies an index. It does so in full: an index in the database must not have what the option leaves out. */
  isOptionIndex(owner: QualifiedName, index: string): boolean;
}

/**
 * Adds the indexes of the option `indexes` to the schema of the entities; one of the same name replaces the entity's.
 *
 * @throws MigrateOptionsError for a table or a column that no entity has; InvalidOperationError for options that are no index;
 *   UnsupportedOperationError for an index that the database cannot have.
 */
export function withOptionIndexes(
  schema: SchemaModel,
  options: OptionIndexes = {},
  rules: Pick<EntityRules, 'wholeIndex' | 'identifier'>,
): SchemaWithOptionIndexes {
  const indexesByTable = new Map<string, readonly IndexModel[]>();
  const owners = [...schema.tables, ...schema.views.filter(({ materialized }) => materialized)];
  for (const [name, indices] of Object.entries(options)) {
    const table = Call.of('indexes', 'of', [name]).target(name, 'the table');
    const owner = owners.find((one) => qualifiedKey(one) === qualifiedKey(table));
    if (owner === undefined) throw unknownTable(name, owners);
    const read = indices.map((index) => readIndex({ call: Call.of('indexes', name, [index]), table }, index));
    if ('columns' in owner) for (const index of read) refuseUnknownColumns(name, owner.columns, index);
    indexesByTable.set(
      qualifiedKey(owner),
      read.map((index) => rules.wholeIndex({ ...index, name: rules.identifier(index.name) })),
    );
  }
  const withOwnIndexes = <T extends QualifiedName & { readonly indices: readonly IndexModel[] }>(owner: T): T => {
    const own = indexesByTable.get(qualifiedKey(owner));
    if (own === undefined) return owner;
    const names = own.map(({ name }) => name);
    return { ...owner, indices: [...owner.indices.filter(({ name }) => !names.includes(name)), ...own] };
  };
  return {
    schema: { ...schema, tables: schema.tables.map(withOwnIndexes), views: schema.views.map(withOwnIndexes) },
    isOptionIndex: (owner, index) =>
      indexesByTable.get(qualifiedKey(owner))?.some(({ name }) => name === index) ?? false,
  };
}

/** Databases differ in which capitals they tell apart, so those are left to them. */
function refuseUnknownColumns(table: string, columns: readonly ColumnModel[], index: IndexModel): void {
  const names = new Set(columns.map(({ name }) => name.toLowerCase()));
  const unknown = [...index.columnNames, ...(index.include ?? [])].find((name) => !names.has(name.toLowerCase()));
  if (unknown === undefined) return;
  throw new MigrateOptionsError(
    `The migration option "indexes" names the column "${unknown}" of "${table}" in the index "${index.name}", which the entity does not have.`,
    { hint: `Columns of "${table}": ${columns.map(({ name }) => name).join(', ')}.` },
  );
}

function unknownTable(name: string, owners: readonly QualifiedName[]): MigrateOptionsError {
  return new MigrateOptionsError(`The migration option "indexes" names the table "${name}", which no entity has.`, {
    hint: `Tables that entities have: ${owners.map(displayName).join(', ')}. Where several data sources have other entities, give each entry of \`dataSources\` its own \`indexes\`.`,
  });
}
