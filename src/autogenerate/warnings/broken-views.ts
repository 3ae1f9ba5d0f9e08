import type { ReadObject, ViewReading } from '../../dialects/dialect.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation } from '../../operations/operation.js';
import {
  displayName,
  qualifiedKey,
  qualifiedNameOf,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';
import { mentionsColumn, withoutAliases } from '../../sql/columns.js';
import type { SqlRules } from '../../sql/rules.js';
import { qualifiesColumn, readsRelation } from '../../sql/sources.js';
import type { Warning } from './warnings.js';

/** A table, a column or a view that an operation removes. */
interface RemovedObject extends ReadObject {
  readonly operation: Operation;
  /** Its name when the operation runs; `relation` is its name in the database now. */
  readonly name: QualifiedName;
}

/** The tables, columns and views that the operations drop, in their order; also views that are re-created at once. */
export function removedObjects(operations: readonly Operation[]): readonly RemovedObject[] {
  return flatOperations(operations).flatMap((operation): RemovedObject[] => {
    const removed = (name: QualifiedName, rest: Pick<ReadObject, 'column' | 'isRecreated'> = {}): RemovedObject[] => [
      { operation, name: qualifiedNameOf(name), relation: nameBeforeRenames(name, operations), ...rest },
    ];
    if (operation.kind === 'dropTable') return removed(operation.table);
    if (operation.kind === 'dropColumn') return removed(operation.table, { column: operation.column });
    if (operation.kind === 'dropView') return removed(operation.view, operation.keep ? { isRecreated: true } : {});
    return [];
  });
}

/**
 * Warnings about views that would be invalid after the operations: views that the operations leave in place, and views that
 * they create with a query that names what they drop or rename.
 *
 * @param readings which views of the database read the removed objects
 * @param wanted the tables after the operations
 */
export function brokenViewWarnings(
  operations: readonly Operation[],
  readings: readonly ViewReading[],
  wanted: Pick<SchemaModel, 'tables'>,
  rules: SqlRules,
): Warning[] {
  const removed = removedObjects(operations);
  const lost = lostNames(operations, wanted);
  const changed = new Set(
    flatOperations(operations).flatMap((operation) =>
      operation.kind === 'dropView' || operation.kind === 'alterView'
        ? [qualifiedKey(nameBeforeRenames(operation.view, operations))]
        : [],
    ),
  );
  const left = readings.filter(({ view, isTrigger }) => isTrigger || !changed.has(qualifiedKey(view)));
  return [
    ...removed.flatMap((one) =>
      warningsOfViewsLeft(
        one,
        left.filter(({ object }) => isSameObject(object, one)),
      ),
    ),
    ...flatOperations(operations).flatMap((operation) => warningsOfNewViews(operation, lost, wanted, rules)),
  ];
}

function isSameObject(one: ReadObject, other: ReadObject): boolean {
  return qualifiedKey(one.relation) === qualifiedKey(other.relation) && one.column === other.column;
}

/** Joins the warnings of each operation into one. */
export function mergedWarnings(warnings: readonly Warning[]): Warning[] {
  const merged = new Map<Operation, string>();
  for (const { operation, message } of warnings) {
    const before = merged.get(operation);
    merged.set(operation, before === undefined ? message : `${before}; ${message}`);
  }
  return [...merged].map(([operation, message]) => ({ operation, message }));
}

function warningsOfViewsLeft({ operation, column, name }: RemovedObject, readings: readonly ViewReading[]): Warning[] {
  const what = column === undefined ? `"${displayName(name)}"` : `"${displayName(name)}.${column}"`;
  return readings.map(({ view, isTrigger, isCertain, isUnprotected }) => {
    const kind = isTrigger ? 'trigger' : 'view';
    const named = `the ${kind} "${displayName(view)}"`;
    const fails = isUnprotected ? `each use of it fails after the upgrade` : 'the upgrade fails';
    const message = isCertain
      ? `${named} reads ${what} and is left in place: ${fails} unless that ${kind} is dropped or changed first`
      : `${named} names "${column ?? name.name}" and is left in place: if that is ${what}, ${fails} unless the ${kind} is dropped or changed first`;
    return { operation, message };
  });
}

/** A name that no object has after the operations; a renamed object has another one. */
interface LostName {
  readonly name: QualifiedName;
  readonly column?: string;
  /** The new name of a renamed object. */
  readonly newName?: string;
}

/** The names of dropped and renamed tables and columns that nothing has after the operations. */
function lostNames(operations: readonly Operation[], { tables }: Pick<SchemaModel, 'tables'>): readonly LostName[] {
  const isWanted = ({ name, column }: LostName): boolean =>
    column === undefined
      ? tables.some((table) => table.name === name.name)
      : tables.some(
          (table) => qualifiedKey(table) === qualifiedKey(name) && table.columns.some((one) => one.name === column),
        );
  const dropped = removedObjects(operations).filter(({ isRecreated }) => !isRecreated);
  const renamed = flatOperations(operations).flatMap((operation): LostName[] => {
    if (operation.kind === 'renameTable') return [{ name: operation.table, newName: displayName(operation.to) }];
    if (operation.kind !== 'renameColumn') return [];
    const { table, from, to } = operation;
    return [{ name: table, column: from, newName: `${displayName(table)}.${to}` }];
  });
  return [...dropped, ...renamed].filter((lost) => !isWanted(lost));
}

/**
 * Warnings about a view with a query that names what is dropped or renamed. Only a person can change the query of an
 * entity.
 */
function warningsOfNewViews(
  operation: Operation,
  lost: readonly LostName[],
  { tables }: Pick<SchemaModel, 'tables'>,
  rules: SqlRules,
): Warning[] {
  const created = createdView(operation);
  if (created === undefined) return [];
  const query = withoutAliases(created.expression, rules);
  const isElsewhere = (column: string, of: QualifiedName): boolean =>
    tables.some(
      (table) =>
        qualifiedKey(table) !== qualifiedKey(of) &&
        table.columns.some(({ name }) => name === column) &&
        readsRelation(query, table.name, rules),
    );
  const named = lost.filter(
    ({ name, column }) =>
      qualifiedKey(name) !== qualifiedKey(created.name) &&
      readsRelation(query, name.name, rules) &&
      (column === undefined ||
        (mentionsColumn(query, column, rules) &&
          (qualifiesColumn(created.expression, name.name, column, rules) || !isElsewhere(column, name)))),
  );
  const view = `the query of the view "${displayName(created.name)}"`;
  const shown = ({ name, column }: LostName): string =>
    column === undefined ? `"${displayName(name)}"` : `"${displayName(name)}.${column}"`;
  const dropped = named.filter(({ newName }) => newName === undefined).map(shown);
  const renamed = named.flatMap((one) =>
    one.newName === undefined ? [] : `${shown(one)}, which is now "${one.newName}"`,
  );
  return [
    ...(dropped.length === 0 ? [] : [`${view} names ${dropped.join(', ')}, which is dropped`]),
    ...(renamed.length === 0 ? [] : [`${view} names ${renamed.join(', and ')}`]),
  ].map((message) => ({
    operation,
    message: `${message}: the upgrade fails unless the query of the view entity is changed`,
  }));
}

function createdView(operation: Operation): { readonly name: QualifiedName; readonly expression: string } | undefined {
  if (operation.kind === 'createView') return { name: operation.view, expression: operation.view.expression };
  return operation.kind === 'alterView' ? { name: operation.view, expression: operation.expression } : undefined;
}

/**
 * The name that a relation has in the database, before the renames among the operations. These run first, so that other
 * operations use the new name.
 */
export function nameBeforeRenames(name: QualifiedName, operations: readonly Operation[]): QualifiedName {
  return operations.reduceRight<QualifiedName>((current, operation) => {
    if (operation.kind === 'renameTable' && qualifiedKey(operation.to) === qualifiedKey(current))
      return operation.table;
    if (operation.kind === 'renameSchema' && operation.to === current.schema)
      return { ...current, schema: operation.from };
    return current;
  }, qualifiedNameOf(name));
}
