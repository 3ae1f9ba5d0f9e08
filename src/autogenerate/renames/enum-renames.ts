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

/** A rename of an enum type, by keys and by names. */
interface EnumMove extends Move {
  readonly type: QualifiedName;
  readonly becomes: QualifiedName;
}

/**
 * The renames of enum types that are certain: all columns that use the one type in the database, and only they, use the other one in the
 * entities. That happens when a table or a column is renamed, since TypeORM names its type after it.
 *
 * Where another type has the new name, or is to get the old one, as when two columns exchange their names, the types must also have
 * the same values, or more of them in common than the others: the columns could as well have exchanged their types. A type is
 * created instead of renamed if a table or a view of the database has its new name: that is dropped only later.
 */
export function enumMoves(actual: SchemaModel, wanted: SchemaModel): readonly EnumMove[] {
  if (actual.enums.length === 0) return [];
  const [before, after] = [enumUsers(actual), enumUsers(wanted)];
  const [has, wants] = [actual.enums.map(qualifiedKey), wanted.enums.map(qualifiedKey)];
  const actualEnums = new Map(actual.enums.map((type) => [qualifiedKey(type), type]));
  const wantedKeys = new Set(wants);
  const relations = new Set([...actual.tables, ...actual.views].map(qualifiedKey));
  const byUsers = new Map(wanted.enums.map((type) => [usersKey(after, type), type]));
  const moves = [...actual.enums].sort(byName).flatMap((type): EnumMove[] => {
    const from = qualifiedKey(type);
    const to = before.has(from) ? byUsers.get(usersKey(before, type)) : undefined;
    if (to === undefined || qualifiedKey(to) === from || relations.has(qualifiedKey(to))) return [];
    const holder = actualEnums.get(qualifiedKey(to));
    const isFree = holder === undefined && !wantedKeys.has(from);
    if (!isFree && !isMoreAlike(type, to, holder)) return [];
    return [{ from, to: qualifiedKey(to), type: qualifiedNameOf(type), becomes: qualifiedNameOf(to) }];
  });
  const always = (): boolean => true;
  return possibleMoves(moves, { has, wants }, always, always);
}

function usersKey(users: ReadonlyMap<string, ReadonlySet<string>>, type: QualifiedName): string {
  return JSON.stringify([...(users.get(qualifiedKey(type)) ?? [])].sort());
}

/** Whether a type has the values of another, or more of them than the one that has its name. */
function isMoreAlike(type: EnumModel, wanted: EnumModel, holder: EnumModel | undefined): boolean {
  const shared = (one: EnumModel | undefined): number =>
    wanted.values.filter((value) => one?.values.includes(value)).length;
  return isDeepStrictEqual(type.values, wanted.values) || shared(type) > shared(holder);
}

/** The certain renames of enum types as operations, in an order in which they can run. */
export function enumRenames(
  actual: SchemaModel,
  wanted: SchemaModel,
  { nameLimit }: NameRules,
): OperationOf<'renameEnum'>[] {
  const moves = enumMoves(actual, wanted);
  const names = new Map(
    moves.flatMap(({ from, to, type, becomes }) => [[from, type] as const, [to, becomes] as const]),
  );
  const temporary = (key: string, isTaken: (key: string) => boolean): string => {
    const type = names.get(key) ?? { name: key };
    const renamed = {
      ...type,
      name: temporaryName(type.name, (name) => isTaken(qualifiedKey({ ...type, name })), nameLimit),
    };
    names.set(qualifiedKey(renamed), renamed);
    return qualifiedKey(renamed);
  };
  return inSteps(moves, actual.enums.map(qualifiedKey), temporary).flatMap(({ from, to }) => {
    const [type, becomes] = [names.get(from), names.get(to)];
    return type && becomes ? [{ kind: 'renameEnum', enum: type, to: becomes }] : [];
  });
}

/**
 * Temporary renames of dropped enum types that have the name of a new table or view: PostgreSQL gives each table a type of its name, and
 * the enum is dropped only after the last column that uses it.
 */
export function enumNamesFreed(
  actual: SchemaModel,
  wanted: SchemaModel,
  { inclusion, nameLimit }: Pick<CompareContext, 'inclusion' | 'nameLimit'>,
): OperationOf<'renameEnum'>[] {
  if (actual.enums.length === 0) return [];
  const used = enumUsers(actual);
  const [tables, views] = [pairByName(actual.tables, wanted.tables), pairByName(actual.views, wanted.views)];
  const created = new Set([...tables.wantedOnly, ...views.wantedOnly].map(qualifiedKey));
  const taken = new Set(actual.enums.map(qualifiedKey));
  return pairByName(actual.enums, wanted.enums)
    .actualOnly.filter((type) => created.has(qualifiedKey(type)) && used.has(qualifiedKey(type)))
    .filter((type) => inclusion.ofActual('enum', type))
    .map((type) => {
      const at = qualifiedNameOf(type);
      const to = { ...at, name: temporaryName(at.name, (name) => taken.has(qualifiedKey({ ...at, name })), nameLimit) };
      taken.add(qualifiedKey(to));
      return { kind: 'renameEnum', enum: at, to };
    });
}
