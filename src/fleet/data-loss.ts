import { DataLossError, type RunLoss } from '../errors/data-loss.errors.js';
import type { DataLossMode } from '../service/options/data-loss-mode.js';
import { lossesOfPlan } from '../service/run/data-loss.js';
import type { FleetRunOptions } from './requests.js';
import type { FleetPlan } from './results.js';

/**
 * Asks, or refuses, before a run takes away rows or values that tenants have. It plans the run first, once for each position, but only
 * where that may matter.
 *
 * @param mode the option of the data source, unless the call has one
 * @param plans what the run would do
 * @throws DataLossError where the option refuses it, or a person does
 */
export async function confirmFleetLosses(
  mode: DataLossMode,
  confirm: FleetRunOptions['confirmDataLoss'],
  plans: () => Promise<readonly FleetPlan[]>,
): Promise<void> {
  if (mode === 'allow' || (mode === 'ask' && confirm === undefined)) return;
  const losses = (await plans()).flatMap(lossesOf);
  if (losses.length === 0) return;
  if (mode === 'refuse') throw new DataLossError(losses, false);
  if ((await confirm?.(losses)) === false) throw new DataLossError(losses, true);
}

/** The losses of the example, and for how many tenants it is one. */
function lossesOf({ plan, tenants, example }: FleetPlan): readonly RunLoss[] {
  const others = tenants === 1 ? '' : ` and ${tenants - 1} other${tenants === 2 ? '' : 's'} at the same revision`;
  return lossesOfPlan(plan).map((loss) => ({ ...loss, loss: `${loss.loss}, of ${example}${others}` }));
}
