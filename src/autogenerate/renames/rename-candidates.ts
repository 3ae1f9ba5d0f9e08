import { isDeepStrictEqual } from 'node:util';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { callsOf, type OperationCall, type TableCall, tableCallOf } from '../../operations/to-call/to-calls.js';
import {
  type ColumnModel,
  displayName,
  qualifiedKey,
  qualifiedNameOf,
  referencedTable,
  type SchemaModel,
  type TableModel,
} from '../../schema/schema.model.js';
import { isJoinTable } from './join-table-renames.js';
import { onOneLine } from '../render/layout.js';
import { sourceOf } from '../render/source.js';
import type { Warning } from '../warnings/warnings.js';

/** A drop and an addition that look like one rename. It is for a person to say whether they are. */
export interface RenameCandidate {
  /** As `renames` takes them: `user.name` and `user.fullName`, `post` and `article`, `sales` and `trade`. */
  readonly from: string;
  readonly to: string;
  /** Between 0 and 1: how alike the two are. */
  readonly score: number;
  /** The call that would do it, for the revision file. */
  readonly call: string;
  /** What would take the place of the drop and the addition; of all that is made in the new schema, when it is one. */
  readonly rename: RenameOperation;
  /** The operation that drops. */
  readonly operation: Operation;
}

export type RenameOperation = OperationOf<'renameSchema' | 'renameTable' | 'renameColumn' | 'renameEnumValue'>;

/** The two schemas that operations were found between. */
export interface Sides {
  readonly actual: SchemaModel;
  readonly wanted: SchemaModel;
  /** Enum types that got another name with their tables; `actual` has the new one. */
  readonly enumRenames: readonly OperationOf<'renameEnum'>[];
}

/**
 * Pairs of dropped and added tables, columns and values of enums that are alike enough to ask about: tables first, of each
 * kind the likeliest first. Nothing is in two pairs.
 *
 * @param isDeclined whether a person has said that a pair is no rename; its members may then be in other pairs.
 */
export function renameCandidates(
  operations: readonly Operation[],
  sides: Sides,
  isDeclined: (candidate: RenameCandidate) => boolean = () => false,
): RenameCandidate[] {
  const flat = flatOperations(operations);
  return [
    // A join table follows the tables that it joins, and its columns follow their keys: these are asked about first.
    ...joinTablesLast(tableCandidates(flat, sides), sides.actual),
    ...joinTablesLast(columnCandidates(flat, sides), sides.actual),
    valueCandidates(flat, sides),
  ].flatMap((candidates) => bestPairs(candidates.filter((candidate) => !isDeclined(candidate))));
}

function joinTablesLast(candidates: readonly RenameCandidate[], { tables }: SchemaModel): RenameCandidate[][] {
  if (candidates.length === 0) return [];
  const joining = new Set(tables.filter(isJoinTable).map(displayName));
  const isLast = ({ rename }: RenameCandidate): boolean => 'table' in rename && joining.has(displayName(rename.table));
  return [candidates.filter((candidate) => !isLast(candidate)), candidates.filter(isLast)];
}

/**
 * The candidates as warnings, for those whom nobody asks.
 *
 * @param operations those that they were found in: in a batch the call is one on its table.
 */
export function renameWarnings(
  candidates: readonly RenameCandidate[],
  operations: readonly Operation[] = [],
): Warning[] {
  const batched = new Set<Operation>(operations.flatMap((one) => (one.kind === 'batch' ? one.operations : [])));
  return candidates.map((candidate) => ({
    operation: candidate.operation,
    message: renameMessage(candidate, batched.has(candidate.operation)),
  }));
}

function renameMessage({ from, to, call, rename }: RenameCandidate, inBatch: boolean): string {
  const flag = renameFlag(`${from}:${to}`);
  if (rename.kind === 'renameSchema') {
    return `the schema "${to}" is made, and "${from}" has such tables: if this is a rename, start again with ${flag}`;
  }
  const instead = inBatch && rename.kind === 'renameColumn' ? written('table', [tableCallOf(rename)]) : call;
  return `"${from}" was dropped and "${to}" added: if this is a rename, replace both by ${instead}, or start again with ${flag}`;
}

