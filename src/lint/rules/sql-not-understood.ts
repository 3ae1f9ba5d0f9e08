import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** What lint cannot look into. */
export const rule: LintRule = {
  code: 'sql-not-understood',
  class: 'style',
  level: 'note',
  summary: 'Lint does not know what a statement or the rest of a revision does, and finds nothing in it.',
  explanation: `Lint reads the calls of \`op\`, and SQL by hand as far as its parser goes (with \`libpg-query\` installed, all that PostgreSQL itself understands). It does not see what
a block builds with EXECUTE, what a procedure does, or what a revision does that asks a database first. Check by hand what the other rules look for, and allow
the finding with the result as the reason.`,
  example: {
    unsafe: `await op.execute('CALL archive_books()');`,
    target: 'archive_books',
  },
  statement: ({ parsed, call }, run) => {
    if (!call.byHand) return [];
    if (parsed.kind === 'unknown') {
      const { verb, reason } = parsed;
      return [
        { target: verb, message: `Lint does not know what ${verb} does${reason === undefined ? '' : `: ${reason}`}.` },
      ];
    }
    if (parsed.kind !== 'call') return [];
    const target = targetOf(run.nameOf(parsed.name));
    return [{ target, message: `Lint does not know what the procedure ${target} does.` }];
  },
};
