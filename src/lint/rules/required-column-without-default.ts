import { sqlLiteral } from '../../autogenerate/render/source.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { asCode, steps, quoted, argument, notNullSteps, rewritten } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall, type LintedStatement, type LintRun } from '../subject.js';

/** A new column that is NOT NULL and has no value for old rows. */
export const rule: LintRule = {
  code: 'required-column-without-default',
  class: 'fails-on-rows',
  level: 'error',
  summary: 'A column is added that may not be NULL, and rows that are there have no value for it.',
  explanation: `One row in the table is enough for it to fail. Give the column a default, which costs nothing where it is constant, or add it without NOT NULL, fill it
in batches, and make it NOT NULL then.

By hand MySQL and MariaDB add it all the same, and make up its values: an empty text, 0, the first label. \`op.addColumn\` refuses that where there are rows.`,
  example: {
    unsafe: `await op.addColumn('book', { name: 'language', type: 'text' });`,
    target: 'book.language',
    safe: [`await op.addColumn('book', { name: 'language', type: 'text', default: "'en'" });`],
  },
  statement: (statement, run) => [
    ...statement.effects.fails
      .filter(({ on }) => on === 'any')
      .map(({ table, column = '', reason = `${column} has no value for it` }) => ({
        target: targetOf(table, column),
        message: `This fails if ${targetOf(table)} has a row, as ${reason}.`,
        fix: fixOf(statement.call, table, column, run),
      })),
    ...madeUp(statement, run).map((target) => ({
      target,
      message: `Rows that are there get a value in ${target} that nobody has chosen: '' or 0.`,
    })),
  ],
};

/** Columns that MySQL adds all the same, by hand: it makes up their values. */
function madeUp({ call, parsed, effects }: LintedStatement, run: LintRun): readonly string[] {
  if (!call.byHand || run.dialect.rules.makesUpValues !== true) return [];
  const added = statementsIn(parsed).flatMap((one) =>
    one.kind === 'alterTable'
      ? one.actions.flatMap((action) => (action.action === 'addColumn' ? [action.column.name] : []))
      : [],
  );
  return effects.breaks.flatMap(({ how, name, column }) =>
    how === 'required' && column !== undefined && added.includes(column) && !run.isFree(name)
      ? [targetOf(run.nameOf(name), column)]
      : [],
  );
}

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
