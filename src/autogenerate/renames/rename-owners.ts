import type { Operation } from '../../operations/operation.js';
import {
  displayName,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';
import { enumMoves } from './enum-renames.js';
import type { Move, Names } from './rename-moves.js';
import type { SchemaSides } from './schema-renames.js';

/** An owner of names: the database with its schemas or tables, a table with its columns, an enum with its values. */
export interface Owner extends Names {
  /** Its present name, then the one before its own rename. Empty for the database: schemas and tables are named without it. */
  readonly names: readonly string[];
  rename(from: string, to: string): Operation;
}

/** A rename, as the move of a member of its owner. */
export interface KnownMove extends Move {
  readonly rename: string;
  readonly owner: Owner;
}

export function schemaOwner({ actual, elsewhere, wanted, fixed }: SchemaSides): Owner {
  return {
    names: [],
    has: [...actual.schemas, ...elsewhere.schemas].filter((name) => !fixed.includes(name)),
    wants: wanted.schemas,
    rename: (from, to) => ({ kind: 'renameSchema', from, to }),
  };
}

export function tableOwner(actual: SchemaModel, wanted: SchemaModel): Owner {
  const tables = new Map([...actual.tables, ...wanted.tables].map((table) => [displayName(table), table]));
  const qualified = (name: string): QualifiedName => qualifiedNameOf(tables.get(name) ?? { name });
  return {
    names: [],
    has: actual.tables.map(displayName),
    wants: wanted.tables.map(displayName),
    rename: (from, to) => ({ kind: 'renameTable', table: qualified(from), to: qualified(to) }),
  };
}

export function columnOwners(actual: SchemaModel, wanted: SchemaModel, moves: readonly Move[]): Owner[] {
  const wantedTables = new Map(wanted.tables.map((table) => [qualifiedKey(table), table]));
  return actual.tables.flatMap((table) => {
    const counterpart = wantedTables.get(qualifiedKey(table));
    if (counterpart === undefined) return [];
    const name = displayName(table);
    return {
      names: [name, ...moves.filter(({ to }) => to === name).map(({ from }) => from)],
      has: table.columns.map(({ name }) => name),
      wants: counterpart.columns.map(({ name }) => name),
      rename: (from, to) => ({ kind: 'renameColumn', table: qualifiedNameOf(table), from, to }),
    };
  });
}

export function enumOwners(actual: SchemaModel, wanted: SchemaModel): Owner[] {
  const wantedEnums = new Map(wanted.enums.map((type) => [qualifiedKey(type), type]));
  const newNames = new Map(enumMoves(actual, wanted).map(({ from, becomes }) => [from, becomes]));
  return actual.enums.flatMap((type) => {
    const name = newNames.get(qualifiedKey(type)) ?? type;
    const counterpart = wantedEnums.get(qualifiedKey(name));
    if (counterpart === undefined) return [];
    return {
      names: [...new Set([displayName(name), displayName(type)])],
      has: type.values,
      wants: counterpart.values,
      rename: (from, to) => ({ kind: 'renameEnumValue', enum: qualifiedNameOf(type), from, to }),
    };
  });
}

/** The columns that have their labels themselves, by their present names and those before the renames of the tables and the columns. */
export function labelOwners(
  actual: SchemaModel,
  wanted: SchemaModel,
  tables: readonly Move[],
  columns: readonly KnownMove[],
): Owner[] {
  const wantedTables = new Map(wanted.tables.map((table) => [qualifiedKey(table), table]));
  return actual.tables.flatMap((table) => {
    const name = displayName(table);
    const owners = [name, ...tables.filter(({ to }) => to === name).map(({ from }) => from)];
    return table.columns.flatMap((column) => {
      const wants = wantedTables.get(qualifiedKey(table))?.columns.find((other) => other.name === column.name)?.enum;
      if (column.enum === undefined || column.enumName !== undefined || wants === undefined) return [];
      const moves = columns.filter(({ owner, to }) => owner.names[0] === name && to === column.name);
      const own = [column.name, ...moves.map(({ from }) => from)];
      return {
        names: owners.flatMap((owner) => own.map((member) => pathOf(owner, member))),
        has: column.enum,
        wants,
        rename: (from, to) => ({ kind: 'renameLabel', table: qualifiedNameOf(table), column: column.name, from, to }),
      };
    });
  });
}

/** A member as a rename names it. */
export function pathOf(owner: string | undefined, member: string): string {
  return owner === undefined ? member : `${owner}.${member}`;
}
