import { applyToTableWith } from '../../operations/apply/apply.js';
import type { CreateConstraint, Operation, OperationKind, TableOperation } from '../../operations/operation.js';
import { qualifiedKey, qualifiedNameOf, type SchemaModel, type TableModel } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import { isSameButName } from '../compare/compare-constraints.js';
import { isTableOperation } from './operation-order.js';

/**
 * Operations in which each drop of a column carries the unnamed constraints that are dropped with it, so that a downgrade creates
 * them again. Named constraints are dropped by operations of their own; only SQLite tables made by hand have unnamed ones.
 */
export function withUnnamedConstraints(
  operations: readonly Operation[],
  { tables }: SchemaModel,
  rules: SqlRules,
): Operation[] {
  const byName = new Map(tables.map((table) => [qualifiedKey(table), table]));
  return operations.map((operation): Operation => {
    const table = 'table' in operation ? byName.get(qualifiedKey(operation.table)) : undefined;
    if (table === undefined || !hasUnnamed(table)) return operation;
    if (operation.kind === 'batch') return { ...operation, operations: withTaken(operation.operations, table, rules) };
    if (!isTableOperation(operation)) return operation;
    const [single = operation] = withTaken([operation], table, rules);
    return single;
  });
}

/** What drops unnamed constraints, by itself or with a column. */
const DROPS = new Set<OperationKind>(['dropColumn', 'dropUnique', 'dropCheck', 'dropForeignKey']);

function hasUnnamed({ uniques, checks, foreignKeys }: TableModel): boolean {
  return [...uniques, ...checks, ...foreignKeys].some(({ name }) => name === undefined);
}

function withTaken(operations: readonly TableOperation[], table: TableModel, rules: SqlRules): TableOperation[] {
  const applyToTable = applyToTableWith(rules);
  let current = table;
  return operations.map((operation) => {
    if (!DROPS.has(operation.kind)) return operation;
    const before = current;
    current = applyToTable(before, operation);
    if (operation.kind !== 'dropColumn') return operation;
    const taken = constraintsLost(before, current);
    return taken.length === 0 ? operation : { ...operation, taken };
  });
}

function constraintsLost(before: TableModel, after: TableModel): CreateConstraint[] {
  const table = qualifiedNameOf(before);
  const lost = <T extends { readonly name?: string }>(all: readonly T[], left: readonly T[]): T[] =>
    all.filter((member) => member.name === undefined && !left.includes(member) && !isRepeated(member, all));
  return [
    ...lost(before.uniques, after.uniques).map((unique) => ({ kind: 'createUnique', table, unique }) as const),
    ...lost(before.checks, after.checks).map((check) => ({ kind: 'createCheck', table, check }) as const),
    ...lost(before.foreignKeys, after.foreignKeys).map(
      (foreignKey) => ({ kind: 'createForeignKey', table, foreignKey }) as const,
    ),
  ];
}

/** Whether an equal constraint comes before, or has a name. Only one is created again, since two would get the same name. */
function isRepeated<T extends { readonly name?: string }>(member: T, list: readonly T[]): boolean {
  const others = list.filter((other) => isSameButName(other, member));
  return others.some(({ name }) => name !== undefined) || others.indexOf(member) > 0;
}
