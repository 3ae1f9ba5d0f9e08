import { MigrateOptionsError } from '../../errors/service.errors.js';
import { Call } from '../../operations/call/call.js';
import { readIndex } from '../../operations/call/from-options.js';
import type { IndexOptions } from '../../operations/operations.interface.js';
import type { EntityRules } from '../../schema/entity-rules.js';
import {
  displayName,
  type IndexModel,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';

/** Indexes that no entity can say in full, by the table or the materialised view that they are on. */
export type OptionIndexes = Readonly<Record<string, readonly IndexOptions[]>>;

/** The wanted schema with indexes that options say, and which these are. */
export interface SchemaWithOptionIndexes {
  readonly schema: SchemaModel;
  /** Whether options say all that there is to an index, so that what they leave out it must not have. */
  isSaid(owner: QualifiedName, index: string): boolean;
}

/**
 * The schema of the entities with the indexes that options say; one of the same name takes the place of the entity's.
 *
 * @throws MigrateOptionsError for a table that no entity has; InvalidOperationError for what is no index;
 *   UnsupportedOperationError for an index that the database cannot have.
 */
export function withOptionIndexes(
  described: SchemaModel,
  options: OptionIndexes = {},
  rules: Pick<EntityRules, 'wholeIndex' | 'identifier'>,
): SchemaWithOptionIndexes {
  const said = new Map<string, readonly IndexModel[]>();
  const owners = [...described.tables, ...described.views.filter(({ materialized }) => materialized)];
  for (const [name, indices] of Object.entries(options)) {
    const table = Call.of('indexes', 'of', [name]).target(name, 'the table');
    const owner = owners.find((one) => qualifiedKey(one) === qualifiedKey(table));
    if (owner === undefined) throw unknownTable(name, owners);
    const read = indices.map((index) => readIndex({ call: Call.of('indexes', name, [index]), table }, index));
    said.set(
      qualifiedKey(owner),
      read.map((index) => rules.wholeIndex({ ...index, name: rules.identifier(index.name) })),
    );
  }
  const withSaid = <T extends QualifiedName & { readonly indices: readonly IndexModel[] }>(owner: T): T => {
    const own = said.get(qualifiedKey(owner));
    if (own === undefined) return owner;
    const names = own.map(({ name }) => name);
    return { ...owner, indices: [...owner.indices.filter(({ name }) => !names.includes(name)), ...own] };
  };
  return {
    schema: { ...described, tables: described.tables.map(withSaid), views: described.views.map(withSaid) },
    isSaid: (owner, index) => said.get(qualifiedKey(owner))?.some(({ name }) => name === index) ?? false,
  };
}

function unknownTable(name: string, owners: readonly QualifiedName[]): MigrateOptionsError {
  return new MigrateOptionsError(`The migration option "indexes" names the table "${name}", which no entity has.`, {
    hint: `Tables that entities have: ${owners.map(displayName).join(', ')}. Where several data sources have other entities, give each entry of \`dataSources\` its own \`indexes\`.`,
  });
}
