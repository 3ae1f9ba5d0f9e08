import { isDeepStrictEqual } from 'node:util';
import type { AlterColumn, ColumnChange, Operation } from '../../operations/operation.js';
import type { ColumnModel, QualifiedName } from '../../schema/schema.model.js';
import { mentionsColumn } from '../../sql/columns.js';
import type { SqlRules } from '../../sql/rules.js';
import type { Pair } from './matching.js';

/**
 * The changes of a table's columns, with each generated column turned into a plain one while a column that its expression uses changes
 * its type: first it loses its expression, then the types change, then it gets its expression back.
 *
 * For databases with the rule `generatedMustBePlain`.
 */
export function withComputedApart(
  changes: readonly Operation[],
  table: QualifiedName,
  columns: readonly Pair<ColumnModel>[],
  rules: SqlRules,
): readonly Operation[] {
  const alters = changes.filter((change) => change.kind === 'alterColumn');
  const altered = alters.filter(({ to }) => to.type !== undefined);
  const retyped = altered.filter(changesType);
  const isComputedFrom = (bases: readonly AlterColumn[], { asExpression }: ColumnModel): boolean =>
    asExpression !== undefined && bases.some(({ column }) => mentionsColumn(asExpression, column, rules));
  const apart = columns.filter(({ actual, wanted }) => {
    const bases = actual.asExpression === wanted.asExpression ? retyped : altered;
    return isComputedFrom(bases, actual) || isComputedFrom(bases, wanted);
  });
  const names = new Set(apart.map(({ wanted }) => wanted.name));
  const of = (column: string) => ({ kind: 'alterColumn', table, column }) as const;
  return [
    ...apart.flatMap(({ actual }) =>
      actual.asExpression === undefined ? [] : [{ ...of(actual.name), to: PLAIN, existing: expressionOf(actual) }],
    ),
    ...changes.filter((change) => change.kind !== 'alterColumn' || !names.has(change.column)),
    ...apart.flatMap(({ wanted }) => {
      const change = alters.find(({ column }) => column === wanted.name);
      const [to, existing] = [withoutExpression(change?.to), withoutExpression(change?.existing)];
      if (wanted.asExpression !== undefined) {
        return [{ ...of(wanted.name), to: { ...to, ...expressionOf(wanted) }, existing: { ...existing, ...PLAIN } }];
      }
      return Object.keys(to).length === 0 ? [] : [{ ...of(wanted.name), to, existing }];
    }),
  ];
}

const PLAIN = { asExpression: null } as const;

/** Whether a column gets another type. Length and precision do not count, as expressions do not depend on them. */
function changesType({ to, existing }: AlterColumn): boolean {
  const typeOf = ({ type, isArray, enumName }: ColumnChange): unknown[] => [type, isArray, enumName];
  return to.type !== undefined && !isDeepStrictEqual(typeOf(to), typeOf(existing ?? {}));
}

function expressionOf({ asExpression, generatedType }: ColumnModel): ColumnChange {
  return { ...(asExpression !== undefined && { asExpression }), ...(generatedType && { generatedType }) };
}

function withoutExpression(change: ColumnChange = {}): ColumnChange {
  const { asExpression: _expression, generatedType: _type, ...rest } = change;
  return rest;
}
