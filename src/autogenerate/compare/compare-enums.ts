import { isDeepStrictEqual } from 'node:util';
import type { Operation, OperationOf } from '../../operations/operation.js';
import { mentionsLabel } from '../../sql/literals.js';
import type { SqlRules } from '../../sql/rules.js';
import { type EnumModel, qualifiedKey, qualifiedNameOf, type SchemaModel } from '../../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { columnKey } from './column-key.js';
import { enumKeyOf, enumUsers } from './enum-users.js';
import { type Pair, pairByName } from './matching.js';

/** The operations that turn the enum types of a schema into the wanted ones, `changes` being all other operations. */
export function compareEnums(
  actual: SchemaModel,
  wanted: SchemaModel,
  changes: readonly Operation[],
  { inclusion, newLabelUsableAtOnce, sqlRules }: CompareContext,
): Operation[] {
  const enums = inclusion.in('enum', pairByName(actual.enums, wanted.enums));
  const used = enumUsers(actual);
  const isLeft = leftColumns(actual, changes);
  return [
    ...enums.wantedOnly.map((type): Operation => ({ kind: 'createEnum', enum: type })),
    ...enums.pairs.flatMap((pair) => changeValues(pair, newLabelUsableAtOnce ? [] : changes, sqlRules)),
    // A type that no column used was made by hand, for something else, and one that a column keeps is still needed.
    ...enums.actualOnly
      .filter((type) => used.has(qualifiedKey(type)) && ![...(used.get(qualifiedKey(type)) ?? [])].some(isLeft))
      .map((type): Operation => ({ kind: 'dropEnum', enum: qualifiedNameOf(type), was: type })),
  ];
}

/** Whether a column, by its key, has the same type after the changes: its table, say, is left out of the comparison. */
function leftColumns({ tables }: SchemaModel, changes: readonly Operation[]): (key: string) => boolean {
  const gone = new Set(changes.flatMap((change) => (change.kind === 'dropTable' ? [qualifiedKey(change.table)] : [])));
  const changed = changes.flatMap((change) =>
    change.kind === 'dropColumn' || (change.kind === 'alterColumn' && change.to.type !== undefined)
      ? [columnKey(change.table, change.column)]
      : [],
  );
  const ofGone = tables
    .filter((table) => gone.has(qualifiedKey(table)))
    .flatMap((table) => table.columns.map(({ name }) => columnKey(table, name)));
  const released = new Set([...changed, ...ofGone]);
  return (key) => !released.has(key);
}

/**
 * New values are added to the type; a type of which values are removed or reordered is re-created, as is one with a new value
 * that one of the changes uses.
 */
function changeValues(
  { actual, wanted }: Pair<EnumModel>,
  changes: readonly Operation[],
  rules: SqlRules,
): Operation[] {
  if (isDeepStrictEqual(actual.values, wanted.values)) return [];
  const name = qualifiedNameOf(wanted);
  const added = wanted.values.filter((value) => !actual.values.includes(value));
  const keepsOrder = isDeepStrictEqual(
    wanted.values.filter((value) => actual.values.includes(value)),
    actual.values,
  );
  if (!keepsOrder || added.some((value) => changes.some((change) => mentionsValue(change, value, rules)))) {
    return [{ kind: 'alterEnum', enum: name, values: wanted.values, existing: actual.values }];
  }
  let existing = actual.values;
  return added.map((value): Operation => {
    const before = wanted.values.slice(wanted.values.indexOf(value)).find((label) => existing.includes(label));
    const operation: Operation = {
      kind: 'addEnumValue',
      enum: name,
      value,
      ...(before !== undefined && { before }),
      existing,
    };
    existing = existing.toSpliced(before === undefined ? existing.length : existing.indexOf(before), 0, value);
    return operation;
  });
}

/** May be true of a change that does not use the value: then the type is re-created in vain, and nothing fails. */
function mentionsValue(change: Operation, value: string, rules: SqlRules): boolean {
  return textsOf(change).some((text) => mentionsLabel(text, value, rules));
}

/** All SQL that an operation brings into the database. */
function textsOf(change: Operation): string[] {
  switch (change.kind) {
    case 'createTable':
      return [
        ...change.table.columns.flatMap(textsOfColumn),
        ...change.table.checks.map(({ expression }) => expression),
        ...change.table.exclusions.map(({ expression }) => expression),
        ...change.table.indices.flatMap(({ where }) => where ?? []),
      ];
    case 'addColumn':
      return textsOfColumn(change.column);
    case 'alterColumn':
      return textsOfColumn(change.to);
    case 'createCheck':
      return [change.check.expression];
    case 'createExclusion':
      return [change.exclusion.expression];
    case 'createIndex':
      return change.index.where === undefined ? [] : [change.index.where];
    case 'createView':
      return [change.view.expression];
    default:
      return [];
  }
}

function textsOfColumn(column: { readonly default?: string | null; readonly asExpression?: string | null }): string[] {
  return [column.default, column.asExpression].filter((text) => typeof text === 'string');
}

/**
 * Table operations around types that are made anew: a default would have to be a value of the old type and of the new one,
 * so a default that changes too is taken away before and given back after.
 */
export function partDefaults(
  changes: readonly Operation[],
  actual: SchemaModel,
): { readonly before: readonly Operation[]; readonly after: readonly Operation[] } {
  const anew = new Set(changes.flatMap((change) => (change.kind === 'alterEnum' ? [qualifiedKey(change.enum)] : [])));
  if (anew.size === 0) return { before: [], after: changes };
  const columns = new Map(
    actual.tables.flatMap((table) =>
      table.columns
        .filter((column) => anew.has(enumKeyOf(column) ?? ''))
        .map((column) => [columnKey(table, column.name), column] as const),
    ),
  );
  const parted = changes.map((change) => {
    const isHeld =
      change.kind === 'alterColumn' && columns.has(columnKey(change.table, change.column)) && hasDefaults(change);
    return isHeld ? partDefault(change) : { before: [], after: [change] };
  });
  return { before: parted.flatMap(({ before }) => before), after: parted.flatMap(({ after }) => after) };
}

type AlterColumn = OperationOf<'alterColumn'>;

function hasDefaults({ to, existing }: AlterColumn): boolean {
  return to.default !== undefined && typeof existing?.default === 'string';
}

function partDefault(change: AlterColumn): { readonly before: Operation[]; readonly after: Operation[] } {
  const { to, existing, ...column } = change;
  const taken: Operation = { ...column, to: { default: null }, existing: { default: existing?.default ?? null } };
  const isAll = to.default === null && Object.keys(to).length === 1;
  return { before: [taken], after: isAll ? [] : [{ ...column, to, existing: { ...existing, default: null } }] };
}
