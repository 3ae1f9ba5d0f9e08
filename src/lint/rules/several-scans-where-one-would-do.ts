import { earlierIn } from '../around.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** ALTER TABLE after ALTER TABLE, each of which reads or writes all rows. */
export const rule: LintRule = {
  code: 'several-scans-where-one-would-do',
  class: 'blocks-reads',
  level: 'note',
  summary: 'Several statements read or write all rows of a table, one after the other, under its strongest lock.',
  explanation: `Changes of types, checks and NOT NULL in one ALTER TABLE, with commas between them, are one pass over the rows. One by one each is a pass of
its own, and the lock is held through all of them.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_pages', expression: 'pages > 0' });
await op.createCheckConstraint('book', { name: 'CHK_price', expression: 'price > 0' });`,
    target: 'book',
  },
  statement: (statement, run) => {
    const passes = passesOf(statement, run);
    if (passes.length === 0) return [];
    const earlier = new Set(
      earlierIn(statement, run)
        .filter(({ transaction }) => transaction === statement.transaction)
        .flatMap((each) => passesOf(each, run)),
    );
    return passes
      .filter((table) => earlier.has(table))
      .map((table) => ({
        target: table,
        message: `All rows of ${table} are read or written again, as by an earlier statement. One ALTER TABLE with commas does it in one pass.`,
      }));
  },
};

/** The table of an ALTER TABLE that reads or writes all of its rows while nobody else may read them. */
function passesOf({ parsed, effects }: LintedStatement, run: LintRun): readonly string[] {
  if (parsed.kind !== 'alterTable') return [];
  const table = targetOf(run.nameOf(parsed.table));
  const isExclusive = effects.locks.some(({ name, blocks }) => blocks === 'reads' && targetOf(name) === table);
  const isPass = effects.work.some((work) => work.kind !== 'build' && targetOf(work.table) === table);
  return isExclusive && isPass ? [table] : [];
}
