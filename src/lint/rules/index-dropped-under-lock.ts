import type { DropObjects } from '../../sql/ddl/statement.js';
import { textOf } from '../by-hand.js';
import { asCode, autocommit, steps, quoted, rewritten } from '../fix.js';
import { isPartitioned, subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** DROP INDEX without CONCURRENTLY. */
export const rule: LintRule = {
  code: 'index-dropped-under-lock',
  class: 'needs-concurrently',
  level: 'note',
  summary: 'An index is dropped under the strongest lock of its table.',
  explanation: `DROP INDEX takes a moment, but it waits for the queries of the table that run, and later ones wait behind it. \`lockTimeout\` and the
tries of a run limit that. With CONCURRENTLY nobody waits.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.dropIndex('loan', 'IDX_loan_book');`,
    target: 'loan',
    safe: [`await op.dropIndex('loan', 'IDX_loan_book', { isConcurrent: true });`],
  },
  statement: (statement, run) => {
    const { parsed, effects, call } = statement;
    if (parsed.kind !== 'drop' || parsed.object !== 'INDEX' || parsed.isConcurrent) return [];
    // Whether there is such an index is not known.
    const isDoubtful = parsed.ifExists === true && !effects.locks.some(({ object }) => object === 'table');
    if (effects.locks.length === 0 || isDoubtful) return [];
    const table = subjectOf(statement, run);
    return [
      {
        target: targetOf(table),
        message: `Queries of ${targetOf(table)} may have to wait: this waits for those that run, and later ones wait behind it.`,
        fix: isPartitioned(call, table) || parsed.isCascade ? undefined : fixOf(statement, parsed, run),
      },
    ];
  },
};

function fixOf(statement: LintedStatement, { names, ifExists }: DropObjects, run: LintRun): string | undefined {
  const { call } = statement;
  if (!call.byHand) {
    return rewritten(
      call,
      'dropIndex',
      () => true,
      (operation) => asCode({ ...operation, isConcurrent: true }),
    );
  }
  if (textOf(statement, run) === undefined) return undefined;
  const condition = ifExists ? 'IF EXISTS ' : '';
  return steps(...names.map((name) => autocommit(`DROP INDEX CONCURRENTLY ${condition}${quoted(name, run)}`)));
}
