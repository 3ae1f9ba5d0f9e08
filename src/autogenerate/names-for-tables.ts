import { applyOperation } from '../operations/apply.js';
import type { Operation } from '../operations/operation.js';
import { qualifiedKey, qualifiedNameOf, type SchemaModel, type TableModel } from '../schema/schema.model.js';
import { type Renamed, withRename } from './apply-renames.js';

type Vacating = Extract<Operation, { readonly kind: 'renameIndex' | 'renameConstraint' | 'renameEnum' }>;

/** What has a name that no table of its schema can have at the same time, and how it gives the name up. */
interface Holder {
  readonly key: string;
  readonly vacating: Vacating;
}

/**
 * The renames of a comparison with those ahead that let a table get the name of an index, a constraint or a type: all of
 * them go, or get other names, after the tables are renamed, and so they go to a name in between before. What keeps its
 * name stays in the way.
 *
 * @param start the database before any rename
 * @param compared what else changes
 */
export function withNamesForTables(
  renamed: Renamed,
  start: Pick<Renamed, 'schema' | 'elsewhere'>,
  compared: readonly Operation[],
  rebuildsTables: boolean,
): Renamed {
  const wanted = new Set(
    renamed.operations.flatMap((one) => (one.kind === 'renameTable' ? [qualifiedKey(one.to)] : [])),
  );
  if (wanted.size === 0) return renamed;
  // Values are renamed before all types.
  const early = renamed.operations.filter(({ kind }) => kind === 'renameSchema' || kind === 'renameEnumValue');
  const later = renamed.operations.filter((operation) => !early.includes(operation));
  const place = later.findIndex(({ kind }) => kind === 'renameTable');
  const ahead = [...early, ...later.slice(0, place)].reduce(withRename, {
    ...start,
    operations: [],
    refused: renamed.refused,
  });
  const inTheWay = holders(ahead.schema, rebuildsTables).filter(({ key }) => wanted.has(key));
  if (inTheWay.length === 0) return renamed;
  const end = compared.reduce(applyOperation, renamed.schema);
  const staying = new Set(holders(end, rebuildsTables).map(({ key }) => key));
  const vacating = inTheWay.filter(({ key }) => !staying.has(key)).map((holder) => holder.vacating);
  return vacating.length === 0 ? renamed : [...vacating, ...later.slice(place)].reduce(withRename, ahead);
}

/** Where tables are rebuilt, constraints have names of their own. */
function holders({ tables, views, enums }: SchemaModel, rebuildsTables: boolean): Holder[] {
  return [
    ...tables.flatMap((table) => [...indicesOf(table), ...(rebuildsTables ? [] : constraintsOf(table))]),
    ...views.flatMap(indicesOf),
    ...enums.map((type): Holder => {
      const name = qualifiedNameOf(type);
      return {
        key: qualifiedKey(name),
        vacating: { kind: 'renameEnum', enum: name, to: { ...name, name: between(name.name) } },
      };
    }),
  ];
}

function indicesOf(owner: Pick<TableModel, 'schema' | 'name' | 'indices'>): Holder[] {
  const table = qualifiedNameOf(owner);
  return owner.indices.map(({ name }) => ({
    key: qualifiedKey({ ...table, name }),
    vacating: { kind: 'renameIndex', table, from: name, to: between(name) },
  }));
}

/** Those that stand on an index of their name. */
function constraintsOf(owner: TableModel): Holder[] {
  const table = qualifiedNameOf(owner);
  return [owner.primaryKey, ...owner.uniques, ...owner.exclusions].flatMap((constraint): Holder[] => {
    const name = constraint?.name;
    if (name === undefined) return [];
    return [
      {
        key: qualifiedKey({ ...table, name }),
        vacating: { kind: 'renameConstraint', table, from: name, to: between(name) },
      },
    ];
  });
}

function between(name: string): string {
  return `temporary_${name}`;
}
