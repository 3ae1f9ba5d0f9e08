import type { DialectRules } from '../../dialects/dialect.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import {
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { type Renamed, withRename } from '../renames/apply-renames.js';
import { temporaryNames } from './names-in-use.js';

type TemporaryRename = OperationOf<'renameIndex' | 'renameConstraint' | 'renameEnum'>;
type NameRules = Pick<DialectRules, 'rebuildsTables' | 'fold' | 'nameLimit'>;
type RenameTable = OperationOf<'renameTable'>;

/** What has a name that no table of its schema can have at the same time, and how it gives the name up. */
interface NameHolder {
  /** As the database compares names. */
  readonly at: QualifiedName;
  /** The key of the table or view that it belongs to. */
  readonly owner?: string;
  vacating(between: string): TemporaryRename;
}

/** One that is in the way, and the key that says whether it would be, in the end, where it was. */
interface NameConflict {
  readonly holder: NameHolder;
  readonly unless: string;
  /** It moves along with its table, to where something has its name for a while. */
  readonly moves: boolean;
}

/**
 * The renames of a comparison with those ahead that let tables get their names: an index, a constraint or a type may have
 * the name of a table, and an index or a constraint that moves along to another schema the name of one there, or of one that
 * comes. All of them go, or get other names, after the tables are renamed, and so they go to a name in between before. What
 * keeps its name stays in the way, unless it was only for a while and an entity says its name.
 *
 * @param start the database before any rename
 * @param sides what else changes, and what it leads to
 */
export function withTableNamesFreed(
  renamed: Renamed,
  start: Pick<Renamed, 'schema' | 'elsewhere'>,
  sides: { readonly compared: readonly Operation[]; readonly wanted: SchemaModel },
  rules: NameRules,
): Renamed {
  const moves = renamed.operations.filter((operation) => operation.kind === 'renameTable');
  if (moves.length === 0) return renamed;
  // Values are renamed before all types.
  const early = renamed.operations.filter(({ kind }) => kind === 'renameSchema' || kind === 'renameEnumValue');
  const later = renamed.operations.filter((operation) => !early.includes(operation));
  const place = later.findIndex(({ kind }) => kind === 'renameTable');
  const ahead = [...early, ...later.slice(0, place)].reduce(withRename, {
    ...renamed,
    ...start,
    operations: [],
  });
  const inTheWay = tableNameConflicts(moves, ahead.schema, rules);
  if (inTheWay.length === 0) return renamed;
  const end = keysOf(holders(sides.compared.reduce(applyWith(renamed.sqlRules), renamed.schema), rules));
  const wanted = keysOf(holders(sides.wanted, rules));
  const temporary = temporaryNames(ahead.schema, rules);
  const vacating = inTheWay
    .filter(({ unless, moves }) => !end.has(unless) || (moves && wanted.has(unless)))
    .map(({ holder }) => holder.vacating(temporary(holder.at.name)));
  return vacating.length === 0 ? renamed : [...vacating, ...later.slice(place)].reduce(withRename, ahead);
}

/** Where a holder is while tables move. */
interface Place extends Pick<NameHolder, 'at' | 'owner'> {
  readonly holder: NameHolder;
}

/** Those that have a table's new name, or find their own taken in the schema that their table moves to. */
function tableNameConflicts(moves: readonly RenameTable[], schema: SchemaModel, rules: NameRules): NameConflict[] {
  const placeOf = ({ schema, name }: QualifiedName): string => qualifiedKey({ schema, name: rules.fold(name) });
  const relations = new Set([...schema.tables, ...schema.views].map(placeOf));
  const found: NameConflict[] = [];
  let places = holders(schema, rules).map((holder): Place => ({ ...holder, holder }));
  for (const { table, to } of moves) {
    const [from, target] = [qualifiedKey(table), qualifiedKey(to)];
    relations.delete(placeOf(table));
    const others = places.filter(({ owner }) => owner !== from);
    const held = new Set([...relations, ...others.map(({ at }) => qualifiedKey(at))]);
    relations.add(placeOf(to));
    const own = places
      .filter(({ owner }) => owner === from)
      .map((place): Place => ({ ...place, at: { ...to, name: place.at.name }, owner: target }));
    const named = [...others, ...own].filter(({ at }) => qualifiedKey(at) === placeOf(to));
    const carried = table.schema === to.schema ? [] : own.filter(({ at }) => held.has(qualifiedKey(at)));
    found.push(...named.map(({ holder }) => ({ holder, unless: placeOf(to), moves: false })));
    found.push(
      ...carried
        .filter((place) => !named.includes(place))
        .map(({ holder, at }) => ({ holder, unless: ownedKey(ownerAfter(moves, holder), at.name), moves: true })),
    );
    places = [...others, ...own].filter((place) => !named.includes(place) && !carried.includes(place));
  }
  return found;
}

function ownerAfter(moves: readonly RenameTable[], { owner }: NameHolder): string | undefined {
  return moves.reduce((key, { table, to }) => (key === qualifiedKey(table) ? qualifiedKey(to) : key), owner);
}

function keysOf(list: readonly NameHolder[]): ReadonlySet<string> {
  return new Set(list.flatMap(({ at, owner }) => [qualifiedKey(at), ownedKey(owner, at.name)]));
}

function ownedKey(owner: string | undefined, name: string): string {
  return JSON.stringify([owner, name]);
}

/** Where tables are rebuilt, constraints have names of their own. */
function holders({ tables, views, enums }: SchemaModel, { rebuildsTables, fold }: NameRules): NameHolder[] {
  const all = [
    ...tables.flatMap((table) => [...indicesOf(table), ...(rebuildsTables ? [] : constraintsOf(table))]),
    ...views.flatMap(indicesOf),
    ...enums.map((type): NameHolder => {
      const at = qualifiedNameOf(type);
      return { at, vacating: (name) => ({ kind: 'renameEnum', enum: at, to: { ...at, name } }) };
    }),
  ];
  return all.map((holder) => ({ ...holder, at: { ...holder.at, name: fold(holder.at.name) } }));
}

function indicesOf(owner: Pick<TableModel, 'schema' | 'name' | 'indices'>): NameHolder[] {
  const table = qualifiedNameOf(owner);
  return owner.indices.map(({ name }) => ({
    at: { ...table, name },
    owner: qualifiedKey(table),
    vacating: (to) => ({ kind: 'renameIndex', table, from: name, to }),
  }));
}

/** Those that stand on an index of their name. */
function constraintsOf(owner: TableModel): NameHolder[] {
  const table = qualifiedNameOf(owner);
  return [owner.primaryKey, ...owner.uniques, ...owner.exclusions].flatMap((constraint): NameHolder[] => {
    const name = constraint?.name;
    if (name === undefined) return [];
    const vacating = (to: string): TemporaryRename => ({ kind: 'renameConstraint', table, from: name, to });
    return [{ at: { ...table, name }, owner: qualifiedKey(table), vacating }];
  });
}
