import { applyOperation } from '../operations/apply.js';
import type { Operation, OperationOf } from '../operations/operation.js';
import {
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../schema/schema.model.js';
import { type Renamed, withRename } from './apply-renames.js';

type Vacating = OperationOf<'renameIndex' | 'renameConstraint' | 'renameEnum'>;
type RenameTable = OperationOf<'renameTable'>;

/** What has a name that no table of its schema can have at the same time, and how it gives the name up. */
interface Holder {
  readonly at: QualifiedName;
  /** The key of the table or view that it belongs to. */
  readonly owner?: string;
  readonly vacating: Vacating;
}

/** One that is in the way, unless something has this key in the end: then it is not for us to move it. */
interface InTheWay extends Pick<Holder, 'vacating'> {
  readonly unless: string;
}

/**
 * The renames of a comparison with those ahead that let tables get their names: an index, a constraint or a type may have
 * the name of a table, and an index or a constraint that moves along to another schema the name of one there. All of them
 * go, or get other names, after the tables are renamed, and so they go to a name in between before. What keeps its name
 * stays in the way.
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
  const moves = renamed.operations.filter((operation) => operation.kind === 'renameTable');
  if (moves.length === 0) return renamed;
  // Values are renamed before all types.
  const early = renamed.operations.filter(({ kind }) => kind === 'renameSchema' || kind === 'renameEnumValue');
  const later = renamed.operations.filter((operation) => !early.includes(operation));
  const place = later.findIndex(({ kind }) => kind === 'renameTable');
  const ahead = [...early, ...later.slice(0, place)].reduce(withRename, {
    ...start,
    operations: [],
    refused: renamed.refused,
  });
  const inTheWay = ofMoves(moves, holders(ahead.schema, rebuildsTables));
  if (inTheWay.length === 0) return renamed;
  const end = holders(compared.reduce(applyOperation, renamed.schema), rebuildsTables);
  const staying = new Set(end.flatMap((holder) => [qualifiedKey(holder.at), ownedKey(holder.owner, holder.at.name)]));
  const vacating = inTheWay.filter(({ unless }) => !staying.has(unless)).map((holder) => holder.vacating);
  return vacating.length === 0 ? renamed : [...vacating, ...later.slice(place)].reduce(withRename, ahead);
}

function ofMoves(moves: readonly RenameTable[], all: readonly Holder[]): InTheWay[] {
  const held = new Set(all.map(({ at }) => qualifiedKey(at)));
  const wanted = new Set(moves.map(({ to }) => qualifiedKey(to)));
  const changesSchema = new Map(
    moves.flatMap(({ table, to }) => (table.schema === to.schema ? [] : [[qualifiedKey(table), to] as const])),
  );
  return all.flatMap(({ at, owner, vacating }): InTheWay[] => {
    if (wanted.has(qualifiedKey(at))) return [{ vacating, unless: qualifiedKey(at) }];
    const to = owner === undefined ? undefined : changesSchema.get(owner);
    const collides = to !== undefined && held.has(qualifiedKey({ ...at, schema: to.schema }));
    return collides ? [{ vacating, unless: ownedKey(qualifiedKey(to), at.name) }] : [];
  });
}

function ownedKey(owner: string | undefined, name: string): string {
  return JSON.stringify([owner, name]);
}

/** Where tables are rebuilt, constraints have names of their own. */
function holders({ tables, views, enums }: SchemaModel, rebuildsTables: boolean): Holder[] {
  return [
    ...tables.flatMap((table) => [...indicesOf(table), ...(rebuildsTables ? [] : constraintsOf(table))]),
    ...views.flatMap(indicesOf),
    ...enums.map((type): Holder => {
      const at = qualifiedNameOf(type);
      return { at, vacating: { kind: 'renameEnum', enum: at, to: { ...at, name: between(at.name) } } };
    }),
  ];
}

function indicesOf(owner: Pick<TableModel, 'schema' | 'name' | 'indices'>): Holder[] {
  const table = qualifiedNameOf(owner);
  return owner.indices.map(({ name }) => ({
    at: { ...table, name },
    owner: qualifiedKey(table),
    vacating: { kind: 'renameIndex', table, from: name, to: between(name) },
  }));
}

/** Those that stand on an index of their name. */
function constraintsOf(owner: TableModel): Holder[] {
  const table = qualifiedNameOf(owner);
  return [owner.primaryKey, ...owner.uniques, ...owner.exclusions].flatMap((constraint): Holder[] => {
    const name = constraint?.name;
    if (name === undefined) return [];
    const vacating: Vacating = { kind: 'renameConstraint', table, from: name, to: between(name) };
    return [{ at: { ...table, name }, owner: qualifiedKey(table), vacating }];
  });
}

function between(name: string): string {
  return `temporary_${name}`;
}
