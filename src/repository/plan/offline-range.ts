import { InvalidTargetError } from '../../errors/repository.errors.js';
import { resolveTarget } from '../graph/resolve-target.js';
import type { RevisionGraph } from '../graph/revision-graph.js';
import { sortedIds } from './steps.js';

/** Where an offline script starts, as version rows, and where it goes. */
export interface OfflineRange {
  readonly startRows: string[];
  readonly target: string;
}

/**
 * Reads the target of a command that asks no database (`--sql`, `plan`): `start:end`, or only `end` to start from nothing.
 *
 * A downgrade must name its start; a plain `-1` is short for `head:-1`.
 *
 * @throws InvalidTargetError, and what `RevisionGraph.resolve` throws for the start
 */
export function parseOfflineRange(
  graph: RevisionGraph,
  target: string,
  command: 'upgrade' | 'downgrade' | 'stamp',
): OfflineRange {
  const parts = (command === 'downgrade' && target === '-1' ? 'head:-1' : target).split(':');
  const end = parts.at(-1) ?? '';
  if (parts.length > 2 || end === '') {
    throw new InvalidTargetError(`"${target}" is not a range of revisions`, { hint: 'Write it as start:end.' });
  }
  if (parts.length === 1 && command === 'downgrade') {
    throw new InvalidTargetError(`A downgrade without a database needs a start, and "${target}" has none`, {
      hint: `Write it as from:to, for example \`head:${target}\`.`,
    });
  }
  const start = parts.length === 2 ? (parts[0] ?? '') : '';
  return { startRows: start === '' ? [] : sortedIds(resolveTarget(graph, start)), target: end };
}

/**
 * The same for `stamp --sql` with several targets: `start:end` each, and one start for all.
 *
 * @throws InvalidTargetError when the starts differ
 */
export function parseOfflineStamp(
  graph: RevisionGraph,
  targets: readonly string[],
): { startRows: string[]; targets: string[] } {
  const ranges = targets.map((target) => parseOfflineRange(graph, target, 'stamp'));
  const starts = new Set(ranges.map(({ startRows }) => startRows.join(',')));
  if (starts.size > 1) {
    throw new InvalidTargetError('A stamp with --sql has one starting point, and these targets name several', {
      hint: 'Give every target the same start, or write one script for each.',
    });
  }
  return { startRows: ranges[0]?.startRows ?? [], targets: ranges.map(({ target }) => target) };
}
