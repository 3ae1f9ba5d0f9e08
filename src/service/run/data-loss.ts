import { DataLossError, type RunLoss } from '../../errors/data-loss.errors.js';
import type { TenantContext } from '../../operations/operations.interface.js';
import type { PlannedLoss, PlannedStep, PlanReport } from '../../results.js';
import type { BoundDataSource } from '../options/options.js';
import type { CommandContext, RunCommand } from './command-context.js';

/**
 * Asks, or refuses, before a run takes away rows or values that are there. It plans the run first, but only where that may matter.
 *
 * @throws DataLossError where the option refuses it, or a person does
 */
export async function confirmDataLoss(
  context: CommandContext,
  sources: readonly BoundDataSource[],
  { command, targets, tag, onDataLoss, confirmDataLoss: confirm }: RunCommand,
  tenant?: TenantContext,
): Promise<void> {
  if (command !== 'upgrade' && command !== 'downgrade') return;
  const modeOf = ({ config }: BoundDataSource): string => onDataLoss ?? config.onDataLoss;
  const concerned = sources.filter((bound) => modeOf(bound) === 'refuse' || (modeOf(bound) === 'ask' && confirm));
  if (concerned.length === 0) return;
  const { readPlan } = await import('../report/plan.js');
  const options = { direction: command, ...(tag !== undefined && { tag }), ...(tenant && { tenant }) };
  const reports = await readPlan(context, concerned, targets[0] ?? '', options);
  const lossesOf = (mode: string): readonly RunLoss[] =>
    concerned
      .filter((bound) => modeOf(bound) === mode)
      .flatMap(({ name }) => reports.filter(({ dataSource }) => dataSource === name).flatMap(lossesOfPlan));
  const refused = lossesOf('refuse');
  if (refused.length > 0) throw new DataLossError(refused, false);
  const asked = lossesOf('ask');
  if (asked.length > 0 && (await confirm?.(asked)) === false) throw new DataLossError(asked, true);
}

/** What a plan takes away of tables that are not empty, and what of it is not known, unless all are empty. */
export function lossesOfPlan({ dataSource, steps, isEmpty }: PlanReport): readonly RunLoss[] {
  return steps.flatMap((step) => {
    const { revision, statements } = step;
    const known = statements
      .flatMap(({ loses = [] }) => loses)
      .filter(({ what, rows }) => what !== 'position' && rows !== 0)
      .map((loss) => ({ dataSource, revision, loss: lossText(loss) }));
    if (isEmpty === true) return known;
    return [...known, ...doubts(step).map((loss) => ({ dataSource, revision, loss, isUnknown: true as const }))];
  });
}

function doubts({ statements, unknown }: PlannedStep): readonly string[] {
  const opaque = statements.flatMap(({ mayLose = [] }, at) =>
    mayLose.map((what) => `${what} is not known (statement ${at + 1})`),
  );
  if (unknown === undefined) return opaque;
  return [...opaque, `from statement ${statements.length + 1} on it is not known. ${unknown.replace(/\.$/, '')}`];
}

function lossText({ what, target, rows }: PlannedLoss): string {
  const size = rows === undefined ? '' : `, about ${rows.toLocaleString('en-US')} of them`;
  switch (what) {
    case 'rows':
      return `the rows of ${target}${size}`;
    case 'values':
      return `the values of ${target}${size}`;
    default:
      return `what the new type of ${target} has no room for`;
  }
}
