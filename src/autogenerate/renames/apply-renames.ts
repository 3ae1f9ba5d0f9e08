import { InvalidRenameError } from '../../errors/autogenerate.errors.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { type NameRules, temporaryName } from '../../schema/name-rules.js';
import {
  displayName,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { enumMoves } from './enum-renames.js';
import { inSteps, type Move, type Names, possibleMoves } from './rename-moves.js';
import { afterSchemaRename, type SchemaSides } from './schema-renames.js';

/** Renames that a person named, and the database's schema after them. */
export interface Renamed {
  readonly operations: readonly Operation[];
  readonly schema: SchemaModel;
  readonly sqlRules: SqlRules;
  /** What is left in schemas that the comparison leaves alone. */
  readonly elsewhere: SchemaModel;
  /** Those that fit nothing. */
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
 * Takes renames as such: `'sales:trade'` for a schema, `'post:article'` for a table (with another schema, it moves),
 * `'user.name:user.fullName'` for a column, `'user_role_enum.admin:user_role_enum.owner'` for a value of an enum.
 *
 * The left side names what the database has, the right side what the entities have. A column may be named by its table's
 * old name or its new one. Names of constraints, indexes and enum types follow by themselves, in the comparison. A rename
 * with a side that names nothing, or whose two sides do not go together, is refused: it changes nothing. A name may be
 * taken over by another (`a:b` and `b:c`), names may be exchanged (`a:b` and `b:a`), and one may be left for something new
 * (`a:b` where `a` is wanted too), though the latter two not by hints: those are kept, and nothing shows later that it was
 * done.
 */
export function applyRenames(
  sides: SchemaSides,
  { named: given, hints }: { readonly named: readonly string[]; readonly hints: readonly string[] },
  rules: NameRules,
): Renamed {
  const { actual, elsewhere, wanted, sqlRules } = sides;
  const all = [...given, ...hints];
  const start: Renamed = { operations: [], schema: actual, sqlRules, elsewhere, refused: [] };
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
        // What stands in a schema goes along with it, and so no schema is left for another of its name.
        (move) => isNamed(move) && owner !== schemas,
      ),
    );
  };
  const ofTables = (rename: string): boolean => moveOf(rename, [tableOwner(actual, wanted)]) !== undefined;
  const schemaMoves = movesOf([schemas], without(all, ofTables));
  const moved = operationsOf(schemas, schemaMoves, rules).reduce(withRename, start);
  const tables = tableOwner(moved.schema, wanted);
  const tableMoves = movesOf([tables], without(all, madeBy(schemaMoves)), schemaMoves);
  const named = operationsOf(tables, tableMoves, rules).reduce(withRename, moved);
  const columns = columnOwners(named.schema, wanted, tableMoves);
  const columnMoves = movesOf(columns, without(all, madeBy([...schemaMoves, ...tableMoves])), schemaMoves);
  const carried = operationsOfAll(columns, columnMoves, rules).reduce(withRename, named);
  // The type of a column that has its new name is known by the name that it gets.
  const enums = enumOwners(carried.schema, wanted);
  const rest = without(all, madeBy([...schemaMoves, ...tableMoves, ...columnMoves]));
  const enumMoves = movesOf(enums, rest, schemaMoves);
  const refused = without(rest, madeBy(enumMoves)).map((rename) => ({
    rename,
    error: refusal(rename, sides, [schemas, tables, ...columns, ...enums]),
    isMoot: isMoot(rename, sides),
  }));
  return operationsOfAll(enums, enumMoves, rules).reduce(withRename, { ...carried, refused });
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

function madeBy(moves: readonly KnownMove[]): (rename: string) => boolean {
  return (rename) => moves.some((move) => move.rename === rename);
}

function operationsOf(owner: Owner, moves: readonly KnownMove[], { nameLimit }: NameRules): readonly Operation[] {
  const between = (name: string, isTaken: (name: string) => boolean): string => temporaryName(name, isTaken, nameLimit);
  return inSteps(moves, owner.has, between).map(({ from, to }) => owner.rename(from, to));
}

