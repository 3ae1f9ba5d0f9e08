import type { AlterTable, CreateIndex } from '../../sql/ddl/statement.js';
import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** Actions that have rules of their own, or take a moment. */
const OTHERS: ReadonlySet<string> = new Set(['changeColumn', 'addColumn', 'dropPartition', 'truncatePartition']);

/** ALTER TABLE that InnoDB cannot do in place. */
export const rule: LintRule = {
  code: 'copy-stops-writers',
  class: 'blocks-writes',
  level: 'error',
  summary: 'InnoDB copies the table, or builds an index in a way that keeps writers from it.',
  explanation: `A new CHECK, another character set or engine, a dropped primary key and some others copy the table (ALGORITHM=COPY), and a FULLTEXT or SPATIAL index is
built with LOCK=SHARED: nobody may write meanwhile. Write \`ALGORITHM=INPLACE, LOCK=NONE\` behind an ALTER TABLE, so that the server refuses what it can only do
by a copy. For what it refuses: a tool that copies in the background (gh-ost, pt-online-schema-change).`,
  databases: ['mysql'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0' });`,
    target: 'book',
  },
  statement: (statement, run) => {
    const { parsed, effects } = statement;
    if (parsed.kind !== 'alterTable' && parsed.kind !== 'createIndex') return [];
    const lock = effects.locks.find(({ object, blocks }) => object === 'table' && blocks !== 'nothing');
    if (lock === undefined || (!isAsked(parsed) && hasOwnRule(parsed))) return [];
    const table = targetOf(run.nameOf(parsed.table));
    const whom = lock.blocks === 'reads' ? `Readers and writers of ${table}` : `Writers of ${table}`;
    return [{ target: table, message: `${whom} wait until this is done: InnoDB needs ${lock.mode} for it.` }];
  },
};

/** Whether the statement itself asks for more than it may need. */
function isAsked({ asked }: AlterTable | CreateIndex): boolean {
  return asked?.algorithm === 'COPY' || asked?.lock === 'SHARED' || asked?.lock === 'EXCLUSIVE';
}

/** What has a rule of its own, and what takes a moment. */
function hasOwnRule(parsed: AlterTable | CreateIndex): boolean {
  return (
    parsed.kind === 'alterTable' &&
    parsed.actions.some(
      (action) =>
        OTHERS.has(action.action) || (action.action === 'addConstraint' && action.constraint.type === 'foreignKey'),
    )
  );
}
