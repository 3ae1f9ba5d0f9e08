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

/** An index, a constraint or an enum type: no table of its schema can have its name at the same time. */
interface NameHolder {
  /** Its schema, and its name as the database compares names. */
  readonly at: QualifiedName;
  /** The key of the table or view that it belongs to. */
  readonly owner?: string;
  renameTo(name: string): TemporaryRename;
}

/** A holder whose name conflicts with a rename of a table. */
interface NameConflict {
  readonly holder: NameHolder;
  /** The key that exists after all changes if the conflict remains: then the database must refuse the rename. */
  readonly remainsAs: string;
  /** It moves with its table to another schema, in which something else has its name at that time. */
  readonly moves: boolean;
}

/**
 * Adds temporary renames before the renames of tables, for indexes, constraints and enum types whose name conflicts with one.
 *
 * Example: the table `post` is renamed to `article`, and an index is called `article`, which the comparison drops or renames. That
 * happens after the renames of tables, so the index is renamed to `temporary_article` first. Likewise an index or a constraint that
 * moves with its table into a schema in which its name is in use.
 *
 * One that keeps its name in the end is left as it is, since the rename is then impossible; unless it only conflicts while
 * tables move, and an entity wants its name.
 *
 * @param start the database before any rename
 * @param sides the changes that are compared after the renames, and the schema that they lead to
 */
export function withTableNamesFreed(
  renamed: Renamed,
  start: Pick<Renamed, 'actual' | 'elsewhere'>,
  sides: { readonly compared: readonly Operation[]; readonly wanted: SchemaModel },
  rules: NameRules,
): Renamed {
  const moves = renamed.operations.filter((operation) => operation.kind === 'renameTable');
  if (moves.length === 0) return renamed;
  // Values of an enum are renamed while their type still has its old name, and so before any type.
  const early = renamed.operations.filter(({ kind }) => kind === 'renameSchema' || kind === 'renameEnumValue');
  const later = renamed.operations.filter((operation) => !early.includes(operation));
  const firstMove = later.findIndex(({ kind }) => kind === 'renameTable');
  const ahead = [...early, ...later.slice(0, firstMove)].reduce(withRename, {
    ...renamed,
    actual: start.actual,
    elsewhere: start.elsewhere,
    operations: [],
  });
  const conflicts = tableNameConflicts(moves, ahead.actual, rules);
  if (conflicts.length === 0) return renamed;
  const end = keysOf(holders(sides.compared.reduce(applyWith(renamed.sqlRules), renamed.actual), rules));
  const wanted = keysOf(holders(sides.wanted, rules));
  const temporary = temporaryNames(ahead.actual, rules);
  const freeing = conflicts
    .filter(({ remainsAs, moves }) => !end.has(remainsAs) || (moves && wanted.has(remainsAs)))
    .map(({ holder }) => holder.renameTo(temporary(holder.at.name)));
  return freeing.length === 0 ? renamed : [...freeing, ...later.slice(firstMove)].reduce(withRename, ahead);
}

/** The schema, name and owner of a holder while tables move. */
interface Place extends Pick<NameHolder, 'at' | 'owner'> {
  readonly holder: NameHolder;
}

/** The holders that have a table's new name, or whose name is in use in the schema that their table moves to. */
function tableNameConflicts(moves: readonly RenameTable[], schema: SchemaModel, rules: NameRules): NameConflict[] {
  const foldedKey = ({ schema, name }: QualifiedName): string => qualifiedKey({ schema, name: rules.fold(name) });
  const relations = new Set([...schema.tables, ...schema.views].map(foldedKey));
  const found: NameConflict[] = [];
  let places = holders(schema, rules).map((holder): Place => ({ ...holder, holder }));
  for (const { table, to } of moves) {
    const [from, target] = [qualifiedKey(table), qualifiedKey(to)];
    relations.delete(foldedKey(table));
    const others = places.filter(({ owner }) => owner !== from);
    const inUse = new Set([...relations, ...others.map(({ at }) => qualifiedKey(at))]);
    relations.add(foldedKey(to));
    const own = places
      .filter(({ owner }) => owner === from)
      .map((place): Place => ({ ...place, at: { ...to, name: place.at.name }, owner: target }));
    const blocking = [...others, ...own].filter(({ at }) => qualifiedKey(at) === foldedKey(to));
    const carried = table.schema === to.schema ? [] : own.filter(({ at }) => inUse.has(qualifiedKey(at)));
    found.push(...blocking.map(({ holder }) => ({ holder, remainsAs: foldedKey(to), moves: false })));
    found.push(
      ...carried
        .filter((place) => !blocking.includes(place))
        .map(({ holder, at }) => ({ holder, remainsAs: ownedKey(ownerAfter(moves, holder), at.name), moves: true })),
    );
    places = [...others, ...own].filter((place) => !blocking.includes(place) && !carried.includes(place));
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

/** All holders of a schema. Where tables are rebuilt, constraints are none: their names conflict with nothing. */
function holders({ tables, views, enums }: SchemaModel, { rebuildsTables, fold }: NameRules): NameHolder[] {
  const all = [
    ...tables.flatMap((table) => [...indicesOf(table), ...(rebuildsTables ? [] : constraintsOf(table))]),
    ...views.flatMap(indicesOf),
    ...enums.map((type): NameHolder => {
      const at = qualifiedNameOf(type);
      return { at, renameTo: (name) => ({ kind: 'renameEnum', enum: at, to: { ...at, name } }) };
    }),
  ];
  return all.map((holder) => ({ ...holder, at: { ...holder.at, name: fold(holder.at.name) } }));
}

function indicesOf(owner: Pick<TableModel, 'schema' | 'name' | 'indices'>): NameHolder[] {
  const table = qualifiedNameOf(owner);
  return owner.indices.map(({ name }) => ({
    at: { ...table, name },
    owner: qualifiedKey(table),
    renameTo: (to) => ({ kind: 'renameIndex', table, from: name, to }),
  }));
}

/** The constraints that have an index of their name. */
function constraintsOf(owner: TableModel): NameHolder[] {
  const table = qualifiedNameOf(owner);
  return [owner.primaryKey, ...owner.uniques, ...owner.exclusions].flatMap((constraint): NameHolder[] => {
    const name = constraint?.name;
    if (name === undefined) return [];
    const renameTo = (to: string): TemporaryRename => ({ kind: 'renameConstraint', table, from: name, to });
    return [{ at: { ...table, name }, owner: qualifiedKey(table), renameTo }];
  });
}
