import { tableRenamesIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** The strongest locks of two tables in use in one transaction. */
export const rule: LintRule = {
  code: 'several-tables-under-lock',
  class: 'lock-held-long',
  level: 'note',
  summary: 'A transaction takes the strongest lock of a second table while it holds that of a first.',
  explanation: `While a transaction waits for the lock of a second table, nobody can use the first. \`lockTimeout\` limits that: the run then rolls back,
pauses and begins again. An application that locks the same tables in another order can deadlock with it. A revision for each table, with
\`transactionPerMigration\`, holds one at a time.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });
await op.addColumn('author', { name: 'born', type: 'date', isNullable: true });`,
    target: 'author',
  },
  statement: (statement, run) => {
    const own = exclusive(statement);
    if (own.length === 0) return [];
    // Once for a transaction: the second table is the news.
    const earlier = lockedBefore(statement, run);
    if (earlier.size > 1) return [];
    const [first] = earlier;
    const second = own.find((name) => name !== first);
    if (first === undefined || second === undefined) return [];
    return [{ target: second, message: `Nobody can use ${first} while this waits for the lock of ${second}.` }];
  },
};

function exclusive({ effects }: LintedStatement): readonly string[] {
  return effects.locks.flatMap(({ object, name, blocks }) =>
    object === 'table' && blocks === 'reads' ? [targetOf(name)] : [],
  );
}

interface Locked {
  readonly statements: readonly LintedStatement[];
  /** How many of the statements are in `names`. */
  seen: number;
  readonly names: Set<string>;
}

const locked = new WeakMap<LintRun, Locked>();

/** The tables that the transaction has locked before a statement. */
function lockedBefore({ transaction }: LintedStatement, run: LintRun): ReadonlySet<string> {
  const statements = run.inTransaction(transaction);
  const known = locked.get(run);
  const now = known?.statements === statements ? known : { statements, seen: 0, names: new Set<string>() };
  locked.set(run, now);
  // The statement itself comes to them when it is done.
  for (const each of statements.slice(now.seen)) {
    for (const name of exclusive(each)) now.names.add(name);
    // A lock goes on under the new name.
    for (const { from, to } of tableRenamesIn(each.parsed)) {
      if (now.names.delete(targetOf(run.nameOf(from)))) now.names.add(targetOf(run.nameOf(to)));
    }
  }
  now.seen = statements.length;
  return now.names;
}
