import type { LintRule } from '../rule.js';

/** A comment that allows what is not there; found by `lint.ts`, which knows the comments. */
export const rule: LintRule = {
  code: 'allowance-without-a-finding',
  class: 'style',
  level: 'warning',
  summary: 'A comment allows something that is not found in the call below it.',
  explanation: `\`// lint: allow CODE, reason\` is about the statement below it. Where the rule finds nothing there, the comment is left
over or has a wrong code, and would hide what somebody writes there later.`,
  example: {
    unsafe: `// lint: allow index-stops-writers, the table is small
await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`,
    target: 'index-stops-writers',
    safe: [`await op.addColumn('book', { name: 'subtitle', type: 'text', isNullable: true });`],
  },
};
