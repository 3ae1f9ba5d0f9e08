import { earlierIn } from '../around.js';
import type { LintRule } from '../rule.js';
import { type LintedStatement, targetOf } from '../subject.js';

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
    const passes = passesOf(statement);
    if (passes.length === 0) return [];
    const earlier = new Set(
      earlierIn(statement, run)
        .filter(({ transaction }) => transaction === statement.transaction)
        .flatMap(passesOf),
    );
    return passes
      .filter((table) => earlier.has(table))
      .map((table) => ({
        target: table,
        message: `All rows of ${table} are read or written again, as by an earlier statement. One ALTER TABLE with commas does it in one pass.`,
      }));
  },
};

/** The tables of which an ALTER TABLE reads or writes all rows while nobody else may read them. */
function passesOf({ parsed, effects }: LintedStatement): readonly string[] {
  if (parsed.kind !== 'alterTable') return [];
  const exclusive = new Set(effects.locks.filter(({ blocks }) => blocks === 'reads').map(({ name }) => targetOf(name)));
  const tables = effects.work.filter(({ kind }) => kind !== 'build').map(({ table }) => targetOf(table));
  return [...new Set(tables)].filter((table) => exclusive.has(table));
}
