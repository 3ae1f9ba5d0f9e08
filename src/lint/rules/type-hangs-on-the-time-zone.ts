import { earlierIn } from '../around.js';
import { textOf } from '../by-hand.js';
import { asCode, execute, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** A change between times with and without a time zone. */
export const rule: LintRule = {
  code: 'type-hangs-on-the-time-zone',
  class: 'loses-data',
  level: 'error',
  summary:
    'A column of times gets or loses its time zone, and what each value becomes depends on the zone of the session.',
  explanation: `PostgreSQL converts between \`timestamp\` and \`timestamptz\` in the session's TimeZone, MySQL between \`DATETIME\` and \`TIMESTAMP\` in its
\`time_zone\`: on a server with another setting the same revision makes other values, without an error. Name the zone that the values are in: by a
\`using\`, which writes the table again, or by setting the zone before. With TimeZone UTC PostgreSQL writes no row.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.alterColumn('book', 'published', { type: 'timestamp with time zone' });`,
    target: 'book.published',
    safe: [
      `await op.execute("SET LOCAL TimeZone = 'UTC'");
await op.alterColumn('book', 'published', { type: 'timestamp with time zone' });`,
    ],
  },
  statement: (statement, run) => {
    const losses = statement.effects.loses.filter(({ isByTimeZone }) => isByTimeZone);
    if (losses.length === 0 || setsZone(statement, run)) return [];
    return losses.map((loss) => ({
      target: targetOf(loss.name, loss.column),
      message: `What each value of ${targetOf(loss.name, loss.column)} becomes depends on the time zone of the session that runs this.`,
      fix: fixOf(statement, run),
    }));
  },
};

function setsZone(statement: LintedStatement, run: LintRun): boolean {
  return earlierIn(statement, run).some(
    ({ parsed }) => parsed.kind === 'set' && /^(?:timezone|time_zone)$/i.test(parsed.setting),
  );
}

/** The same call with the zone that the values are in, UTC; other statements of the run have theirs again. */
function fixOf(statement: LintedStatement, run: LintRun): string | undefined {
  const { call } = statement;
  const sql = textOf(statement, run);
  if (call.byHand && sql === undefined) return undefined;
  const change = sql === undefined ? asCode(call.operation) : execute(sql);
  const [set, reset] = run.dialect.rules.utcZone ?? [];
  return steps(
    '// Where the values are in UTC; else name their zone.',
    set && execute(set),
    change,
    reset && execute(reset),
  );
}
