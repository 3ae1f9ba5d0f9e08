import type { PlainWords } from '../../dialects/dialect.js';
import { applyWith } from '../../operations/apply/apply.js';
import type { ColumnChange, Operation, OperationOf, TableOperation } from '../../operations/operation.js';
import type { ColumnModel, QualifiedName, SchemaModel } from '../../schema/schema.model.js';
import type { SqlRules } from '../../sql/rules.js';
import type { Comparison } from '../compare/compare.js';
import { columnKey, columnsByKey } from '../compare/column-key.js';
import {
  entitySpelling,
  spellExpression,
  spellIndex,
  plainSpelling,
  spellTable,
  spellView,
  type SqlSpelling,
} from './spelling.js';

/** What the words of a comparison are taken from. */
export interface SpellingSources {
  /** The schema that was compared, as the catalog prints it. */
  readonly actual: SchemaModel;
  /** The wanted schema, as the catalog would print it. */
  readonly wanted: SchemaModel;
  /** The same, in the same order, in the words of the entities. */
  readonly described: SchemaModel;
  readonly plainWords: PlainWords;
  readonly sqlRules: SqlRules;
}

/**
 * A comparison in the words of a person: what is made is said as the entities say it, what was there as plainly as can be.
 *
 * The catalog's own words are right for comparing, but full of casts and parentheses that nobody writes.
 */
export function withRevisionSpelling(comparison: Comparison, sources: SpellingSources): Comparison {
  if (comparison.operations.length === 0) return comparison;
  const words = spellingsOf({ ...sources, actual: withTypesRenamed(sources, comparison.operations) });
  const written = new Map<Operation, Operation>();
  const write = (operation: Operation): Operation => {
    const result =
      operation.kind === 'batch'
        ? { ...operation, operations: operation.operations.map((member) => write(member) as TableOperation) }
        : spellOperation(operation, words);
    written.set(operation, result);
    return result;
  };
  const operations = comparison.operations.map(write);
  const about = <A extends { readonly operation: Operation }>(said: A): A => ({
    ...said,
    operation: written.get(said.operation) ?? said.operation,
  });
  return {
    operations,
    warnings: comparison.warnings.map(about),
    renameCandidates: comparison.renameCandidates.map(about),
  };
}

/** What columns are changed from: all but views is said with the new names of types. */
function withTypesRenamed({ actual, sqlRules }: SpellingSources, operations: readonly Operation[]): SchemaModel {
  return operations.filter(({ kind }) => kind === 'renameEnum').reduce<SchemaModel>(applyWith(sqlRules), actual);
}

interface Spellings {
  /** For what an operation makes. */
  readonly made: SqlSpelling;
  /** For what it carries to be reversed. */
  readonly was: SqlSpelling;
  readonly columnsBefore: ReadonlyMap<string, ColumnModel>;
  readonly columnsAfter: ReadonlyMap<string, ColumnModel>;
}

function spellingsOf({ actual, wanted, described, plainWords }: SpellingSources): Spellings {
  return {
    made: entitySpelling(wanted, described, plainWords),
    was: plainSpelling(plainWords),
    columnsBefore: columnsByKey(actual),
    columnsAfter: columnsByKey(wanted),
  };
}

function spellOperation(operation: Operation, words: Spellings): Operation {
  const { made } = words;
  switch (operation.kind) {
    case 'createTable':
      return { ...operation, table: spellTable(made, operation.table) };
    case 'addColumn':
      return { ...operation, column: made.column(operation.table, operation.column) };
    case 'alterColumn':
      return spellAlteration(words, operation);
    case 'createCheck':
      return { ...operation, check: spellExpression(made, 'check', operation.table, operation.check) };
    case 'createExclusion':
      return { ...operation, exclusion: spellExpression(made, 'exclusion', operation.table, operation.exclusion) };
    case 'createIndex':
      return { ...operation, index: spellIndex(made, operation.table, operation.index) };
    case 'createView':
      return { ...operation, view: spellView(made, operation.view) };
    case 'alterView': {
      const { view, expression, existing = '' } = operation;
      const textIn = (spelling: SqlSpelling, sql: string): string => spelling.text('view', view, view.name, sql);
      return { ...operation, expression: textIn(made, expression), existing: textIn(words.was, existing) };
    }
    default:
      return spellPrevious(operation, words.was);
  }
}

function spellPrevious(operation: Operation, spelling: SqlSpelling): Operation {
  if (!('was' in operation) || operation.was === undefined) return operation;
  switch (operation.kind) {
    case 'dropTable':
      return { ...operation, was: spellTable(spelling, operation.was) };
    case 'dropColumn':
      return { ...operation, was: spelling.column(operation.table, operation.was) };
    case 'dropCheck':
      return { ...operation, was: spellExpression(spelling, 'check', operation.table, operation.was) };
    case 'dropExclusion':
      return { ...operation, was: spellExpression(spelling, 'exclusion', operation.table, operation.was) };
    case 'dropIndex':
      return { ...operation, was: spellIndex(spelling, operation.table, operation.was) };
    case 'dropView':
      return { ...operation, was: spellView(spelling, operation.was) };
    default:
      return operation;
  }
}

/** A default is said for its column, whose type the change itself may not name. */
function spellAlteration(words: Spellings, operation: OperationOf<'alterColumn'>): Operation {
  const { table, column, to, existing } = operation;
  return {
    ...operation,
    to: spellChange(words.made, table, words.columnsAfter.get(columnKey(table, column)), to),
    ...(existing && {
      existing: spellChange(words.was, table, words.columnsBefore.get(columnKey(table, column)), existing),
    }),
  };
}

function spellChange(
  spelling: SqlSpelling,
  table: QualifiedName,
  column: ColumnModel | undefined,
  change: ColumnChange,
): ColumnChange {
  if (column === undefined) return change;
  const { type, default: value, asExpression } = spelling.column(table, column);
  return {
    ...change,
    ...(change.type !== undefined && { type }),
    ...(typeof change.default === 'string' && value !== undefined && { default: value }),
    ...(typeof change.asExpression === 'string' && asExpression !== undefined && { asExpression }),
  };
}
