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

/** What an operation takes from under the views that read it. */
interface RemovedObject extends ReadObject {
  readonly operation: Operation;
  /** What it is called when the operation runs; `relation` is what it is called now. */
  readonly name: QualifiedName;
}

/** What goes with the operations, in order: tables, columns and views, also those that come back at once. */
export function removedObjects(operations: readonly Operation[]): readonly RemovedObject[] {
  return flatOperations(operations).flatMap((operation): RemovedObject[] => {
    const gone = (name: QualifiedName, rest: Pick<ReadObject, 'column' | 'isRemade'> = {}): RemovedObject[] => [
      { operation, name: qualifiedNameOf(name), relation: nameBeforeRenames(name, operations), ...rest },
    ];
    if (operation.kind === 'dropTable') return gone(operation.table);
    if (operation.kind === 'dropColumn') return gone(operation.table, { column: operation.column });
    if (operation.kind === 'dropView') return gone(operation.view, operation.keep ? { isRemade: true } : {});
    return [];
  });
}

/**
 * What a person should know of views that could not be read after the operations: those that they leave in place, and those
 * that they make with a text that names what they drop or rename.
 *
 * @param readings which views read what goes, now
 * @param wanted the tables as they are to be
 */
export function brokenViewWarnings(
  operations: readonly Operation[],
  readings: readonly ViewReading[],
  wanted: Pick<SchemaModel, 'tables'>,
  rules: SqlRules,
): Warning[] {
  const gone = removedObjects(operations);
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
    ...gone.flatMap((one) =>
      leftInPlace(
        one,
        left.filter(({ object }) => isSameObject(object, one)),
      ),
    ),
    ...flatOperations(operations).flatMap((operation) => madeUnreadable(operation, lost, wanted, rules)),
  ];
}

function isSameObject(one: ReadObject, other: ReadObject): boolean {
  return qualifiedKey(one.relation) === qualifiedKey(other.relation) && one.column === other.column;
}

/** At most one warning for an operation: what is said of it twice is one text. */
export function mergedWarnings(warnings: readonly Warning[]): Warning[] {
  const merged = new Map<Operation, string>();
  for (const { operation, message } of warnings) {
    const before = merged.get(operation);
    merged.set(operation, before === undefined ? message : `${before}; ${message}`);
  }
  return [...merged].map(([operation, message]) => ({ operation, message }));
}

function leftInPlace({ operation, column, name }: RemovedObject, readings: readonly ViewReading[]): Warning[] {
  const what = column === undefined ? `"${displayName(name)}"` : `"${displayName(name)}.${column}"`;
  return readings.map(({ view, isTrigger, isCertain }) => {
    const kind = isTrigger ? 'trigger' : 'view';
    const named = `the ${kind} "${displayName(view)}"`;
    const message = isCertain
      ? `${named} reads ${what} and is left in place: the upgrade fails unless that ${kind} is dropped or changed first`
      : `${named} names "${column ?? name.name}" and is left in place: if that is ${what}, the upgrade fails unless the ${kind} is dropped or changed first`;
    return { operation, message };
  });
}

/** A name that the operations take away; a renamed object exists on under another one. */
interface LostName {
  readonly name: QualifiedName;
  readonly column?: string;
  /** Where it exists now, unless it is dropped. */
  readonly now?: string;
}

/** Names that no table and no column has after the operations. */
function lostNames(operations: readonly Operation[], { tables }: Pick<SchemaModel, 'tables'>): readonly LostName[] {
  const isWanted = ({ name, column }: LostName): boolean =>
    column === undefined
      ? tables.some((table) => table.name === name.name)
      : tables.some(
          (table) => qualifiedKey(table) === qualifiedKey(name) && table.columns.some((one) => one.name === column),
        );
  const dropped = removedObjects(operations).filter(({ isRemade }) => !isRemade);
  const renamed = flatOperations(operations).flatMap((operation): LostName[] => {
    if (operation.kind === 'renameTable') return [{ name: operation.table, now: displayName(operation.to) }];
    if (operation.kind !== 'renameColumn') return [];
    const { table, from, to } = operation;
    return [{ name: table, column: from, now: `${displayName(table)}.${to}` }];
  });
  return [...dropped, ...renamed].filter((lost) => !isWanted(lost));
}

/** The text of an entity's view is the entity's: only a person can change it. */
function madeUnreadable(
  operation: Operation,
  lost: readonly LostName[],
  { tables }: Pick<SchemaModel, 'tables'>,
  rules: SqlRules,
): Warning[] {
  const made = madeView(operation);
  if (made === undefined) return [];
  const text = withoutAliases(made.expression, rules);
  const isElsewhere = (column: string, of: QualifiedName): boolean =>
    tables.some(
      (table) =>
        qualifiedKey(table) !== qualifiedKey(of) &&
        table.columns.some(({ name }) => name === column) &&
        readsRelation(text, table.name, rules),
    );
  const named = lost.filter(
    ({ name, column }) =>
      qualifiedKey(name) !== qualifiedKey(made.name) &&
      readsRelation(text, name.name, rules) &&
      (column === undefined ||
        (mentionsColumn(text, column, rules) &&
          (qualifiesColumn(made.expression, name.name, column, rules) || !isElsewhere(column, name)))),
  );
  const view = `the text of the view "${displayName(made.name)}"`;
  const shown = ({ name, column }: LostName): string =>
    column === undefined ? `"${displayName(name)}"` : `"${displayName(name)}.${column}"`;
  const dropped = named.filter(({ now }) => now === undefined).map(shown);
  const renamed = named.flatMap((one) => (one.now === undefined ? [] : `${shown(one)}, which is now "${one.now}"`));
  return [
    ...(dropped.length === 0 ? [] : [`${view} names ${dropped.join(', ')}, which is dropped`]),
    ...(renamed.length === 0 ? [] : [`${view} names ${renamed.join(', and ')}`]),
  ].map((message) => ({ operation, message: `${message}: the upgrade fails unless the view entity says it without` }));
}

function madeView(operation: Operation): { readonly name: QualifiedName; readonly expression: string } | undefined {
  if (operation.kind === 'createView') return { name: operation.view, expression: operation.view.expression };
  return operation.kind === 'alterView' ? { name: operation.view, expression: operation.expression } : undefined;
}

/** The renames come first, so that others know a table by its new name, and the database by the old one. */
export function nameBeforeRenames(name: QualifiedName, operations: readonly Operation[]): QualifiedName {
  return operations.reduceRight<QualifiedName>((known, operation) => {
    if (operation.kind === 'renameTable' && qualifiedKey(operation.to) === qualifiedKey(known)) return operation.table;
    if (operation.kind === 'renameSchema' && operation.to === known.schema) return { ...known, schema: operation.from };
    return known;
  }, qualifiedNameOf(name));
}
