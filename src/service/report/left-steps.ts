import type { VerifyFinding } from '../../results.js';
import type { LeftStep, OpenJournal } from '../../runtime/index.js';

/** The sentences of the runtime, which is loaded only when it is needed. */
type Texts = Pick<typeof import('../../runtime/index.js'), 'leftText' | 'unfinishedText'>;

/** The steps that runs have left in their middle: those whose runner died, and those that failed behind what they had committed. */
export function leftSteps(
  steps: readonly LeftStep[],
  journals: readonly OpenJournal[],
  texts: Texts,
): readonly VerifyFinding[] {
  const isOf = (step: LeftStep, journal: OpenJournal): boolean =>
    journal.revision === step.revision && journal.direction === step.direction;
  const dead = steps.map((step): VerifyFinding => {
    const journal = journals.find((one) => isOf(step, one));
    const message = `${texts.unfinishedText(step, step.hasDied)} ${texts.leftText(journal)}`.trim();
    return { kind: 'unfinished-step', revision: step.revision, message, hint: hintOf(step.direction, journal) };
  });
  const failed = journals
    .filter((journal) => !steps.some((step) => isOf(step, journal)))
    .map((journal): VerifyFinding => {
      const { revision, direction } = journal;
      const message = `The ${direction} of ${revision} failed in its middle, and was not run again. ${texts.leftText(journal)}`;
      return { kind: 'unfinished-step', revision, message: message.trim(), hint: hintOf(direction, journal) };
    });
  return [...dead, ...failed];
}

function hintOf(direction: string, journal: OpenJournal | undefined): string {
  const next = journal === undefined ? 'begins the' : 'goes on with the';
  const where = journal === undefined ? ' again from its first statement' : ' behind what is done';
  return (
    `See what of it is there. The next run ${next} ${direction}${where}; where that cannot ` +
    'work, do the rest by hand and write it down with `npx nest-cmd db stamp`.'
  );
}
