import { applyWith } from '../../operations/apply/apply.js';
import type { Operation } from '../../operations/operation.js';
import { qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';
import { type CompareContext, compareContext, type CompareSettings } from './compare-context.js';
import { compareEnums, partDefaults } from './compare-enums.js';
import { compareTables } from './compare-tables.js';
import { compareViews } from './compare-views.js';
import { enumRenames, enumNamesFreed } from '../renames/enum-renames.js';
import { withForeignKeyDetours } from './foreign-key-detours.js';
import { withKeysTogether } from '../order/keys-together.js';
import { refuseKeyConversions } from './key-conversions.js';
import { withUnnamedConstraints } from '../order/unnamed-constraints.js';
import { inBatches, inRunningOrder } from '../order/operation-order.js';
import { type RenameCandidate, renameCandidates, renameWarnings } from '../renames/rename-candidates.js';
import { withIndexNamesFreed } from '../order/index-name-conflicts.js';
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
 * Each difference is one operation, the smallest that there is for it, and carries along what it removes or changes.
 * Nothing is dropped that is still wanted. What entities have no words for is left alone: sequences, extensions, schemas,
 * enum types without a column, indexes on expressions.
 *
 * @throws KeyConversionError when a primary key would change to a type that its values cannot be converted to.
 */
export function compareSchemas(actual: SchemaModel, wanted: SchemaModel, settings: CompareSettings): Comparison {
  const context = compareContext(settings);
  const apply = applyWith(settings.sqlRules);
  const renamed = enumRenames(actual, wanted, context);
  const followed = renamed.reduce<SchemaModel>(apply, actual);
  const renames = [...renamed, ...enumNamesFreed(followed, wanted, context)];
  const present = renames.reduce<SchemaModel>(apply, actual);
  const objects = compareObjects(present, wanted, { ...context, renames: [...context.renames, ...renames] });
  const { vacating, operations } = withIndexNamesFreed(objects, present, context);
  const all = [...compareContainers(present, wanted), ...renames, ...operations.map(withFormerText(actual))];
  const arranged = [...vacating, ...withUnnamedConstraints(arrange(all, present, context), present, settings.sqlRules)];
  const candidates =
    settings.detectRenames === false
      ? []
      : renameCandidates(arranged, { actual: present, wanted, enumRenames: renames }, settings.isDeclined);
  const suspects = new Set(candidates.map(({ operation }) => operation));
  const { conversionRisk, quote } = settings;
  const { rebuildsTables } = context;
  const others = warningsOf(arranged, { actual: present, wanted, conversionRisk, quote, rebuildsTables }).filter(
    ({ operation }) => !suspects.has(operation),
  );
  return {
    operations: arranged,
    warnings: [...others, ...renameWarnings(candidates, arranged)],
    renameCandidates: candidates,
  };
}

/** Views go before types get other names, and come back when these have their old ones again. */
function withFormerText({ views }: SchemaModel): (operation: Operation) => Operation {
  const former = new Map(views.map((view) => [qualifiedKey(view), view]));
  return (operation) => {
    const was = operation.kind === 'dropView' ? former.get(qualifiedKey(operation.view)) : undefined;
    if (operation.kind !== 'dropView' || was === undefined) return operation;
    return { ...operation, was: { ...was, indices: operation.was?.indices ?? was.indices } };
  };
}

/** What tables and types stand in and on. It is shared with others, so it is only ever added. */
function compareContainers(actual: SchemaModel, wanted: SchemaModel): Operation[] {
  const missing = (had: readonly string[], wanted: readonly string[]): string[] =>
    wanted.filter((name) => !had.includes(name)).sort();
  return [
    ...missing(actual.schemas, wanted.schemas).map((name): Operation => ({ kind: 'createSchema', name })),
    ...missing(actual.extensions, wanted.extensions).map((name): Operation => ({ kind: 'createExtension', name })),
  ];
}

function compareObjects(actual: SchemaModel, wanted: SchemaModel, context: CompareContext): Operation[] {
  const tables = compareTables(actual, wanted, context);
  refuseKeyConversions(actual, tables, context.described ?? wanted);
  const changes = context.rebuildsTables ? tables : withForeignKeyDetours(actual, wanted, tables, context);
  const views = compareViews(actual, wanted, changes, context);
  const others = [...changes, ...views];
  return [...others, ...compareEnums(actual, wanted, others, context)];
}

function arrange(operations: readonly Operation[], actual: SchemaModel, context: CompareContext): Operation[] {
  const { before, after } = partDefaults(operations, actual);
  const ordered = withKeysTogether(inRunningOrder(after, before), context.rebuildsTables);
  return context.rebuildsTables ? inBatches(ordered) : ordered;
}
