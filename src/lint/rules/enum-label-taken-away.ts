import type { QualifiedName } from '../../schema/schema.model.js';
import { quoteLiteral } from '../../sql/literals.js';
import { isUpdated } from '../around.js';
import { labelsTakenAway } from '../enums.js';
import { execute, inBatches, quoted, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { MOODS } from '../scenes.js';
import { type LintedCall, type LintRun, targetOf } from '../subject.js';

/** An enum that loses a label. */
export const rule: LintRule = {
  code: 'enum-label-taken-away',
  class: 'fails-on-rows',
  level: 'error',
  summary: 'A label is taken away from an enum, which fails while a row has it.',
  explanation: `One row with the label is enough, and old code may write it until the last moment. Give these rows another label first, in batches, and
let the release that no longer writes the label come before this revision.`,
  example: {
    facts: {
      scene: MOODS,
    },
    unsafe: `await op.alterEnum('mood', ['ok']);`,
    target: 'reader.mood',
  },
  call: (call, run) =>
    labelsTakenAway(call, run)
      .filter(({ table, column }) => {
        const [first] = call.statements;
        return first === undefined || !isUpdated(first, table, column, run);
      })
      .map(({ table, column, labels, kept }) => {
        const { quote } = run.dialect;
        const list = labels.map(quoteLiteral).join(', ');
        return {
          target: targetOf(table, column),
          message: `This fails while a row of ${targetOf(table)} has ${list}.`,
          look: `SELECT count(*) FROM ${quoted(table, run)} WHERE ${quote(column)} IN (${list})`,
          fix: kept === undefined ? undefined : relabelled(call, table, column, `${quoteLiteral(kept)}`, list, run),
          fixPlace: 'before' as const,
        };
      }),
};

/** Another label for the rows, in batches. */
function relabelled(
  call: LintedCall,
  table: QualifiedName,
  column: string,
  kept: string,
  lost: string,
  run: LintRun,
): string {
  const name = run.dialect.quote(column);
  const sql = `UPDATE ${quoted(table, run)} SET ${name} = ${kept} WHERE ${name} IN (${lost})`;
  return steps(`// ${kept} or another label that stays:`, inBatches(table, sql, call, run) ?? execute(sql));
}
