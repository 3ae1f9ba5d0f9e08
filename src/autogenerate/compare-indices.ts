import { isDeepStrictEqual } from 'node:util';
import type { TableOperation } from '../operations/operation.js';
import { indexTextsMention } from '../operations/apply-table.js';
import { type IndexModel, qualifiedNameOf, type QualifiedName } from '../schema/schema.model.js';
import type { CompareContext } from './compare-context.js';
import { included } from './compare-constraints.js';
import { matchNamed } from './matching.js';

interface Indexed extends QualifiedName {
  readonly indices: readonly IndexModel[];
}

/**
 * The operations that turn the indexes of a table or a materialised view into the wanted ones.
 *
 * An index on expressions is made by hand, since entities have no words for it, and one with `synchronize: false` is left to
 * others: both are left alone. Any other index that no entity knows is dropped, unless `includeObject` says no. What goes
 * with a column is dropped in any case, so that it is written down and comes back with the column.
 * What an entity cannot say about an index (sort order, INCLUDE, operator classes, NULLS NOT DISTINCT) is not held against
 * one that has it.
 *
 * @param dropped columns that go
 */
export function compareIndices(
  actual: Indexed,
  wanted: Indexed,
  { inclusion, isUnmanagedIndex }: CompareContext,
  dropped: readonly string[] = [],
): TableOperation[] {
  const table = qualifiedNameOf(wanted);
  const goes = (index: IndexModel): boolean => dropped.some((column) => isOf(index, column));
  const isOurs = (index: IndexModel): boolean =>
    index.expression === undefined && !isUnmanagedIndex(wanted, index.name);
  const ours = actual.indices.filter((index) => isOurs(index) || goes(index));
  const all = matchNamed(ours, wanted.indices, isSameIndex);
  const matches = included(all, 'index', inclusion);
  const leftOut = all.removed.filter((index) => !matches.removed.includes(index));
  return [
    ...[...matches.removed, ...leftOut.filter(goes)].map((index) => dropIndex(table, index)),
    ...matches.changed.map((pair) => dropIndex(table, pair.actual, pair.wanted.isConcurrent)),
    ...matches.renamed.map((pair): TableOperation => ({
      kind: 'renameIndex',
      table,
      from: pair.actual.name,
      to: pair.wanted.name,
    })),
    ...[...matches.changed.map(({ wanted }) => wanted), ...matches.added].map((index): TableOperation => ({
      kind: 'createIndex',
      table,
      index,
    })),
  ];
}

function isOf(index: IndexModel, column: string): boolean {
  return [...index.columnNames, ...(index.include ?? [])].includes(column) || indexTextsMention(index, column);
}

function dropIndex(table: QualifiedName, was: IndexModel, isConcurrent?: true): TableOperation {
  return { kind: 'dropIndex', table, name: was.name, ...(isConcurrent && { isConcurrent }), was };
}

/** Whether two indexes are the same, but for the name and for what no entity can say. */
export function isSameIndex(actual: IndexModel, wanted: IndexModel): boolean {
  return isDeepStrictEqual(sayable(actual), sayable(wanted));
}

/** What an entity can say about an index, beside its name. */
function sayable({ columnNames, isUnique, isSpatial, isFulltext, type, where }: IndexModel): object {
  return { columnNames, isUnique, isSpatial, isFulltext, type, where };
}
