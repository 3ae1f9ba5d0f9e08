import { isDeepStrictEqual } from 'node:util';
import type { AlterColumn, Operation } from '../../operations/operation.js';
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
  const keepsType = keptUsers(actual, changes);
  return [
    ...enums.wantedOnly.map((type): Operation => ({ kind: 'createEnum', enum: type })),
    ...enums.pairs.flatMap((pair) => changeValues(pair, newLabelUsableAtOnce ? [] : changes, sqlRules)),
    // A type that no column used was created by hand, for something else; one that a column keeps is still needed.
    ...enums.actualOnly
      .filter((type) => used.has(qualifiedKey(type)) && ![...(used.get(qualifiedKey(type)) ?? [])].some(keepsType))
      .map((type): Operation => ({ kind: 'dropEnum', enum: qualifiedNameOf(type), was: type })),
  ];
}

/** Whether a column, by its key, still has its enum type after the changes: for example, when its table is left out of the comparison. */
function keptUsers({ tables }: SchemaModel, changes: readonly Operation[]): (key: string) => boolean {
  const droppedTables = new Set(
    changes.flatMap((change) => (change.kind === 'dropTable' ? [qualifiedKey(change.table)] : [])),
  );
  const changed = changes.flatMap((change) =>
    change.kind === 'dropColumn' || (change.kind === 'alterColumn' && change.to.type !== undefined)
      ? [columnKey(change.table, change.column)]
      : [],
  );
  const ofDroppedTables = tables
    .filter((table) => droppedTables.has(qualifiedKey(table)))
    .flatMap((table) => table.columns.map(({ name }) => columnKey(table, name)));
  const released = new Set([...changed, ...ofDroppedTables]);
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
  return expressionsOf(change).some((sql) => mentionsLabel(sql, value, rules));
}

/** The SQL expressions that an operation brings into the database. */
function expressionsOf(change: Operation): string[] {
  switch (change.kind) {
    case 'createTable':
      return [
        ...change.table.columns.flatMap(expressionsOfColumn),
        ...change.table.checks.map(({ expression }) => expression),
        ...change.table.exclusions.map(({ expression }) => expression),
        ...change.table.indices.flatMap(({ where }) => where ?? []),
      ];
    case 'addColumn':
      return expressionsOfColumn(change.column);
    case 'alterColumn':
      return expressionsOfColumn(change.to);
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

function expressionsOfColumn(column: {
  readonly default?: string | null;
  readonly asExpression?: string | null;
}): string[] {
  return [column.default, column.asExpression].filter((sql) => typeof sql === 'string');
}

/**
 * Splits changes of defaults around enum types that are re-created: the default would have to be a value of the old type and of the
 * new one. So a default that changes too is dropped before, and set after.
 */
export function withDefaultsApart(
  changes: readonly Operation[],
  actual: SchemaModel,
): { readonly before: readonly Operation[]; readonly after: readonly Operation[] } {
  const recreated = new Set(
    changes.flatMap((change) => (change.kind === 'alterEnum' ? [qualifiedKey(change.enum)] : [])),
  );
  if (recreated.size === 0) return { before: [], after: changes };
  const columns = new Map(
    actual.tables.flatMap((table) =>
      table.columns
        .filter((column) => recreated.has(enumKeyOf(column) ?? ''))
        .map((column) => [columnKey(table, column.name), column] as const),
    ),
  );
  const parts = changes.map((change) => {
    const isSplit =
      change.kind === 'alterColumn' && columns.has(columnKey(change.table, change.column)) && hasDefaults(change);
    return isSplit ? splitDefault(change) : { before: [], after: [change] };
  });
  return { before: parts.flatMap(({ before }) => before), after: parts.flatMap(({ after }) => after) };
}

function hasDefaults({ to, existing }: AlterColumn): boolean {
  return to.default !== undefined && typeof existing?.default === 'string';
}

function splitDefault(change: AlterColumn): { readonly before: Operation[]; readonly after: Operation[] } {
  const { to, existing, ...column } = change;
  const dropped: Operation = { ...column, to: { default: null }, existing: { default: existing?.default ?? null } };
  const isWhole = to.default === null && Object.keys(to).length === 1;
  return { before: [dropped], after: isWhole ? [] : [{ ...column, to, existing: { ...existing, default: null } }] };
}
