import type { LintRule } from '../rule.js';
import { targetOf } from '../subject.js';

/** A drop in a revision whose downgrade is empty. */
export const rule: LintRule = {
  code: 'cannot-be-undone',
  class: 'style',
  level: 'note',
  summary: 'A revision drops something, and its downgrade is empty.',
  explanation: `An empty \`downgrade\` succeeds: by its version rows the database is below the revision, and the table or column is still missing, so that the next upgrade fails, or the
old release does. Create again what was dropped, though it will be empty; or throw an error, so that nobody takes the revision back without knowing.`,
  example: {
    facts: { downgrade: '' },
    unsafe: `await op.dropColumn('book', 'isbn');`,
    target: 'book.isbn',
  },
  statement: ({ parsed, effects, call }) => {
    if (parsed.kind === 'delete' || parsed.kind === 'truncate') return [];
    const losses = [
      ...effects.loses.filter(({ what }) => what === 'rows' || what === 'values'),
      // Views and sequences are as little there.
      ...(parsed.kind === 'drop'
        ? effects.breaks.filter(({ how, column }) => how === 'dropped' && column === undefined)
        : []),
    ];
    if (losses.length === 0 || call.hasDowngrade() !== false) return [];
    return losses.map(({ name, column }) => ({
      target: targetOf(name, column),
      message: `The downgrade is empty, and does not create ${targetOf(name, column)} again.`,
    }));
  },
};
