import { applyOperation } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import type { NameRules } from '../../schema/name-rules.js';
import { qualifiedKey, qualifiedNameOf, type SchemaModel } from '../../schema/schema.model.js';

/**
 * The renames of tables and columns whose names differ from the wanted ones in capitals alone, where these are one name to
 * the database. There is nothing to ask: the database could not have both.
 */
export function capitalRenames(actual: SchemaModel, wanted: SchemaModel, fold: NameRules['fold']): Operation[] {
  const tables = differingInCase(actual.tables, wanted.tables, fold).map(
    ({ has, wants }): OperationOf<'renameTable'> => ({
      kind: 'renameTable',
      table: qualifiedNameOf(has),
      to: qualifiedNameOf(wants),
    }),
  );
  const named = tables.reduce<SchemaModel>(applyOperation, actual);
  const byName = new Map(named.tables.map((table) => [qualifiedKey(table), table]));
  const columns = wanted.tables.flatMap((table) => {
    const standing = byName.get(qualifiedKey(table));
    return differingInCase(standing?.columns ?? [], table.columns, fold).map(({ has, wants }): Operation => {
      return { kind: 'renameColumn', table: qualifiedNameOf(table), from: has.name, to: wants.name };
    });
  });
  return [...tables, ...columns];
}

/** Pairs of the same name but for its capitals. A name that both sides have as it is belongs to no such pair. */
function differingInCase<T extends { readonly name: string }>(
  actual: readonly T[],
  wanted: readonly T[],
  fold: NameRules['fold'],
): { readonly has: T; readonly wants: T }[] {
  if (wanted.every(({ name }, place) => actual[place]?.name === name)) return [];
  const exact = new Set(actual.map(({ name }) => name));
  const missing = wanted.filter(({ name }) => !exact.has(name));
  const folded = new Map(actual.map((member) => [fold(member.name), member]));
  return missing.flatMap((wants) => {
    const has = folded.get(fold(wants.name));
    return has === undefined ? [] : [{ has, wants }];
  });
}
