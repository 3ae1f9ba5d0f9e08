import { isDeepStrictEqual } from 'node:util';
import type { OperationOf } from '../../operations/operation.js';
import { type NameRules, temporaryName } from '../../schema/name-rules.js';
import {
  type EnumModel,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';
import type { CompareContext } from '../compare/compare-context.js';
import { byName } from '../order/dependency-order.js';
import { enumUsers } from '../compare/enum-users.js';
import { pairByName } from '../compare/matching.js';
import { inSteps, type Move, possibleMoves } from './rename-moves.js';

/** A type, and what it is called afterwards. */
interface EnumMove extends Move {
  readonly type: QualifiedName;
  readonly becomes: QualifiedName;
}

/**
 * The renames of enum types that a comparison can be sure of: the columns that used the one all use the other, and
 * nothing else does. It is what a renamed table or column does to a type that is named after it.
 *
 * Where another type had the name or gets it, as when columns exchange their names, the values must speak for it too: the
 * columns may as well have exchanged their types. Some of the values may come, go or be renamed at the same time.
 * A table or view that goes has a type of its name for longer than that: there is no rename then, but a new type.
 */
export function enumMoves(actual: SchemaModel, wanted: SchemaModel): readonly EnumMove[] {
  if (actual.enums.length === 0) return [];
  const [before, after] = [enumUsers(actual), enumUsers(wanted)];
  const [has, shallHave] = [actual.enums.map(qualifiedKey), wanted.enums.map(qualifiedKey)];
  const standing = new Map(actual.enums.map((type) => [qualifiedKey(type), type]));
  const coming = new Set(shallHave);
  const inTheWay = new Set([...actual.tables, ...actual.views].map(qualifiedKey));
  const byUsers = new Map(wanted.enums.map((type) => [usersText(after, type), type]));
  const moves = [...actual.enums].sort(byName).flatMap((type): EnumMove[] => {
    const from = qualifiedKey(type);
    const to = before.has(from) ? byUsers.get(usersText(before, type)) : undefined;
    if (to === undefined || qualifiedKey(to) === from || inTheWay.has(qualifiedKey(to))) return [];
    const holder = standing.get(qualifiedKey(to));
    const isFree = holder === undefined && !coming.has(from);
    if (!isFree && !isLiker(type, to, holder)) return [];
    return [{ from, to: qualifiedKey(to), type: qualifiedNameOf(type), becomes: qualifiedNameOf(to) }];
  });
  const always = (): boolean => true;
  return possibleMoves(moves, { has, shallHave }, always, always);
}

function usersText(users: ReadonlyMap<string, ReadonlySet<string>>, type: QualifiedName): string {
  return JSON.stringify([...(users.get(qualifiedKey(type)) ?? [])].sort());
}

/** Whether a type has the values of another, or more of them than the one that has its name. */
function isLiker(type: EnumModel, wanted: EnumModel, holder: EnumModel | undefined): boolean {
  const shared = (one: EnumModel | undefined): number =>
    wanted.values.filter((value) => one?.values.includes(value)).length;
  return isDeepStrictEqual(type.values, wanted.values) || shared(type) > shared(holder);
}

/** The same as operations, one by one. */
export function enumRenames(
  actual: SchemaModel,
  wanted: SchemaModel,
  { nameLimit }: NameRules,
): OperationOf<'renameEnum'>[] {
  const moves = enumMoves(actual, wanted);
  const names = new Map(
    moves.flatMap(({ from, to, type, becomes }) => [[from, type] as const, [to, becomes] as const]),
  );
  const between = (key: string, isTaken: (key: string) => boolean): string => {
    const type = names.get(key) ?? { name: key };
    const called = {
      ...type,
      name: temporaryName(type.name, (name) => isTaken(qualifiedKey({ ...type, name })), nameLimit),
    };
    names.set(qualifiedKey(called), called);
    return qualifiedKey(called);
  };
  return inSteps(moves, actual.enums.map(qualifiedKey), between).flatMap(({ from, to }) => {
    const [type, becomes] = [names.get(from), names.get(to)];
    return type && becomes ? [{ kind: 'renameEnum', enum: type, to: becomes }] : [];
  });
}

/**
 * The types that go and stand in the way of a new table or view: each has a type of its own name. They give their names up
 * first, since a type goes only when no column is of it any more.
 */
export function enumNamesFreed(
  actual: SchemaModel,
  wanted: SchemaModel,
  { inclusion, nameLimit }: Pick<CompareContext, 'inclusion' | 'nameLimit'>,
): OperationOf<'renameEnum'>[] {
  if (actual.enums.length === 0) return [];
  const used = enumUsers(actual);
  const [tables, views] = [pairByName(actual.tables, wanted.tables), pairByName(actual.views, wanted.views)];
  const coming = new Set([...tables.wantedOnly, ...views.wantedOnly].map(qualifiedKey));
  const taken = new Set(actual.enums.map(qualifiedKey));
  return pairByName(actual.enums, wanted.enums)
    .actualOnly.filter((type) => coming.has(qualifiedKey(type)) && used.has(qualifiedKey(type)))
    .filter((type) => inclusion.ofActual('enum', type))
    .map((type) => {
      const at = qualifiedNameOf(type);
      const to = { ...at, name: temporaryName(at.name, (name) => taken.has(qualifiedKey({ ...at, name })), nameLimit) };
      taken.add(qualifiedKey(to));
      return { kind: 'renameEnum', enum: at, to };
    });
}
