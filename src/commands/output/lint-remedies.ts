import type { LintFinding } from '../../results.js';

/** What to do about a finding: a heading, and lines of SQL or of code. */
export interface Remedy {
  readonly heading: string;
  readonly text: string;
}

const HEADINGS = {
  instead: 'In its place:',
  before: 'Before it:',
  after: 'After it:',
} as const;

/** What to do about a finding, in the order in which it is done: first a look at the rows. */
export function remediesOf({ look, fix, fixPlace = 'instead' }: LintFinding): readonly Remedy[] {
  return [
    ...(look === undefined ? [] : [{ heading: 'Look first, on the database itself:', text: look }]),
    ...(fix === undefined ? [] : [{ heading: HEADINGS[fixPlace], text: fix }]),
  ];
}
