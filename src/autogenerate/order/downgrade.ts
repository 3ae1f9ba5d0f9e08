import type { Dialect } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import { reverseAll } from '../../operations/reverse.js';
import { qualifiedKey, type SchemaModel } from '../../schema/schema.model.js';
import { withGapsFilledOnDowngrade } from '../compare/fill-gaps.js';
import { notNullStepsIn } from '../render/added-columns.js';
import { isInstalled } from './upgrade.js';

/**
 * The operations that undo an upgrade.
 *
 * @param actual the database before the upgrade, without and with its renames
 */
export function downgradeOf(
  upgrade: readonly Operation[],
  actual: { readonly before: SchemaModel; readonly renamed: SchemaModel },
  { rules, quote, sqlSpelling }: Pick<Dialect, 'rules' | 'quote' | 'sqlSpelling'>,
): readonly Operation[] {
  const undone = oneChangePerEnum(reverseAll(reversible(upgrade, actual.before)));
  return withGapsFilledOnDowngrade(undone, actual.renamed, { ...rules, quote, sqlSpelling });
}

/**
 * The operations that have something to undo. Values that were filled into rows remain, an extension that was installed
 * before remains, and an added column is dropped whether or not it is NOT NULL by then.
 */
function reversible(operations: readonly Operation[], actual: SchemaModel): readonly Operation[] {
  const notNullSteps = notNullStepsIn(operations);
  return operations.filter(
    (operation) => operation.kind !== 'execute' && !isInstalled(operation, actual) && !notNullSteps.has(operation),
  );
}

/** Removes values of one enum in one operation: each one re-creates the type, however many values it removes. */
function oneChangePerEnum(operations: readonly Operation[]): Operation[] {
  const merged: Operation[] = [];
  for (const operation of operations) {
    const last = merged.at(-1);
    const isSameEnum =
      operation.kind === 'alterEnum' &&
      last?.kind === 'alterEnum' &&
      qualifiedKey(operation.enum) === qualifiedKey(last.enum);
    if (!isSameEnum) merged.push(operation);
    else if (last.existing) merged[merged.length - 1] = { ...operation, existing: last.existing };
  }
  return merged;
}
