import { visible } from '../../../errors/visible.js';
import type { FleetRun, FleetRunDetails, FleetRunTenant } from '../../../fleet/results.js';
import type { Style } from '../output.js';
import { numberText, type TableColumn, tableLines } from '../table.js';
import { timeText } from './fleet-report.js';
import { positionText } from './fleet-status.js';

const RUN_COLUMNS: readonly TableColumn[] = [
  { name: 'run' },
  { name: 'command' },
  { name: 'to' },
  { name: 'state' },
  { name: 'started' },
  { name: 'took', align: 'right' },
  { name: 'tenants', align: 'right' },
  { name: 'done', align: 'right' },
  { name: 'unchanged', align: 'right' },
  { name: 'gone', align: 'right' },
  { name: 'failed', align: 'right' },
  { name: 'not tried', align: 'right' },
  { name: 'tag' },
  { name: 'by' },
];

/** A table of runs; counts that are 0 in all of them are left out. */
export function runsLines(runs: readonly FleetRun[], style: Style): readonly string[] {
  const rows = runs.map((run) => [
    run.runId,
    run.command,
    run.target.length === 0 && run.asked !== 'base' ? run.asked : positionText(run.target),
    run.state,
    timeOf(run.startedAt),
    run.finishedAt === undefined ? '' : timeText(msOf(run.finishedAt) - msOf(run.startedAt)),
    numberText(run.tenants),
    ...[run.done, run.unchanged, run.gone, run.failed, run.notTried].map((count) =>
      count === 0 ? '' : numberText(count),
    ),
    run.tag ?? '',
    run.startedBy,
  ]);
  return tableLines(RUN_COLUMNS, rows, (cell, _row, column) => (column === 0 ? style.yellow(cell) : cell));
}

/** A run with a line for each of its tenants. */
export function runLines(run: FleetRunDetails, style: Style): readonly string[] {
  return [...runsLines([run], style), '', ...tenantLines(run.each, style)];
}

function tenantLines(each: readonly FleetRunTenant[], style: Style): readonly string[] {
  return tableLines(
    [
      { name: 'tenant' },
      { name: 'wave', align: 'right' },
      { name: 'state' },
      { name: 'from' },
      { name: 'to' },
      { name: 'took', align: 'right' },
      { name: 'why' },
    ],
    each.map(({ tenant, wave, state, from, to, ms, failure }) => [
      tenant,
      String(wave),
      STATES[state ?? 'open'],
      from === undefined ? '' : positionText(from),
      to === undefined ? '' : positionText(to),
      ms === undefined ? '' : timeText(ms),
      failure === undefined ? '' : `${failure.code}: ${visible(failure.error).split('\n', 1)[0] ?? ''}`,
    ]),
    (cell, row, column) => (column === 2 && each[row]?.state === 'failed' ? style.yellow(cell) : cell),
  );
}

const STATES = {
  done: 'done',
  unchanged: 'unchanged',
  gone: 'gone',
  failed: 'failed',
  notTried: 'not tried',
  open: 'open',
} as const;

function msOf(time: Date): number {
  return new Date(time).getTime();
}

/** To the second, in UTC. */
function timeOf(time: Date): string {
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
