import { actionsOn, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** A change of type of a column in a check or in a foreign key. */
export const rule: LintRule = {
  code: 'type-checks-rows-again',
  class: 'blocks-reads',
  level: 'warning',
  summary:
    'A change of type leaves the rows as they are, but a check of the column reads them all, or its foreign keys lock other tables.',
  explanation: `A check of the column is made again, and reads all rows under the strongest lock. Drop it before, and add it after with NOT VALID and VALIDATE.
Of a column in a foreign key, at either end, the other table is locked as well; drop the foreign key before, and add it again after.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.createTable({ name: 'reader', columns: [{ name: 'id', type: 'bigint', isPrimary: true }, { name: 'mail', type: 'varchar', length: '50' }],
  checks: [{ name: 'CHK_mail', expression: "mail <> ''" }] });`,
    },
    unsafe: `await op.alterColumn('reader', 'mail', { type: 'varchar', length: '100' });`,
    target: 'reader.mail',
    safe: [
      `await op.dropCheckConstraint('reader', 'CHK_mail');
await op.alterColumn('reader', 'mail', { type: 'varchar', length: '100' });
await op.createCheckConstraint('reader', { name: 'CHK_mail', expression: "mail <> ''", isValidated: false });
await op.validateConstraint('reader', 'CHK_mail', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    actionsOn(statement, run, 'setType').flatMap(({ table, action: { column } }) => {
      const { work, locks } = statement.effects;
      const others = locks.flatMap(({ object, name, blocks }) =>
        object === 'table' && blocks === 'reads' && targetOf(name) !== targetOf(table) ? [targetOf(name)] : [],
      );
      // A rewrite is another rule's; what it does to other tables is not.
      const isScanned = !isRewritten(statement, table) && work.some(({ kind }) => kind === 'scan');
      if (!isScanned && others.length === 0) return [];
      const message = isScanned
        ? `Nobody can read or write ${targetOf(table)} until a check of ${column} has read all rows.`
        : `Nobody can use ${others.join(', ')} either, at the other end of a foreign key, until the transaction ends.`;
      return [{ target: targetOf(table, column), message }];
    }),
};
