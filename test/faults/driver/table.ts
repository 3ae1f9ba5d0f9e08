import { FAULTS } from './point.js';
import type { Subject } from './subject.js';
import type { Verdict } from './try-point.js';

/** A table of how many points were right, of how many that were tried: `181/181`. */
export function tableOf(subjects: readonly Subject[], verdicts: readonly Verdict[]): string[] {
  const head = headOf();
  return [head, head.map(() => '---'), ...rowsOf(subjects, verdicts)].map((cells) => `| ${cells.join(' | ')} |`);
}

export function headOf(): string[] {
  return ['database', 'transactions', 'direction', ...FAULTS];
}

/** The cells of each row: empty for what was not tried, a dash for a fault that a database cannot have. */
export function rowsOf(subjects: readonly Subject[], verdicts: readonly Verdict[]): string[][] {
  return subjects.flatMap((subject) =>
    (['one', 'each'] as const).flatMap((mode) =>
      (['up', 'down'] as const).map((direction) => {
        const ofRow = verdicts.filter(
          ({ point }) => point.database === subject.name && point.mode === mode && point.direction === direction,
        );
        const cells = FAULTS.map((fault) =>
          subject.faults.includes(fault) ? cellOf(ofRow.filter(({ point }) => point.fault === fault)) : '–',
        );
        return [subject.title, mode === 'one' ? 'one' : 'one each', direction, ...cells];
      }),
    ),
  );
}

function cellOf(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  return `${verdicts.filter(({ wrong }) => wrong.length === 0).length}/${verdicts.length}`;
}
