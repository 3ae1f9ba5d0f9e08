import { FAULTS } from './point.js';
import type { Subject } from './subject.js';
import type { Verdict } from './try-point.js';

/** A table of how many points were right, of how many that were tried: `181/181`. */
export function tableOf(subjects: readonly Subject[], verdicts: readonly Verdict[]): string[] {
  const head = ['database', 'transactions', 'direction', ...FAULTS];
  const lines = subjects.flatMap((subject) =>
    (['one', 'each'] as const).flatMap((mode) =>
      (['up', 'down'] as const).map((direction) => {
        const ofRow = verdicts.filter(
          ({ point }) => point.database === subject.name && point.mode === mode && point.direction === direction,
        );
        const cells = FAULTS.map((fault) => cellOf(ofRow.filter(({ point }) => point.fault === fault)));
        return [subject.title, mode === 'one' ? 'one' : 'one each', direction, ...cells];
      }),
    ),
  );
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
}

function cellOf(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  return `${verdicts.filter(({ wrong }) => wrong.length === 0).length}/${verdicts.length}`;
}