/** As it is typed: a shell would take a name with a space or a dollar apart. */
function renameFlag(rename: string): string {
  return /^[\w.:-]+$/.test(rename) ? `--rename ${rename}` : `--rename '${rename.replaceAll("'", `'\\''`)}'`;
}

/** A pair, unless it is not alike at all. */
export function candidate(
  operation: Operation,
  rename: RenameOperation,
  names: Pick<RenameCandidate, 'from' | 'to' | 'score'>,
): RenameCandidate[] {
  if (names.score === 0) return [];
  return [{ ...names, call: written('op', callsOf(rename)), rename, operation }];
}

function written(owner: 'op' | 'table', calls: readonly (OperationCall | TableCall)[]): string {
  return calls
    .map(({ method, args }) => `${owner}.${method}(${args.map((value) => onOneLine(sourceOf(value))).join(', ')})`)
    .join('; ');
}

function tableCandidates(operations: readonly Operation[], { actual, wanted }: Sides): RenameCandidate[] {
  const [before, after] = [actual, wanted].map((side) => new Map(side.tables.map((it) => [qualifiedKey(it), it])));
  const created = operations.flatMap((operation) => (operation.kind === 'createTable' ? [operation.table] : []));
  return operations.flatMap((operation) => {
    if (operation.kind !== 'dropTable') return [];
    const dropped = before?.get(qualifiedKey(operation.table)) ?? operation.was;
    if (dropped === undefined) return [];
    return created.flatMap((table) => {
      const added = after?.get(qualifiedKey(table)) ?? table;
      return candidate(
        operation,
        { kind: 'renameTable', table: qualifiedNameOf(dropped), to: qualifiedNameOf(added) },
        { from: displayName(dropped), to: displayName(added), score: tableLikeness(dropped, added) },
      );
    });
  });
}

/**
 * The share of columns that both have: by name and type, or, where the tables that they refer to have new names and so have
 * they, by what they refer to. That is how a join table is known again.
 */
export function tableLikeness(dropped: TableModel, added: TableModel): number {
  const isShared = (column: ColumnModel): boolean =>
    dropped.columns.some((other) => {
      if (!hasSameType(other, column)) return false;
      const reference = referenceOf(added, column.name);
      return other.name === column.name || (reference !== undefined && reference === referenceOf(dropped, other.name));
    });
  const shared = added.columns.filter(isShared).length;
  const share = shared / Math.max(dropped.columns.length, added.columns.length);
  return share >= 0.5 ? share : 0;
}

function referenceOf({ foreignKeys }: TableModel, column: string): string | undefined {
  const key = foreignKeys.find(({ columnNames }) => columnNames.includes(column));
  return (
    key && `${qualifiedKey(referencedTable(key))}\u0000${key.referencedColumnNames[key.columnNames.indexOf(column)]}`
  );
}

function columnCandidates(operations: readonly Operation[], { wanted }: Sides): RenameCandidate[] {
  const tables = new Map(wanted.tables.map((table) => [qualifiedKey(table), table]));
  const added = new Map<string, OperationOf<'addColumn'>[]>();
  for (const operation of operations) {
    if (operation.kind !== 'addColumn') continue;
    const key = qualifiedKey(operation.table);
    added.set(key, [...(added.get(key) ?? []), operation]);
  }
  return operations.flatMap((operation) => {
    if (operation.kind !== 'dropColumn' || operation.was === undefined) return [];
    const { table, was } = operation;
    const path = displayName(table);
    // A column that is NOT NULL in the end may be added as one that takes NULL.
    const inTheEnd = (column: ColumnModel): ColumnModel =>
      tables.get(qualifiedKey(table))?.columns.find(({ name }) => name === column.name) ?? column;
    return (added.get(qualifiedKey(table)) ?? []).flatMap(({ column }) =>
      candidate(
        operation,
        { kind: 'renameColumn', table, from: was.name, to: column.name },
        { from: `${path}.${was.name}`, to: `${path}.${column.name}`, score: columnLikeness(was, inTheEnd(column)) },
      ),
    );
  });
}

/** Only columns of one type are asked about; the more alike their names and what else they are, the likelier the rename. */
function columnLikeness(dropped: ColumnModel, added: ColumnModel): number {
  if (!hasSameType(dropped, added) || (dropped.asExpression ?? added.asExpression) !== undefined) return 0;
  return 0.5 + textLikeness(dropped.name, added.name) * 0.3 + traitLikeness(dropped, added) * 0.2;
}

/** Whoever renames a column rarely changes something else of it at once, least of all whether it takes NULL. */
function traitLikeness(one: ColumnModel, other: ColumnModel): number {
  const { name: _name, isNullable: _isNullable, ...traits } = { ...one, ...other };
  const names = Object.keys(traits) as (keyof ColumnModel)[];
  const same = names.filter((trait) => isDeepStrictEqual(one[trait], other[trait])).length / names.length;
  return ((one.isNullable === true) === (other.isNullable === true) ? 0.6 : 0) + same * 0.4;
}

function hasSameType(first: ColumnModel, second: ColumnModel): boolean {
  return first.type === second.type && first.isArray === second.isArray;
}

/** A value that went and one that came at the same place of an enum. */
function valueCandidates(operations: readonly Operation[], { enumRenames }: Sides): RenameCandidate[] {
  return operations.flatMap((operation): RenameCandidate[] => {
    if (operation.kind !== 'alterEnum' || operation.existing?.length !== operation.values.length) return [];
    const { existing, values, enum: type } = operation;
    return existing.flatMap((from, place): RenameCandidate[] => {
      const to = values[place] ?? from;
      if (values.includes(from) || existing.includes(to)) return [];
      // A rename that was asked for comes first of all, when the type still has its old name.
      const renamed = enumRenames.find((rename) => qualifiedKey(rename.to) === qualifiedKey(type));
      const old = renamed?.enum ?? type;
      const names = { from: `${displayName(old)}.${from}`, to: `${displayName(type)}.${to}`, score: 0.5 };
      return candidate(operation, { kind: 'renameEnumValue', enum: old, from, to }, names);
    });
  });
}

/** Of candidates for the same thing the one that is most alike; between equals the names decide. */
export function bestPairs(candidates: readonly RenameCandidate[]): RenameCandidate[] {
  const taken = new Set<string>();
  return candidates
    .map((pair) => ({ pair, tie: textLikeness(pair.from, pair.to) }))
    .sort((first, second) => second.pair.score - first.pair.score || second.tie - first.tie)
    .map(({ pair }) => pair)
    .filter(({ from, to }) => {
      const ends = [`from ${from}`, `to ${to}`];
      if (ends.some((end) => taken.has(end))) return false;
      for (const end of ends) taken.add(end);
      return true;
    });
}

/** The share of letter pairs that two names have in common. */
function textLikeness(one: string, other: string): number {
  const [first, second] = [one.toLowerCase(), other.toLowerCase()];
  const pairs = (name: string): string[] => Array.from({ length: name.length - 1 }, (_, at) => name.slice(at, at + 2));
  const left = pairs(second);
  const total = left.length + Math.max(first.length - 1, 0);
  const shared = pairs(first).filter((pair) => {
    const at = left.indexOf(pair);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
  return total === 0 ? 0 : (2 * shared) / total;
}
