import type { Operation, OperationOf } from '../operations/operation.js';
import { type ColumnModel, displayName, type QualifiedName, type TableModel } from '../schema/schema.model.js';
import type { Warning } from './warnings.js';

/** A drop and an addition that look like one rename. It is for a person to say whether they are. */
export interface RenameCandidate {
  /** As `renames` takes them: `user.name` and `user.fullName`, `post` and `article`. */
  readonly from: string;
  readonly to: string;
  /** Between 0 and 1: how alike the two are. */
  readonly score: number;
  /** The call that would do it, for the revision file. */
  readonly call: string;
  /** The operation that drops. */
  readonly operation: Operation;
}

/** Pairs of dropped and added tables and columns that are alike enough to ask about, the likeliest first. */
export function renameCandidates(operations: readonly Operation[]): RenameCandidate[] {
  const flat = operations.flatMap((operation): readonly Operation[] =>
    operation.kind === 'batch' ? operation.operations : [operation],
  );
  return [...tableCandidates(flat), ...columnCandidates(flat), ...valueCandidates(flat)];
}

/** The candidates as warnings, for those whom nobody asks. */
export function renameWarnings(candidates: readonly RenameCandidate[]): Warning[] {
  return candidates.map(({ from, to, call, operation }) => ({
    operation,
    message: `"${from}" was dropped and "${to}" added: if this is a rename, replace both by ${call}`,
  }));
}

function tableCandidates(operations: readonly Operation[]): RenameCandidate[] {
  const dropped = operations.flatMap((operation) =>
    operation.kind === 'dropTable' && operation.was ? [{ operation, table: operation.was }] : [],
  );
  const added = operations.flatMap((operation) => (operation.kind === 'createTable' ? [operation.table] : []));
  return bestPairs(dropped, added, ({ table }, other) => tableLikeness(table, other)).map(
    ({ from: { operation, table }, to, score }) => ({
      from: displayName(table),
      to: displayName(to),
      score,
      call: `op.renameTable(${target(table)}, ${target(to)})`,
      operation,
    }),
  );
}

/** The share of columns that both have, by name and type. */
function tableLikeness(dropped: TableModel, added: TableModel): number {
  const isShared = (column: ColumnModel): boolean =>
    dropped.columns.some((other) => other.name === column.name && hasSameType(other, column));
  const shared = added.columns.filter(isShared).length;
  const share = shared / Math.max(dropped.columns.length, added.columns.length);
  return share >= 0.5 ? share : 0;
}

function columnCandidates(operations: readonly Operation[]): RenameCandidate[] {
  const dropped = operations.flatMap((operation) =>
    operation.kind === 'dropColumn' && operation.was ? [{ operation, column: operation.was }] : [],
  );
  const added = operations.filter((operation) => operation.kind === 'addColumn');
  const likeness = (from: (typeof dropped)[number], to: OperationOf<'addColumn'>): number =>
    displayName(from.operation.table) === displayName(to.table) ? columnLikeness(from.column, to.column) : 0;
  return bestPairs(dropped, added, likeness).map(({ from: { operation, column }, to, score }) => ({
    from: `${displayName(to.table)}.${column.name}`,
    to: `${displayName(to.table)}.${to.column.name}`,
    score,
    call: `op.renameColumn(${target(to.table)}, ${text(column.name)}, ${text(to.column.name)})`,
    operation,
  }));
}

/** Only columns of one type are asked about; the more alike their names, the likelier the rename. */
function columnLikeness(dropped: ColumnModel, added: ColumnModel): number {
  if (!hasSameType(dropped, added) || (dropped.asExpression ?? added.asExpression) !== undefined) return 0;
  return 0.5 + textLikeness(dropped.name.toLowerCase(), added.name.toLowerCase()) / 2;
}

function hasSameType(first: ColumnModel, second: ColumnModel): boolean {
  return first.type === second.type && first.isArray === second.isArray;
}

/** A value that went and one that came at the same place of an enum. */
function valueCandidates(operations: readonly Operation[]): RenameCandidate[] {
  return operations.flatMap((operation): RenameCandidate[] => {
    if (operation.kind !== 'alterEnum' || operation.existing?.length !== operation.values.length) return [];
    const { existing, values, enum: type } = operation;
    return existing.flatMap((from, place): RenameCandidate[] => {
      const to = values[place] ?? from;
      if (values.includes(from) || existing.includes(to)) return [];
      const call = `op.renameEnumValue(${target(type)}, ${text(from)}, ${text(to)})`;
      return [{ from: `${displayName(type)}.${from}`, to: `${displayName(type)}.${to}`, score: 0.5, call, operation }];
    });
  });
}

/** Pairs each thing with the one it is most like; nothing is in two pairs. */
function bestPairs<A, B>(
  from: readonly A[],
  to: readonly B[],
  likeness: (from: A, to: B) => number,
): { readonly from: A; readonly to: B; readonly score: number }[] {
  const all = from.flatMap((a) => to.map((b) => ({ from: a, to: b, score: likeness(a, b) })));
  const taken = new Set<A | B>();
  return all
    .filter(({ score }) => score > 0)
    .sort((first, second) => second.score - first.score)
    .filter((pair) => {
      if (taken.has(pair.from) || taken.has(pair.to)) return false;
      taken.add(pair.from).add(pair.to);
      return true;
    });
}

/** The share of letter pairs that two names have in common. */
function textLikeness(first: string, second: string): number {
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

function target({ schema, name }: QualifiedName): string {
  return schema === undefined && !name.includes('.')
    ? text(name)
    : `{ ${schema === undefined ? '' : `schema: ${text(schema)}, `}name: ${text(name)} }`;
}

function text(value: string): string {
  return `'${value.replaceAll(/['\\]/g, String.raw`\$&`)}'`;
}
