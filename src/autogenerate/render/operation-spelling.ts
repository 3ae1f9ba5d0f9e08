import type { SqlSpelling } from '../../dialects/dialect.js';
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
  type RevisionSpelling,
} from './spelling.js';

/** The schemas that expressions are looked up in. */
export interface SpellingSources {
  /** The actual schema after the renames, as the catalog prints it. */
  readonly actual: SchemaModel;
  /** The canonical schema. */
  readonly wanted: SchemaModel;
  /** The same members in the same order, as the entities write them. */
  readonly wantedAsWritten: SchemaModel;
  readonly sqlSpelling: SqlSpelling;
  readonly sqlRules: SqlRules;
}

/**
 * Rewrites the SQL expressions of operations for readers: new objects get the spelling of the entity, previous ones the
 * catalog's without redundant casts and parentheses.
 *
 * A comparison needs the catalog's spelling, but nobody would write it: `((name)::text <> ''::text)` is `name <> ''` in the
 * entity.
 */
export function withRevisionSpelling(comparison: Comparison, sources: SpellingSources): Comparison {
  if (comparison.operations.length === 0) return comparison;
  const spellings = spellingsOf({ ...sources, actual: withTypesRenamed(sources, comparison.operations) });
  const written = new Map<Operation, Operation>();
  const write = (operation: Operation): Operation => {
    const result =
      operation.kind === 'batch'
        ? { ...operation, operations: operation.operations.map((member) => write(member) as TableOperation) }
        : spellOperation(operation, spellings);
    written.set(operation, result);
    return result;
  };
  const operations = comparison.operations.map(write);
  const withWritten = <A extends { readonly operation: Operation }>(remark: A): A => ({
    ...remark,
    operation: written.get(remark.operation) ?? remark.operation,
  });
  return {
    operations,
    warnings: comparison.warnings.map(withWritten),
    renameCandidates: comparison.renameCandidates.map(withWritten),
  };
}

/** The actual schema with the new names of enum types: operations on columns run after types are renamed. */
function withTypesRenamed({ actual, sqlRules }: SpellingSources, operations: readonly Operation[]): SchemaModel {
  return operations.filter(({ kind }) => kind === 'renameEnum').reduce<SchemaModel>(applyWith(sqlRules), actual);
}

interface Spellings {
  /** For what an operation creates. */
  readonly created: RevisionSpelling;
  /** For what it holds to be reversed. */
  readonly previous: RevisionSpelling;
  readonly columnsBefore: ReadonlyMap<string, ColumnModel>;
  readonly columnsAfter: ReadonlyMap<string, ColumnModel>;
}

function spellingsOf({ actual, wanted, wantedAsWritten, sqlSpelling }: SpellingSources): Spellings {
  return {
    created: entitySpelling(wanted, wantedAsWritten, sqlSpelling),
    previous: plainSpelling(sqlSpelling),
    columnsBefore: columnsByKey(actual),
    columnsAfter: columnsByKey(wanted),
  };
}

function spellOperation(operation: Operation, spellings: Spellings): Operation {
  const { created } = spellings;
  switch (operation.kind) {
    case 'createTable':
      return { ...operation, table: spellTable(created, operation.table) };
    case 'addColumn':
      return { ...operation, column: created.column(operation.table, operation.column) };
    case 'alterColumn':
      return spellAlteration(spellings, operation);
    case 'createCheck':
      return { ...operation, check: spellExpression(created, 'check', operation.table, operation.check) };
    case 'createExclusion':
      return { ...operation, exclusion: spellExpression(created, 'exclusion', operation.table, operation.exclusion) };
    case 'createIndex':
      return { ...operation, index: spellIndex(created, operation.table, operation.index) };
    case 'createView':
      return { ...operation, view: spellView(created, operation.view) };
    case 'alterView': {
      const { view, expression, existing = '' } = operation;
      const spell = (spelling: RevisionSpelling, sql: string): string =>
        spelling.expression('view', view, view.name, sql);
      return { ...operation, expression: spell(created, expression), existing: spell(spellings.previous, existing) };
    }
    default:
      return spellPrevious(operation, spellings.previous);
  }
}

function spellPrevious(operation: Operation, spelling: RevisionSpelling): Operation {
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

/** Spells a change with the whole column: the spelling of a default depends on the type, which the change may not hold. */
function spellAlteration(spellings: Spellings, operation: OperationOf<'alterColumn'>): Operation {
  const { table, column, to, existing } = operation;
  return {
    ...operation,
    to: spellChange(spellings.created, table, spellings.columnsAfter.get(columnKey(table, column)), to),
    ...(existing && {
      existing: spellChange(spellings.previous, table, spellings.columnsBefore.get(columnKey(table, column)), existing),
    }),
  };
}

function spellChange(
  spelling: RevisionSpelling,
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
