import { sqlLiteral } from '../../autogenerate/render/source.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { asCode, steps, quoted, argument, notNullSteps, rewritten } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall, type LintRun } from '../subject.js';

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
        fix: fixOf(call, table, column, run),
      })),
};

function fixOf(call: LintedCall, table: QualifiedName, column: string, run: LintRun): string | undefined {
  const name = run.dialect.quote(column);
  const fill = `UPDATE ${quoted(table, run)} SET ${name} = … WHERE ${name} IS NULL`;
  return rewritten(
    call,
    'addColumn',
    (operation) => operation.column.name === column,
    (operation) =>
      steps(
        asCode({ ...operation, column: { ...operation.column, isNullable: true } }),
        `// Give the rows that are there a value: await op.inBatches({ table: ${argument(table)} }, ${sqlLiteral(fill)});`,
        run.dialect.rules.validatesLater
          ? notNullSteps(table, column)
          : asCode({ kind: 'alterColumn', table, column, to: { isNullable: false } }),
      ),
  );
}
