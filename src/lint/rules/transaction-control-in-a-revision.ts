import { earlierIn, laterIn } from '../around.js';
import type { LintRule } from '../rule.js';
import type { LintedStatement, LintRun } from '../subject.js';

/** BEGIN, COMMIT, ROLLBACK and the like. */
export const rule: LintRule = {
  code: 'transaction-control-in-a-revision',
  class: 'fails-in-transaction',
  level: 'error',
  summary: 'A revision begins, commits or rolls back a transaction by itself.',
  explanation: `The run has its own transactions, with the row in the version table in them: a COMMIT in between leaves half of the run done when something fails later,
a ROLLBACK undoes what the run has recorded as done. \`op.autocommit\` runs statements outside of the transaction, and continues in a new one.`,
  example: {
    unsafe: `await op.execute('COMMIT');`,
    target: 'COMMIT',
    safe: [`await op.autocommit(() => op.execute('ANALYZE book'));`],
  },
  statement: (statement, run) => {
    const verb = verbOf(statement);
    if (verb === undefined || isWholeOutside(statement, run)) return [];
    return [{ target: verb, message: `${verb} interferes with the transaction of the run.` }];
  },
};

function verbOf({ parsed, call, sql }: LintedStatement): string | undefined {
  if (parsed.kind !== 'transaction' || !call.byHand) return undefined;
  // PREPARE names a statement to be run later.
  if (parsed.verb === 'PREPARE' && !/\bPREPARE\s+TRANSACTION\b/i.test(sql)) return undefined;
  return parsed.verb;
}

/** Outside of the run's transactions one call may have a transaction of its own: it begins and commits. */
function isWholeOutside(statement: LintedStatement, run: LintRun): boolean {
  if (statement.transaction !== undefined) return false;
  const verbs = [...earlierIn(statement, run), statement, ...laterIn(statement, run)]
    .filter(({ call }) => call === statement.call)
    .flatMap((each) => verbOf(each) ?? []);
  const count = (names: readonly string[]): number => verbs.filter((verb) => names.includes(verb)).length;
  return verbs.length > 1 && count(['BEGIN', 'START']) === count(['COMMIT', 'END']);
}
