import { FleetWatch } from '../../events/fleet-watch.js';
import type { FleetContext } from '../fleet-context.js';
import type { RunRow } from '../record/rows.js';

/** Starts the events of what this process does on a run. @param hasSpan a span around those of the tenants */
export async function watchOf(
  { environment, bound, overrides }: FleetContext,
  { runId, command }: Pick<RunRow, 'runId' | 'command'>,
  hasSpan = true,
): Promise<FleetWatch> {
  const dataSource = bound.name;
  const onWarning = (message: string): void => overrides.onNotice?.({ level: 'warning', dataSource, message });
  return FleetWatch.start({ runId, command, dataSource }, await environment.listeners(bound), onWarning, hasSpan);
}
