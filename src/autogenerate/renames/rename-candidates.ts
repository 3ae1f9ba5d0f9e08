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

/** A drop and an addition that may be one rename. A person decides whether they are. */
export interface RenameCandidate {
  /** As `renames` takes them: `user.name` and `user.fullName`, `post` and `article`, `sales` and `trade`. */
  readonly from: string;
  readonly to: string;
  /** How alike the two are, between 0 and 1. */
  readonly score: number;
  /** The call that would do the rename, for the revision file. */
  readonly call: string;
  /** The operation that would replace the drop and the addition; for a schema, the creation of all its objects. */
  readonly rename: RenameOperation;
  /** The operation that drops. */
  readonly operation: Operation;
}

export type RenameOperation = OperationOf<
  'renameSchema' | 'renameTable' | 'renameColumn' | 'renameEnumValue' | 'renameLabel'
>;

/** The two schemas that operations were found between. */
export interface Sides {
  readonly actual: SchemaModel;
  readonly wanted: SchemaModel;
  /** Renames of enum types that follow from those of tables; `actual` has the new names. */
  readonly enumRenames: readonly OperationOf<'renameEnum'>[];
  /** Whether the labels of an enum are its column's own. */
  readonly hasColumnLabels?: boolean | undefined;
}

/**
 * Pairs of dropped and added tables, columns and values of enums that are alike enough to ask about: tables first, of each
 * kind the likeliest first. Nothing is in two pairs.
 *
 * @param isDeclined whether a person has answered that a pair is no rename; its members may then be in other pairs
 */
export function renameCandidates(
  operations: readonly Operation[],
  sides: Sides,
  isDeclined: (candidate: RenameCandidate) => boolean = () => false,
): RenameCandidate[] {
  if (operations.length === 0) return [];
  const flat = flatOperations(operations);
  return [
    // Join tables come last: once a table or a key is renamed, those that join it follow without a question.
    ...joinTablesLast(tableCandidates(flat, sides), sides.actual),
    ...joinTablesLast(columnCandidates(flat, sides), sides.actual),
    valueCandidates(flat, sides),
    sides.hasColumnLabels === true ? labelCandidates(flat) : [],
  ].flatMap((candidates) => bestPairs(candidates.filter((candidate) => !isDeclined(candidate))));
}

function joinTablesLast(candidates: readonly RenameCandidate[], { tables }: SchemaModel): RenameCandidate[][] {
  if (candidates.length === 0) return [];
  const joining = new Set(tables.filter(isJoinTable).map(displayName));
  const isLast = ({ rename }: RenameCandidate): boolean => 'table' in rename && joining.has(displayName(rename.table));
  return [candidates.filter((candidate) => !isLast(candidate)), candidates.filter(isLast)];
}

/**
 * The candidates as warnings, for runs in which nobody is asked.
 *
 * @param operations those that the candidates were found in; in a batch the call is a method of its table
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
    return `the schema "${to}" is created, and "${from}" has similar tables: if this is a rename, start again with ${flag}`;
  }
  const instead = inBatch && rename.kind === 'renameColumn' ? written('table', [tableCallOf(rename)]) : call;
  return `"${from}" was dropped and "${to}" added: if this is a rename, replace both by ${instead}, or start again with ${flag}`;
}

/** The option as it is typed, in quotes where a shell would split or expand the name. */
function renameFlag(rename: string): string {
  return /^[\w.:-]+$/.test(rename) ? `--rename ${rename}` : `--rename '${rename.replaceAll("'", `'\\''`)}'`;
}

/** The candidate; none when its score is 0. */
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
 * How alike two tables are: the share of columns that both have, 0 when it is below a half. A column is the same by name and type, or by
 * type and the column that it refers to: the columns of a join table get new names when one of its tables is renamed.
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
    // A column that is to be NOT NULL may be added as a nullable one first.
    const wantedColumn = (column: ColumnModel): ColumnModel =>
      tables.get(qualifiedKey(table))?.columns.find(({ name }) => name === column.name) ?? column;
    return (added.get(qualifiedKey(table)) ?? []).flatMap(({ column }) =>
      candidate(
        operation,
        { kind: 'renameColumn', table, from: was.name, to: column.name },
        { from: `${path}.${was.name}`, to: `${path}.${column.name}`, score: columnLikeness(was, wantedColumn(column)) },
      ),
    );
  });
}

/** How alike two columns are: 0 unless they have the same type, else by their names and their other fields. */
function columnLikeness(dropped: ColumnModel, added: ColumnModel): number {
  if (!hasSameType(dropped, added) || (dropped.asExpression ?? added.asExpression) !== undefined) return 0;
  return 0.5 + textLikeness(dropped.name, added.name) * 0.3 + traitLikeness(dropped, added) * 0.2;
}

/** How alike two columns are but for name and type. Whether they take NULL counts most: a rename rarely changes that at the same time. */
function traitLikeness(one: ColumnModel, other: ColumnModel): number {
  const { name: _name, isNullable: _isNullable, ...traits } = { ...one, ...other };
  const names = Object.keys(traits) as (keyof ColumnModel)[];
  const same = names.filter((trait) => isDeepStrictEqual(one[trait], other[trait])).length / names.length;
  return ((one.isNullable === true) === (other.isNullable === true) ? 0.6 : 0) + same * 0.4;
}

function hasSameType(first: ColumnModel, second: ColumnModel): boolean {
  return first.type === second.type && first.isArray === second.isArray;
}

/** Pairs of a removed and an added value at the same position of an enum. */
function valueCandidates(operations: readonly Operation[], { enumRenames }: Sides): RenameCandidate[] {
  return operations.flatMap((operation): RenameCandidate[] => {
    if (operation.kind !== 'alterEnum' || operation.existing?.length !== operation.values.length) return [];
    const { existing, values, enum: type } = operation;
    return existing.flatMap((from, place): RenameCandidate[] => {
      const to = values[place] ?? from;
      if (values.includes(from) || existing.includes(to)) return [];
      // Requested renames run first, while the type still has its old name.
      const renamed = enumRenames.find((rename) => qualifiedKey(rename.to) === qualifiedKey(type));
      const old = renamed?.enum ?? type;
      const names = { from: `${displayName(old)}.${from}`, to: `${displayName(type)}.${to}`, score: 0.5 };
      return candidate(operation, { kind: 'renameEnumValue', enum: old, from, to }, names);
    });
  });
}

/** Pairs of a removed and an added label at the same position of a column. */
function labelCandidates(operations: readonly Operation[]): RenameCandidate[] {
  return operations.flatMap((operation): RenameCandidate[] => {
    if (operation.kind !== 'alterColumn') return [];
    const { table, column, existing, to: change } = operation;
    const [before, after] = [existing?.enum ?? [], change.enum ?? []];
    if (existing?.type !== change.type || before.length !== after.length) return [];
    return before.flatMap((from, place): RenameCandidate[] => {
      const to = after[place] ?? from;
      if (after.includes(from) || before.includes(to)) return [];
      const path = `${displayName(table)}.${column}`;
      const names = { from: `${path}.${from}`, to: `${path}.${to}`, score: 0.5 };
      return candidate(operation, { kind: 'renameLabel', table, column, from, to }, names);
    });
  });
}

/** The best candidate for each object: that with the highest score, and among equals that with the most similar names. */
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
