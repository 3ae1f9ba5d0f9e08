import { asCode, notNullSteps, steps } from '../fix.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { LintRule } from '../rule.js';
import { type LintedCall, targetOf } from '../subject.js';
import type { QualifiedName } from '../../schema/schema.model.js';

/** A new column that is NOT NULL and has no value for old rows. */
export const rule: LintRule = {
  code: 'required-column-without-default',
  class: 'fails-on-rows',
  level: 'error',
  summary: 'A column is added that may not be NULL, and rows that are there have no value for it.',
  explanation: `One row in the table is enough for it to fail. Give the column a default, which costs nothing where it is constant, or add it without NOT NULL, fill it
in batches, and make it NOT NULL then.`,
  example: {
    unsafe: `await op.addColumn('book', { name: 'language', type: 'text' });`,
    target: 'book.language',
    safe: [`await op.addColumn('book', { name: 'language', type: 'text', default: "'en'" });`],
  },
  statement: ({ effects, call }, run) =>
    effects.fails
      .filter(({ on }) => on === 'any')
      .map(({ table, column = '', reason = `${column} has no value for it` }) => ({
        target: targetOf(table, column),
        message: `This fails if ${targetOf(table)} has a row, as ${reason}.`,
        ...fixOf(call, table, column, run.dialect.rules.validatesLater),
      })),
};

function fixOf(
  { operation }: LintedCall,
  table: QualifiedName,
  column: string,
  validatesLater: boolean,
): { readonly fix?: string } {
  const added = flatOperations([operation]).find((one) => one.kind === 'addColumn' && one.column.name === column);
  if (added?.kind !== 'addColumn') return {};
  return {
    fix: steps(
      asCode({ ...added, column: { ...added.column, isNullable: true } }),
      `// Then fill it with op.inBatches, and:`,
      validatesLater
        ? notNullSteps(table, column)
        : asCode({ kind: 'alterColumn', table, column, to: { isNullable: false } }),
    ),
  };
}