/** One rename more, behind the others. */
export function withRename(renamed: Renamed, operation: Operation): Renamed {
  const next = { ...renamed, operations: [...renamed.operations, operation] };
  if (operation.kind === 'renameSchema') return afterSchemaRename(next, operation);
  return { ...next, schema: applyWith(renamed.sqlRules)(renamed.schema, operation) };
}

/**
 * The two sides of a rename; a colon may be part of a name, so each is tried as the one between them. What stands in a
 * schema that is renamed may be called by the schema's old name.
 */
function sidesOf(rename: string, schemas: readonly Move[] = []): Move[] {
  const parent = schemas.find(({ from }) => rename.startsWith(`${from}.`));
  const text = parent === undefined ? rename : parent.to + rename.slice(parent.from.length);
  return [...text.matchAll(/:/g)].map(({ index }) => ({ from: text.slice(0, index), to: text.slice(index + 1) }));
}

function named<T extends QualifiedName>(list: readonly T[], name: string): T | undefined {
  return list.find((member) => displayName(member) === name);
}

/** The database with its schemas or tables, a table with its columns or an enum with its values, as both sides have it. */
interface Owner extends Names {
  /** The names that it goes by: the present one, and the one before its own rename. Schemas and tables stand in no other name. */
  readonly names: readonly string[];
  rename(from: string, to: string): Operation;
}

interface KnownMove extends Move {
  readonly rename: string;
  readonly owner: Owner;
}

function schemaOwner({ actual, elsewhere, wanted, fixed }: SchemaSides): Owner {
  return {
    names: [],
    has: [...actual.schemas, ...elsewhere.schemas].filter((name) => !fixed.includes(name)),
    shallHave: wanted.schemas,
    rename: (from, to) => ({ kind: 'renameSchema', from, to }),
  };
}

function tableOwner(actual: SchemaModel, wanted: SchemaModel): Owner {
  const known = new Map([...actual.tables, ...wanted.tables].map((table) => [displayName(table), table]));
  const qualified = (name: string): QualifiedName => qualifiedNameOf(known.get(name) ?? { name });
  return {
    names: [],
    has: actual.tables.map(displayName),
    shallHave: wanted.tables.map(displayName),
    rename: (from, to) => ({ kind: 'renameTable', table: qualified(from), to: qualified(to) }),
  };
}

function columnOwners(actual: SchemaModel, wanted: SchemaModel, moves: readonly Move[]): Owner[] {
  const wantedTables = new Map(wanted.tables.map((table) => [qualifiedKey(table), table]));
  return actual.tables.flatMap((table) => {
    const counterpart = wantedTables.get(qualifiedKey(table));
    if (counterpart === undefined) return [];
    const name = displayName(table);
    return {
      names: [name, ...moves.filter(({ to }) => to === name).map(({ from }) => from)],
      has: table.columns.map(({ name }) => name),
      shallHave: counterpart.columns.map(({ name }) => name),
      rename: (from, to) => ({ kind: 'renameColumn', table: qualifiedNameOf(table), from, to }),
    };
  });
}

function enumOwners(actual: SchemaModel, wanted: SchemaModel): Owner[] {
  const wantedEnums = new Map(wanted.enums.map((type) => [qualifiedKey(type), type]));
  const newNames = new Map(enumMoves(actual, wanted).map(({ from, becomes }) => [from, becomes]));
  return actual.enums.flatMap((type) => {
    const name = newNames.get(qualifiedKey(type)) ?? type;
    const counterpart = wantedEnums.get(qualifiedKey(name));
    if (counterpart === undefined) return [];
    return {
      names: [...new Set([displayName(name), displayName(type)])],
      has: type.values,
      shallHave: counterpart.values,
      rename: (from, to) => ({ kind: 'renameEnumValue', enum: qualifiedNameOf(type), from, to }),
    };
  });
}

