import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';
import { type CompareContext, compareContext, type CompareSettings } from './compare-context.js';
import { compareEnums, withDefaultsApart } from './compare-enums.js';
import { compareTables } from './compare-tables.js';
import { compareViews } from './compare-views.js';
import { enumRenames, enumNamesFreed } from '../renames/enum-renames.js';
import { withForeignKeyDetours } from './foreign-key-detours.js';
import { withKeysTogether } from '../order/keys-together.js';
import { refuseKeyConversions } from './key-conversions.js';
import { withUnnamedConstraints } from '../order/unnamed-constraints.js';
import { inBatches, inRunningOrder } from '../order/operation-order.js';
import { inBatchesBetween } from '../order/batches-between.js';
import { type RenameCandidate, renameCandidates, renameWarnings } from '../renames/rename-candidates.js';
import { withIndexNamesFreed } from '../order/index-name-conflicts.js';
import { mergedWarnings } from '../warnings/broken-views.js';
import { type Warning, warningsOf } from '../warnings/warnings.js';

/** What differs between two schemas. */
export interface Comparison {
  /** In an order in which they run, and in which their reverses run backwards. */
  readonly operations: readonly Operation[];
  /** At most one for an operation. */
  readonly warnings: readonly Warning[];
  readonly renameCandidates: readonly RenameCandidate[];
}

/**
 * Compares a database's schema with the wanted one, both canonical: as the database prints them.
 *
 * Each difference is one operation, the smallest possible one, which holds what it removes or changes, so that it can be reversed.
 * Nothing that is still wanted is dropped. Objects that entities do not support are left alone: sequences, extensions, schemas,
 * enum types without a column, indexes on expressions.
 *
 * @throws KeyConversionError when a primary key would change to a type that its values cannot be converted to.
 */
export function compareSchemas(actual: SchemaModel, wanted: SchemaModel, settings: CompareSettings): Comparison {
  const context = compareContext(settings);
  const apply = applyWith(settings.sqlRules);
  const typeRenames = enumRenames(actual, wanted, context);
  const withNewTypes = typeRenames.reduce<SchemaModel>(apply, actual);
  const renames = [...typeRenames, ...enumNamesFreed(withNewTypes, wanted, context)];
  const renamedActual = renames.reduce<SchemaModel>(apply, actual);
  const objects = compareObjects(renamedActual, wanted, { ...context, renames: [...context.renames, ...renames] });
  const freed = withIndexNamesFreed(objects, renamedActual, context);
  const all = [
    ...compareContainers(renamedActual, wanted),
    ...renames,
    ...freed.operations.map(withPreviousQuery(actual)),
  ];
  const operations = [
    ...freed.first,
    ...withUnnamedConstraints(ordered(all, renamedActual, context), renamedActual, settings.sqlRules),
  ];
  const candidates =
    settings.detectRenames === false
      ? []
      : renameCandidates(
          operations,
          { actual: renamedActual, wanted, enumRenames: renames, hasColumnLabels: settings.rules.hasColumnLabels },
          settings.isDeclined,
        );
  const suspects = new Set(candidates.map(({ operation }) => operation));
  const { conversionRisk, quote } = settings;
  const { rebuildsTables } = context;
  const others = warningsOf(operations, {
    actual: renamedActual,
    wanted,
    conversionRisk,
    quote,
    rebuildsTables,
  }).filter(({ operation }) => operation.kind === 'alterEnum' || !suspects.has(operation));
  return {
    operations,
    // What a suspected rename says of a drop is in its own warning; but not that rows may hold a lost label.
    warnings: mergedWarnings([...others, ...renameWarnings(candidates, operations)]),
    renameCandidates: candidates,
  };
}

/**
 * Drops of views with the query that the view had before types were renamed: a downgrade creates views after the types have their old
 * names again.
 */
function withPreviousQuery({ views }: SchemaModel): (operation: Operation) => Operation {
  const previous = new Map(views.map((view) => [qualifiedKey(view), view]));
  return (operation) => {
    const was = operation.kind === 'dropView' ? previous.get(qualifiedKey(operation.view)) : undefined;
    if (operation.kind !== 'dropView' || was === undefined) return operation;
    return { ...operation, was: { ...was, indices: operation.was?.indices ?? was.indices } };
  };
}

/** Creates missing schemas and extensions. They may be shared with others, so none is ever dropped. */
function compareContainers(actual: SchemaModel, wanted: SchemaModel): Operation[] {
  const missing = (actualNames: readonly string[], wantedNames: readonly string[]): string[] =>
    wantedNames.filter((name) => !actualNames.includes(name)).sort();
  return [
    ...missing(actual.schemas, wanted.schemas).map((name): Operation => ({ kind: 'createSchema', name })),
    ...missing(actual.extensions, wanted.extensions).map((name): Operation => ({ kind: 'createExtension', name })),
  ];
}

function compareObjects(actual: SchemaModel, wanted: SchemaModel, context: CompareContext): Operation[] {
  const tables = compareTables(actual, wanted, context);
  refuseKeyConversions(actual, tables, context.wantedAsWritten ?? wanted);
  const changes = context.rebuildsTables ? tables : withForeignKeyDetours(actual, wanted, tables, context);
  const views = compareViews(actual, wanted, changes, context);
  const others = [...changes, ...views];
  return [...others, ...compareEnums(actual, wanted, others, context)];
}

function ordered(operations: readonly Operation[], actual: SchemaModel, context: CompareContext): Operation[] {
  const { before, after } = withDefaultsApart(operations, actual);
  const sorted = withKeysTogether(inRunningOrder(after, before), context.rebuildsTables);
  if (context.rebuildsTables) return inBatches(sorted);
  return context.batchesChanges ? inBatchesBetween(sorted) : sorted;
}
