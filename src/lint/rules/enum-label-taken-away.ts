import { labelsTakenAway } from '../enums.js';
import { execute, quoted } from '../fix.js';
import { isUpdated } from '../around.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';
import { quoteName } from '../../sql/identifiers.js';
import { quoteLiteral } from '../../sql/literals.js';

/** An enum that loses a label. */
export const rule: LintRule = {
  code: 'enum-label-taken-away',
  class: 'fails-on-rows',
  level: 'error',
  summary: 'A label is taken away from an enum, which fails while a row has it.',
  explanation: `One row with the label is enough, and old code may write it until the last moment. Give these rows another label first, in a revision of its own, and
let the release that no longer writes the label come before this one.`,
  example: {
    facts: {
      scene: `await op.createEnum('mood', ['sad', 'ok']);
await op.createTable({ name: 'reader', columns: [
  { name: 'id', type: 'integer', isPrimary: true },
  { name: 'mood', type: 'enum', enumName: 'mood', enum: ['sad', 'ok'] },
] });`,
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
      .map(({ table, column, labels }) => {
        const list = labels.map(quoteLiteral).join(', ');
        return {
          target: targetOf(table, column),
          message: `This fails while a row of ${targetOf(table)} has ${list}.`,
          fix: `// In a revision before:\n${execute(`UPDATE ${quoted(table)} SET ${quoteName(column)} = 'another label' WHERE ${quoteName(column)} IN (${list})`)}`,
        };
      }),
};
