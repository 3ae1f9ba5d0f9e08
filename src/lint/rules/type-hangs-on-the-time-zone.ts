import { quoteName } from '../../sql/identifiers.js';
import { earlierIn } from '../around.js';
import { asCode, execute, quoted, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { type LintedStatement, type LintRun, targetOf } from '../subject.js';
import type { Loss } from '../../dialects/effects.js';

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
      fix: fixOf(statement, loss, run),
    }));
  },
};

function setsZone(statement: LintedStatement, run: LintRun): boolean {
  return earlierIn(statement, run).some(
    ({ parsed }) => parsed.kind === 'set' && /^(?:timezone|time_zone)$/i.test(parsed.setting),
  );
}

function fixOf({ call: { operation }, sql }: LintedStatement, { name, column = '' }: Loss, run: LintRun): string {
  const call = operation.kind === 'execute' ? execute(sql) : asCode(operation);
  const { convertsByExpression, setsUtc } = run.dialect.rules;
  if (!convertsByExpression) return steps(setsUtc && execute(setsUtc), call);
  const using = `${quoteName(column)} AT TIME ZONE 'UTC'`;
  if (operation.kind === 'alterColumn') return asCode({ ...operation, to: { ...operation.to, using } });
  return steps(
    `// In place of it, with the type:`,
    execute(`ALTER TABLE ${quoted(name)} ALTER ${quoteName(column)} TYPE timestamptz USING ${using}`),
  );
}
