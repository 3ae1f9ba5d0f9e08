import { shareOf, wholeNumberOf } from '../../service/options/tenants-kinds.js';

/**
 * Where waves end, as how many tenants are done then: cumulative, rising, and the last one is all of them.
 *
 * @param waves numbers and shares; a share is rounded up
 */
export function waveEnds(waves: readonly (number | string)[], tenants: number): readonly number[] {
  const ends: number[] = [];
  for (const wave of [...waves, tenants]) {
    const share = shareOf(wave);
    const end = Math.min(tenants, share === undefined ? (wholeNumberOf(wave) ?? tenants) : upTo(share, tenants));
    if (end > (ends.at(-1) ?? 0)) ends.push(end);
  }
  return ends;
}

/** The wave of each tenant, by its place from 0: from 1. */
export function waveOf(ends: readonly number[], place: number): number {
  return ends.findIndex((end) => place < end) + 1;
}

/** How many tenants may fail. @param maxFailures a number, or a share, which is rounded down */
export function budgetOf(maxFailures: number | string, tenants: number): number {
  const share = shareOf(maxFailures);
  return share === undefined ? (wholeNumberOf(maxFailures) ?? 0) : Math.floor(exact(share * tenants));
}

/** What a wave, or all that has been tried yet, has come to. */
export interface Tally {
  readonly done: number;
  readonly failed: number;
}

/** Why no other tenant may begin, as a sentence; undefined where one may. @param run all that has been tried */
export function overBudget({ failed }: Tally, budget: number): string | undefined {
  if (failed <= budget) return undefined;
  return `${count(failed, 'tenant')} failed, and ${budget === 0 ? 'none' : `at most ${budget}`} may.`;
}

/** The same at the end of a wave. */
export function lastWave({ done, failed }: Tally, wave: number, waves: number): string | undefined {
  if (failed === 0 || done > 0 || wave === waves) return undefined;
  return `No tenant of wave ${wave} succeeded: ${count(failed, 'tenant')} failed.`;
}

function upTo(share: number, tenants: number): number {
  return Math.max(1, Math.ceil(exact(share * tenants)));
}

/** Without what is left of a share that has no exact number: 0.07 * 100 is more than 7. */
function exact(value: number): number {
  return Number(value.toFixed(9));
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
