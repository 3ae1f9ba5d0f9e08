import { isDeepStrictEqual } from 'node:util';
import type { TableOperation } from '../../operations/operation.js';
import { needsOtherColumn } from '../../operations/apply/apply-table.js';
import { type IndexModel, qualifiedNameOf, type QualifiedName, type TableParts } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import type { CompareContext } from './compare-context.js';
import { included } from './compare-constraints.js';
import { matchNamed } from './matching.js';

interface Indexed extends QualifiedName, Pick<TableParts, 'postgres'> {
  readonly indices: readonly IndexModel[];
}

/**
 * The operations that turn the indexes of a table or a materialised view into the wanted ones.
 *
 * - An index on expressions that the option `indexes` does not specify is left alone: entities do not support it, so it was made by
 *   hand. So is one with `synchronize: false`.
 * - Any other index that no entity has is dropped, unless `includeObject` leaves it out.
 * - An index on a column that is dropped is dropped in any case: the database would do it, and a downgrade creates it again.
 * - What an entity does not specify (sort order, INCLUDE, operator classes, NULLS NOT DISTINCT) is no difference; an index of the
 *   option must not have what the option leaves out.
 * - `isConcurrent` is ignored for a partitioned table: PostgreSQL builds no such index concurrently.
 *
 * @param dropped columns that are dropped
 */
export function compareIndices(
  actual: Indexed,
  unpartitioned: Indexed,
  { inclusion, isUnmanagedIndex, isOptionIndex, sqlRules }: CompareContext,
  dropped: readonly string[] = [],
): TableOperation[] {
  const wanted =
    actual.postgres?.partitionedBy === undefined
      ? unpartitioned
      : { ...unpartitioned, indices: unpartitioned.indices.map(inTransaction) };
  const table = qualifiedNameOf(wanted);
  const isDropped = (index: IndexModel): boolean => dropped.some((column) => usesColumn(index, column, sqlRules));
  const isSame = (one: IndexModel, other: IndexModel): boolean =>
    isSameIndex(one, other, isOptionIndex(wanted, other.name));
  const specified = wanted.indices.filter(
    ({ name, expression }) => expression !== undefined || isOptionIndex(wanted, name),
  );
  const isSpecified = (index: IndexModel): boolean =>
    specified.some((other) => other.name === index.name || isSame(index, other));
  const isManaged = (index: IndexModel): boolean =>
    isSpecified(index) || (index.expression === undefined && !isUnmanagedIndex(wanted, index.name));
  const compared = actual.indices.filter((index) => isManaged(index) || isDropped(index));
  const all = matchNamed(compared, wanted.indices, isSame);
  const matches = included(all, 'index', inclusion);
  const leftOut = all.removed.filter((index) => !matches.removed.includes(index));
  return [
    ...[...matches.removed, ...leftOut.filter(isDropped)].map((index) => dropIndex(table, index)),
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

function inTransaction({ isConcurrent: _isConcurrent, ...index }: IndexModel): IndexModel {
  return index;
}

function usesColumn(index: IndexModel, column: string, rules: SqlRules): boolean {
  return index.columnNames.includes(column) || needsOtherColumn(index, column, rules);
}

function dropIndex(table: QualifiedName, was: IndexModel, isConcurrent?: true): TableOperation {
  return { kind: 'dropIndex', table, name: was.name, ...(isConcurrent && { isConcurrent }), was };
}

/** Whether two indexes are the same but for their names, and for what the wanted one does not specify unless it is `isInFull`. */
export function isSameIndex(actual: IndexModel, wanted: IndexModel, isInFull = false): boolean {
  return isDeepStrictEqual(...comparedFields(actual, wanted, isInFull));
}

/** The fields of both sides that count: all of them in full, and else those that the wanted index specifies. Never the name. */
function comparedFields(actual: IndexModel, wanted: IndexModel, isInFull: boolean): [object, object] {
  const specifies = (field: keyof IndexModel): boolean => isInFull || wanted[field] !== undefined;
  const side = ({ columnNames, isUnique, isSpatial, isFulltext, type, where, ...rest }: IndexModel): object => ({
    columnNames,
    isUnique,
    isSpatial,
    isFulltext,
    type,
    where,
    expression: rest.expression,
    columnOptions: specifies('columnOptions') ? { ...rest.columnOptions } : undefined,
    include: specifies('include') ? new Set(rest.include) : undefined,
    nullsNotDistinct: specifies('nullsNotDistinct') ? rest.nullsNotDistinct : undefined,
  });
  return [side(actual), side(wanted)];
}
