import { InvalidRenameError } from '../../errors/autogenerate.errors.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { type NameRules, temporaryName } from '../../schema/name-rules.js';
import { displayName, type QualifiedName, type SchemaModel } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { inSteps, type Move, possibleMoves } from './rename-moves.js';
import {
  columnOwners,
  enumOwners,
  type KnownMove,
  labelOwners,
  type Owner,
  pathOf,
  schemaOwner,
  tableOwner,
} from './rename-owners.js';
import { afterSchemaRename, type SchemaSides } from './schema-renames.js';

/** Renames, and the model of the database after them. */
export interface Renamed {
  /** In the order in which they run. */
  readonly operations: readonly Operation[];
  readonly actual: SchemaModel;
  readonly sqlRules: SqlRules;
  /** What remains in schemas that are not compared. */
  readonly elsewhere: SchemaModel;
  /** The requested renames that fit nothing. */
  readonly refused: readonly RefusedRename[];
}

/** A rename that does not fit the database and the entities. */
export interface RefusedRename {
  readonly rename: string;
  readonly error: InvalidRenameError;
  /** There is nothing left to rename here: it is done already, or both names are gone, or the database is empty. */
  readonly isMoot: boolean;
}

/**
 * Makes requested renames on the model of the database, in this order, since each may use the new names of those before it:
 *
 * 1. schemas: `'sales:trade'`
 * 2. tables: `'post:article'`; with another schema, `'post:blog.post'`, the table moves
 * 3. columns: `'user.name:user.fullName'`, with the old name of the table or its new one
 * 4. values of enums: `'user_role_enum.admin:user_role_enum.owner'`; of a column that has its labels itself, `'user.role.admin:user.role.owner'`
 *
 * The left side names an object of the database, the right side one of the entities. Constraints, indexes and enum types need no
 * request: the comparison renames them. A rename is refused, and changes nothing, when one side names nothing or the two sides are of
 * different kinds.
 *
 * A new name may be one that another rename gives up (`a:b` and `b:c`). Two names may be exchanged (`a:b` and `b:a`), and the old name
 * may be wanted too, for a new object (`a:b` where the entities have `a`). Hints may do neither: they are kept for every comparison,
 * and nothing shows that they were done before.
 */
export function applyRenames(
  sides: SchemaSides,
  { named: given, hints }: { readonly named: readonly string[]; readonly hints: readonly string[] },
  rules: NameRules,
): Renamed {
  const { actual, elsewhere, wanted, sqlRules } = sides;
  const all = [...given, ...hints];
  const start: Renamed = { operations: [], actual, sqlRules, elsewhere, refused: [] };
  if (all.length === 0) return start;
  const isNamed = ({ rename }: KnownMove): boolean => given.includes(rename);
  const schemas = schemaOwner(sides);
  const movesOf = (owners: readonly Owner[], renames: readonly string[], done: readonly Move[] = []) => {
    const moves = renames.flatMap((rename) => moveOf(rename, owners, done) ?? []);
    return owners.flatMap((owner) =>
      possibleMoves(
        moves.filter((move) => move.owner === owner),
        owner,
        isNamed,
        // All objects of a schema move with it, so that no new schema gets its old name.
        (move) => isNamed(move) && owner !== schemas,
      ),
    );
  };
  const ofTables = (rename: string): boolean => moveOf(rename, [tableOwner(actual, wanted)]) !== undefined;
  const schemaMoves = movesOf([schemas], without(all, ofTables));
  const moved = operationsOf(schemas, schemaMoves, rules).reduce(withRename, start);
  const tables = tableOwner(moved.actual, wanted);
  const tableMoves = movesOf([tables], without(all, isDoneBy(schemaMoves)), schemaMoves);
  const named = operationsOf(tables, tableMoves, rules).reduce(withRename, moved);
  const columns = columnOwners(named.actual, wanted, tableMoves);
  const columnMoves = movesOf(columns, without(all, isDoneBy([...schemaMoves, ...tableMoves])), schemaMoves);
  const carried = operationsOfAll(columns, columnMoves, rules).reduce(withRename, named);
  // After the columns: an enum type is also found by the name that it gets from its renamed column.
  const enums = enumOwners(carried.actual, wanted);
  const rest = without(all, isDoneBy([...schemaMoves, ...tableMoves, ...columnMoves]));
  const enumMoves = movesOf(enums, rest, schemaMoves);
  const labels = rules.hasColumnLabels === true ? labelOwners(carried.actual, wanted, tableMoves, columnMoves) : [];
  const labelMoves = movesOf(labels, without(rest, isDoneBy(enumMoves)), schemaMoves);
  const refused = without(rest, isDoneBy([...enumMoves, ...labelMoves])).map((rename) => ({
    rename,
    error: renameError(rename, sides, [schemas, tables, ...columns, ...enums, ...labels]),
    isMoot: isMoot(rename, sides),
  }));
  const valued = operationsOfAll(enums, enumMoves, rules).reduce(withRename, { ...carried, refused });
  return operationsOfAll(labels, labelMoves, rules).reduce(withRename, valued);
}

