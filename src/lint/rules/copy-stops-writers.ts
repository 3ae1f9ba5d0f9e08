import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** What has rules of its own. */
const OTHERS = new Set(['changeColumn', 'addColumn']);

/** ALTER TABLE that InnoDB cannot do in place. */
export const rule: LintRule = {
  code: 'copy-stops-writers',
  class: 'blocks-writes',
  level: 'error',
  summary: 'InnoDB copies the table, or builds an index in a way that keeps writers from it.',
  explanation: `A new CHECK, another character set, a dropped primary key and some others copy the table (ALGORITHM=COPY), and a FULLTEXT index is built with
LOCK=SHARED: nobody may write meanwhile. Write \`ALGORITHM=INPLACE, LOCK=NONE\` behind an ALTER TABLE, so that the server refuses what it can only do
by a copy. For what it refuses: a tool that copies in the background (gh-ost, pt-online-schema-change).`,
  databases: ['mysql'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0' });`,
    target: 'book',
  },
  statement: (statement, run) => {
    const actions = actionsOn(
      statement,
      run,
      'addConstraint',
      'addIndex',
      'dropPrimaryKey',
      'other',
      'addColumn',
      'changeColumn',
    );
    const [first] = actions;
    const lock = statement.effects.locks.find(({ blocks }) => blocks !== 'nothing');
    if (first === undefined || lock === undefined || actions.some(({ action }) => OTHERS.has(action.action))) return [];
    const isKey = actions.some(
      ({ action }) => action.action === 'addConstraint' && action.constraint.type === 'foreignKey',
    );
    if (isKey) return [];
    return [
      {
        target: targetOf(first.table),
        message: `Writers of ${targetOf(first.table)} wait until it is done: ${lock.mode}.`,
      },
    ];
  },
};
