import { qualifiedKey } from '../../schema/schema.model.js';
import { validated } from '../fix.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** NOT VALID and VALIDATE without a commit between them. */
export const rule: LintRule = {
  code: 'validated-in-the-same-transaction',
  class: 'lock-held-long',
  level: 'error',
  summary:
    'A constraint is added NOT VALID and validated in one transaction, which holds the lock of the first while it reads all rows.',
  explanation: `The lock of ADD CONSTRAINT lasts to the end of the transaction. VALIDATE CONSTRAINT in the same one reads all rows under it, as if NOT VALID
had been left out. \`isConcurrent\` commits before it.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0', isValidated: false });
await op.validateConstraint('book', 'CHK_pages');`,
    target: 'book',
    safe: [
      `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0', isValidated: false });
await op.validateConstraint('book', 'CHK_pages', { isConcurrent: true });`,
    ],
  },
  statement: (statement, run) =>
    actionsOn(statement, run, 'validateConstraint').flatMap(({ table, action: { name } }) => {
      const key = qualifiedKey(table);
      const isAddedHere = run
        .inTransaction(statement.transaction)
        .some(
          ({ parsed }) =>
            parsed.kind === 'alterTable' &&
            qualifiedKey(run.nameOf(parsed.table)) === key &&
            parsed.actions.some(
              (action) =>
                action.action === 'addConstraint' && action.constraint.isNotValid && action.constraint.name === name,
            ),
        );
      if (!isAddedHere) return [];
      return [
        {
          target: targetOf(table),
          message: `The lock that adding ${name} took is held until all rows of ${targetOf(table)} are read.`,
          fix: statement.isPart ? undefined : validated(table, name),
        },
      ];
    }),
};