function operationsOfAll(
  owners: readonly Owner[],
  moves: readonly KnownMove[],
  rules: NameRules,
): readonly Operation[] {
  return owners.flatMap((owner) =>
    operationsOf(
      owner,
      moves.filter((move) => move.owner === owner),
      rules,
    ),
  );
}

function without(renames: readonly string[], isDone: (rename: string) => boolean): readonly string[] {
  return renames.filter((rename) => !isDone(rename));
}

function isDoneBy(moves: readonly KnownMove[]): (rename: string) => boolean {
  return (rename) => moves.some((move) => move.rename === rename);
}

function operationsOf(owner: Owner, moves: readonly KnownMove[], { nameLimit }: NameRules): readonly Operation[] {
  const temporary = (name: string, isTaken: (name: string) => boolean): string =>
    temporaryName(name, isTaken, nameLimit);
  return inSteps(moves, owner.has, temporary).map(({ from, to }) => owner.rename(from, to));
}

/** Adds a rename after the others. */
export function withRename(renamed: Renamed, operation: Operation): Renamed {
  const next = { ...renamed, operations: [...renamed.operations, operation] };
  if (operation.kind === 'renameSchema') return afterSchemaRename(next, operation);
  return { ...next, actual: applyWith(renamed.sqlRules)(renamed.actual, operation) };
}

/**
 * The possible sides of a rename, one pair for each of its colons, since names may have colons. An object in a renamed schema may be
 * named with the old name of the schema.
 *
 * @param schemas the renames of schemas
 */
function sidesOf(rename: string, schemas: readonly Move[] = []): Move[] {
  const parent = schemas.find(({ from }) => rename.startsWith(`${from}.`));
  const text = parent === undefined ? rename : parent.to + rename.slice(parent.from.length);
  return [...text.matchAll(/:/g)].map(({ index }) => ({ from: text.slice(0, index), to: text.slice(index + 1) }));
}

function findByName<T extends QualifiedName>(list: readonly T[], name: string): T | undefined {
  return list.find((member) => displayName(member) === name);
}

/**
 * The move that a rename means: of the owners that have the old name and are to have the new one, the best.
 *
 * Preferred is an owner that the left side names by its old name and the right side by its new name, then one in which the old name is
 * no longer wanted and the new name not in use.
 */
function moveOf(rename: string, owners: readonly Owner[], schemas: readonly Move[] = []): KnownMove | undefined {
  const moves = sidesOf(rename, schemas).flatMap((sides) =>
    owners.flatMap((owner): (KnownMove & { readonly rank: number })[] => {
      const from = memberOf(owner, owner.has, sides.from);
      const to = memberOf(owner, owner.wants, sides.to);
      if (from === undefined || to === undefined) return [];
      const isExact = isCalled(owner.names.at(-1), from, sides.from) && isCalled(owner.names[0], to, sides.to);
      const isFree = !owner.wants.includes(from) && !owner.has.includes(to);
      return [{ rename, owner, from, to, rank: (isExact ? 0 : 2) + (isFree ? 0 : 1) }];
    }),
  );
  return moves.sort((one, other) => one.rank - other.rank)[0];
}

function memberOf({ names }: Owner, members: readonly string[], path: string): string | undefined {
  if (names.length === 0) return members.find((member) => member === path);
  return members.find((member) => names.some((name) => isCalled(name, member, path)));
}

function isCalled(owner: string | undefined, member: string, path: string): boolean {
  return path === pathOf(owner, member);
}

