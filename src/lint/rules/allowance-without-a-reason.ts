import type { LintRule } from '../rule.js';

/** A comment that allows a finding without a reason; found by `lint.ts`, which knows the comments. */
export const rule: LintRule = {
  code: 'allowance-without-a-reason',
  class: 'style',
  level: 'warning',
  summary: 'A comment allows a finding without a reason.',
  explanation: `\`// lint: allow CODE, reason\` hides a finding from everybody who reviews the revision later. Without a reason nobody can decide whether
the comment is still right. The finding that it allows stays hidden.`,
  example: {
    unsafe: `// lint: allow drop-column-loses-values
await op.dropColumn('book', 'isbn');`,
    target: 'drop-column-loses-values',
  },
};
