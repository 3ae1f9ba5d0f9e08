import type { FleetPlan, FleetStatus } from '../../../fleet/results.js';
import type { Style } from '../output.js';
import { planText } from '../plan-text.js';
import { counted, numberText, tableLines } from '../table.js';

/** Positions beyond these are one line. */
const MOST = 20;

/** `300 tenants: 298 up to date, 2 behind`, and a table of positions. */
export function statusLines(status: FleetStatus, style: Style): readonly string[] {
  const { tenants, states } = status;
  const counts = [
    ['up to date', status.upToDate],
    ['behind', status.behind],
    ['ahead', status.ahead],
    ['unknown', status.unknown],
    ['gone', status.gone],
    ['unreachable', status.unreachable],
  ] as const;
  const parts = counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => (name === 'up to date' ? style.green : style.yellow)(`${numberText(count)} ${name}`));
  const left = states.length - MOST;
  return [
    `${counted(tenants, 'tenant')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`,
    ...(states.length === 0 ? [] : ['']),
    ...tableLines(
      [{ name: 'tenants', align: 'right' }, { name: 'at' }, { name: 'for example' }],
      states
        .slice(0, MOST)
        .map(({ tenants: count, current, example }) => [numberText(count), positionText(current), example]),
      (cell, _row, column) => (column === 1 ? style.yellow(cell) : cell),
    ),
    ...(left > 0 ? [`and ${counted(left, 'other position')}: --json lists all`] : []),
    ...absentLines(status),
  ];
}

/** Who is gone or unreachable, and why. */
function absentLines({ absent = [], gone, unreachable }: FleetStatus): readonly string[] {
  const left = gone + unreachable - absent.length;
  return [
    ...(absent.length === 0 ? [] : ['']),
    ...tableLines(
      [{ name: 'tenant' }, { name: 'state' }, { name: 'why' }],
      absent.map(({ tenant, state, reason }) => [tenant, state, reason]),
    ),
    ...(left > 0 ? [`and ${numberText(left)} more`] : []),
  ];
}

/** Plans, each below the tenants that it is for. */
export function fleetPlanLines(plans: readonly FleetPlan[], style: Style): readonly string[] {
  return plans.flatMap(({ tenants, example, plan }, index) => [
    ...(index === 0 ? [] : ['']),
    `${counted(tenants, 'tenant')}, for example ${example}:`,
    ...planText([plan], style),
  ]);
}

/** Version rows as people read them. */
export function positionText(revisions: readonly string[]): string {
  return revisions.length === 0 ? '<base>' : revisions.join(', ');
}