/** Whether there is nothing left to rename, as after a hint was done; a rename that still has something to rename is a mistake. */
function isMoot(rename: string, { actual, elsewhere, wanted }: SchemaSides): boolean {
  if (actual.tables.length === 0 && elsewhere.tables.length === 0) return true;
  const actualPaths = new Set([...pathsOf(actual), ...elsewhere.schemas]);
  const wantedPaths = new Set(pathsOf(wanted));
  return sidesOf(rename).some(
    ({ from, to }) => !actualPaths.has(from) && (actualPaths.has(to) || !wantedPaths.has(to)),
  );
}

/** The names of all objects that a rename may name. */
function pathsOf({ schemas, tables, enums }: SchemaModel): readonly string[] {
  const members = [
    ...tables.map((table) => [displayName(table), table.columns.map(({ name }) => name)] as const),
    ...enums.map((type) => [displayName(type), type.values] as const),
    ...tables.flatMap((table) =>
      table.columns.map((column) => [pathOf(displayName(table), column.name), column.enum ?? []] as const),
    ),
  ];
  return [...schemas, ...members.flatMap(([owner, names]) => [owner, ...names.map((name) => `${owner}.${name}`)])];
}

/** The error that says why a rename fits nothing. */
function renameError(
  rename: string,
  { actual, wanted, fixed }: SchemaSides,
  owners: readonly Owner[],
): InvalidRenameError {
  const [sides] = sidesOf(rename);
  if (sides === undefined) return new InvalidRenameError(rename, 'it has no colon between an old name and a new one');
  const { from, to } = sides;
  if (fixed.includes(from)) return new InvalidRenameError(rename, `"${from}" holds the version table`);
  const owner = owners.find((one) => memberOf(one, one.has, from) !== undefined);
  if (owner === undefined && findByName(actual.tables, from) === undefined) {
    const kind = kindWithoutRename(actual, from);
    if (kind !== undefined) return new InvalidRenameError(rename, `"${from}" is ${kind}`);
    const named = owners.filter(({ names }) => names.some((name) => from.startsWith(`${name}.`)));
    const [schemas] = wanted.schemas.includes(to) ? owners : [];
    const choices = named.length > 0 ? named.flatMap(oldNamesOf) : (schemas?.has ?? actual.tables.map(displayName));
    return new InvalidRenameError(rename, `the database has no "${from}"`, choices);
  }
  if (owner && memberOf(owner, owner.wants, from) !== undefined) {
    return new InvalidRenameError(rename, `the entities still have "${from}"`);
  }
  if (owner && memberOf(owner, owner.has, to) !== undefined) {
    return new InvalidRenameError(rename, `the database has "${to}" already`);
  }
  return new InvalidRenameError(rename, `no entity has "${to}" to rename "${from}" to`, owner ? newNamesOf(owner) : []);
}

/** What an object is that needs no rename or can have none, with what becomes of it; undefined where the database has no such object. */
function kindWithoutRename({ enums, views, sequences, tables }: SchemaModel, name: string): string | undefined {
  if (findByName(enums, name) !== undefined) {
    return 'an enum type, which follows by itself when all columns that use it have the new `enumName`; leave it out';
  }
  if (findByName(views, name) !== undefined)
    return 'a view, which is dropped, and created under its new name; leave it out';
  if (findByName(sequences, name) !== undefined) return 'a sequence, which the entities do not name';
  const members = tables.flatMap(({ uniques, checks, exclusions, foreignKeys, indices, primaryKey }) => [
    ...(primaryKey ? [primaryKey] : []),
    ...[uniques, checks, exclusions, foreignKeys, indices].flat(),
  ]);
  return members.some((member) => member.name === name)
    ? 'an index or a constraint, which follows by itself when the entities have an equal one of another name; leave it out'
    : undefined;
}

/** The names that a rename may start from, as it would be written. */
function oldNamesOf({ names, has, wants }: Owner): string[] {
  return has.filter((member) => !wants.includes(member)).map((member) => pathOf(names[0], member));
}

/** The names that a rename may lead to, as it would be written. */
function newNamesOf({ names, has, wants }: Owner): string[] {
  return wants.filter((member) => !has.includes(member)).map((member) => pathOf(names[0], member));
}
