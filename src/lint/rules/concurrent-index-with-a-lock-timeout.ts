import { subjectOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall } from '../subject.js';

/** A timeout that is set before CONCURRENTLY. */
export const rule: LintRule = {
  code: 'concurrent-index-with-a-lock-timeout',
  class: 'fails-in-transaction',
  level: 'warning',
  summary: 'A timeout is set before CONCURRENTLY, which has to wait for others: it fails and leaves an INVALID index.',
  explanation: `CONCURRENTLY waits until the transactions of others are over, which takes as long as they do. A \`lock_timeout\` or
\`statement_timeout\` ends that (55P03, 57014), and leaves an index that is INVALID. Outside of transactions a run sets both to 0 by itself: leave the setting out.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.autocommit(async () => {
  await op.execute("SET lock_timeout = '2s'");
  await op.execute('CREATE INDEX CONCURRENTLY "IDX_title" ON "book" ("title")');
});`,
    target: 'book',
    safe: [`await op.createIndex('book', { name: 'IDX_title', columnNames: ['title'], isConcurrent: true });`],
  },
  statement: (statement, run) => {
    const { effects, call } = statement;
    if (!effects.isOutside || !effects.waitsForOthers) return [];
    const setting = timeoutBefore(call, run.calls);
    if (setting === undefined) return [];
    return [
      {
        target: targetOf(subjectOf(statement, run)),
        message: `This waits for the transactions of others, and fails when the ${setting} that is set before it is over.`,
      },
    ];
  },
};

/** The timeout that is set in the revision before a call, outside of a transaction or for the session. */
function timeoutBefore({ index, revision }: LintedCall, calls: readonly LintedCall[]): string | undefined {
  let found: string | undefined;
  for (let at = index - 1; at >= 0 && calls[at]?.revision === revision; at--) {
    for (const { parsed, sql } of calls[at]?.statements ?? []) {
      if (parsed.kind !== 'set' || !/^(?:lock|statement)_timeout$/i.test(parsed.setting)) continue;
      if (/\bLOCAL\b/i.test(sql) || /^\W*(?:0|DEFAULT)\b/i.test(parsed.value)) return found;
      found = parsed.setting;
    }
  }
  return found;
}
