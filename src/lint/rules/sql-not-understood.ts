import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** What lint cannot look into. */
export const rule: LintRule = {
  code: 'sql-not-understood',
  class: 'style',
  level: 'note',
  summary: 'What a statement or a revision does could not be found out, so that nothing is found in it.',
  explanation: `Lint reads the calls of \`op\`, and SQL by hand as far as its parser goes (with \`libpg-query\` installed, all that PostgreSQL itself understands). It does not see what
a block builds with EXECUTE, what a procedure does, or what a revision does that asks a database first. Look at it with the eyes of the other rules, and allow
the finding.`,
  example: {
    unsafe: `await op.execute('CALL archive_books()');`,
    target: 'archive_books',
  },
  statement: ({ parsed, call }, run) => {
    if (!call.byHand) return [];
    if (parsed.kind === 'unknown') {
      const { verb, reason } = parsed;
      return [
        { target: verb, message: `It is not known what ${verb} does${reason === undefined ? '' : `: ${reason}`}.` },
      ];
    }
    if (parsed.kind !== 'call') return [];
    const target = targetOf(run.nameOf(parsed.name));
    return [{ target, message: `It is not known what the procedure ${target} does.` }];
  },
};