/**
 * What a rename means: the first owner that has the one name and shall have the other. Where several do, it is the one
 * that is called by its old name on the left and by its new name on the right, and then one that has room for it.
 */
function moveOf(rename: string, owners: readonly Owner[], schemas: readonly Move[] = []): KnownMove | undefined {
  const moves = sidesOf(rename, schemas).flatMap((sides) =>
    owners.flatMap((owner): (KnownMove & { readonly rank: number })[] => {
      const from = memberOf(owner, owner.has, sides.from);
      const to = memberOf(owner, owner.shallHave, sides.to);
      if (from === undefined || to === undefined) return [];
      const isNamed = isCalled(owner.names.at(-1), from, sides.from) && isCalled(owner.names[0], to, sides.to);
      const hasRoom = !owner.shallHave.includes(from) && !owner.has.includes(to);
      return [{ rename, owner, from, to, rank: (isNamed ? 0 : 2) + (hasRoom ? 0 : 1) }];
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

function pathOf(owner: string | undefined, member: string): string {
  return owner === undefined ? member : `${owner}.${member}`;
}

/** A hint is kept when it has done its work; only one that still has something to rename is a mistake. */
function isMoot(rename: string, { actual, elsewhere, wanted }: SchemaSides): boolean {
  if (actual.tables.length === 0 && elsewhere.tables.length === 0) return true;
  const had = new Set([...pathsOf(actual), ...elsewhere.schemas]);
  const wants = new Set(pathsOf(wanted));
  return sidesOf(rename).some(({ from, to }) => !had.has(from) && (had.has(to) || !wants.has(to)));
}

/** All that a rename may name. */
function pathsOf({ schemas, tables, enums }: SchemaModel): readonly string[] {
  const members = [
    ...tables.map((table) => [displayName(table), table.columns.map(({ name }) => name)] as const),
    ...enums.map((type) => [displayName(type), type.values] as const),
  ];
  return [...schemas, ...members.flatMap(([owner, names]) => [owner, ...names.map((name) => `${owner}.${name}`)])];
}

/** Why a rename fits nothing. */
function refusal(rename: string, { actual, wanted, fixed }: SchemaSides, owners: readonly Owner[]): InvalidRenameError {
  const [sides] = sidesOf(rename);
  if (sides === undefined) return new InvalidRenameError(rename, 'it has no colon between an old name and a new one');
  const { from, to } = sides;
  if (fixed.includes(from)) return new InvalidRenameError(rename, `"${from}" holds the version table`);
  const owner = owners.find((one) => memberOf(one, one.has, from) !== undefined);
  if (owner === undefined && named(actual.tables, from) === undefined) {
    const known = owners.filter(({ names }) => names.some((name) => from.startsWith(`${name}.`)));
    const [schemas] = wanted.schemas.includes(to) ? owners : [];
    const choices = known.length > 0 ? known.flatMap(leavingOf) : (schemas?.has ?? actual.tables.map(displayName));
    return new InvalidRenameError(rename, `the database has no "${from}"`, choices);
  }
  if (owner && memberOf(owner, owner.shallHave, from) !== undefined) {
    return new InvalidRenameError(rename, `the entities still have "${from}"`);
  }
  if (owner && memberOf(owner, owner.has, to) !== undefined) {
    return new InvalidRenameError(rename, `the database has "${to}" already`);
  }
  return new InvalidRenameError(rename, `no entity has "${to}" to rename "${from}" to`, owner ? comingOf(owner) : []);
}

/** What a rename may start from, by the names that it may be written with. */
function leavingOf({ names, has, shallHave }: Owner): string[] {
  return has.filter((member) => !shallHave.includes(member)).map((member) => pathOf(names[0], member));
}

/** What a rename may lead to. */
function comingOf({ names, has, shallHave }: Owner): string[] {
  return shallHave.filter((member) => !has.includes(member)).map((member) => pathOf(names[0], member));
}
