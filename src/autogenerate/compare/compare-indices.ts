import { isDeepStrictEqual } from 'node:util';
import type { TableOperation } from '../../operations/operation.js';
import { indexTextsMention } from '../../operations/apply/apply-table.js';
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
 * An index on expressions that options do not say is made by hand, since entities have no words for it, and one with
 * `synchronize: false` is left to others: both are left alone. Any other index that no entity knows is dropped, unless
 * `includeObject` says no. What goes with a column is dropped in any case, so that it is written down and comes back with it.
 * What nobody says about an index of an entity (sort order, INCLUDE, operator classes, NULLS NOT DISTINCT) is not held against
 * one that has it; one that options say has nothing else.
 *
 * PostgreSQL builds no index of a partitioned table concurrently: there the wish is passed over.
 *
 * @param dropped columns that go
 */
export function compareIndices(
  actual: Indexed,
  described: Indexed,
  { inclusion, isUnmanagedIndex, isOptionIndex, sqlRules }: CompareContext,
  dropped: readonly string[] = [],
): TableOperation[] {
  const wanted =
    actual.postgres?.partitionedBy === undefined
      ? described
      : { ...described, indices: described.indices.map(inTransaction) };
  const table = qualifiedNameOf(wanted);
  const goes = (index: IndexModel): boolean => dropped.some((column) => isOf(index, column, sqlRules));
  const isSame = (one: IndexModel, other: IndexModel): boolean =>
    isSameIndex(one, other, isOptionIndex(wanted, other.name));
  const said = wanted.indices.filter(({ name, expression }) => expression !== undefined || isOptionIndex(wanted, name));
  const isSaid = (index: IndexModel): boolean =>
    said.some((other) => other.name === index.name || isSame(index, other));
  const isOurs = (index: IndexModel): boolean =>
    isSaid(index) || (index.expression === undefined && !isUnmanagedIndex(wanted, index.name));
  const ours = actual.indices.filter((index) => isOurs(index) || goes(index));
  const all = matchNamed(ours, wanted.indices, isSame);
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

function inTransaction({ isConcurrent: _wish, ...index }: IndexModel): IndexModel {
  return index;
}

function isOf(index: IndexModel, column: string, rules: SqlRules): boolean {
  return [...index.columnNames, ...(index.include ?? [])].includes(column) || indexTextsMention(index, column, rules);
}

function dropIndex(table: QualifiedName, was: IndexModel, isConcurrent?: true): TableOperation {
  return { kind: 'dropIndex', table, name: was.name, ...(isConcurrent && { isConcurrent }), was };
}

/** Whether two indexes are the same, but for the name and for what nobody says about the wanted one. */
export function isSameIndex(actual: IndexModel, wanted: IndexModel, isInFull = false): boolean {
  return isDeepStrictEqual(...compared(actual, wanted, isInFull));
}

/** Both sides of an index, without their names, as far as the wanted one says something; in full it says all. */
function compared(actual: IndexModel, wanted: IndexModel, isInFull: boolean): [object, object] {
  const says = (field: keyof IndexModel): boolean => isInFull || wanted[field] !== undefined;
  const side = ({ columnNames, isUnique, isSpatial, isFulltext, type, where, ...rest }: IndexModel): object => ({
    columnNames,
    isUnique,
    isSpatial,
    isFulltext,
    type,
    where,
    expression: rest.expression,
    columnOptions: says('columnOptions') ? { ...rest.columnOptions } : undefined,
    include: says('include') ? new Set(rest.include) : undefined,
    nullsNotDistinct: says('nullsNotDistinct') ? rest.nullsNotDistinct : undefined,
  });
  return [side(actual), side(wanted)];
}
