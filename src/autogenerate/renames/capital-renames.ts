import { applyOperation } from '../../operations/apply/apply.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import type { NameRules } from '../../schema/name-rules.js';
import { qualifiedKey, qualifiedNameOf, type SchemaModel } from '../../schema/schema.model.js';
import type { Pair } from '../compare/matching.js';

/**
 * The renames of tables and columns whose names differ from the wanted ones only in case, for databases that treat both as one name.
 * Nobody is asked about them, since the database cannot have both.
 */
export function capitalRenames(
  actual: SchemaModel,
  wanted: SchemaModel,
  { fold, foldColumn = fold }: Pick<NameRules, 'fold' | 'foldColumn'>,
): Operation[] {
  const tables = differingInCase(actual.tables, wanted.tables, fold).map(
    ({ actual: from, wanted: to }): OperationOf<'renameTable'> => ({
      kind: 'renameTable',
      table: qualifiedNameOf(from),
      to: qualifiedNameOf(to),
    }),
  );
  const named = tables.reduce<SchemaModel>(applyOperation, actual);
  const byName = new Map(named.tables.map((table) => [qualifiedKey(table), table]));
  const columns = wanted.tables.flatMap((table) => {
    const actualTable = byName.get(qualifiedKey(table));
    return differingInCase(actualTable?.columns ?? [], table.columns, foldColumn).map(
      ({ actual: from, wanted: to }): Operation => {
        return { kind: 'renameColumn', table: qualifiedNameOf(table), from: from.name, to: to.name };
      },
    );
  });
  return [...tables, ...columns];
}

/** Pairs of members whose names differ only in case. A name that both sides have is in no pair. */
function differingInCase<T extends { readonly name: string }>(
  actual: readonly T[],
  wanted: readonly T[],
  fold: NameRules['fold'],
): Pair<T>[] {
  if (wanted.every(({ name }, place) => actual[place]?.name === name)) return [];
  const exact = new Set(actual.map(({ name }) => name));
  const missing = wanted.filter(({ name }) => !exact.has(name));
  const folded = new Map(actual.map((member) => [fold(member.name), member]));
  return missing.flatMap((member) => {
    const counterpart = folded.get(fold(member.name));
    return counterpart === undefined ? [] : [{ actual: counterpart, wanted: member }];
  });
}
