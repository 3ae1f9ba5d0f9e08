import { FleetUnfinishedError } from '../../errors/cli.errors.js';
import type { MigrationFleet } from '../../fleet/migration-fleet.js';
import type { FleetRunOptions } from '../../fleet/requests.js';
import type { FleetReport } from '../../fleet/results.js';
import type { CommandCall, CommandResult } from '../command-host.js';
import { FleetRunProgress } from '../output/fleet/fleet-progress.js';
import { reportLines } from '../output/fleet/fleet-report.js';

/** What of a call a run gets that does not depend on the command. */
export type RunHooks = Pick<FleetRunOptions, 'signal' | 'grace' | 'onProgress'>;

/**
 * Runs a fleet with its progress on the screen, and reports what it did.
 *
 * @param to where it leads to, where that is not the same for all tenants
 */
export async function runFleet(
  { options, output, stopOptions, openFleet }: CommandCall,
  run: (fleet: MigrationFleet, hooks: RunHooks) => Promise<FleetReport>,
  to?: string,
): Promise<CommandResult> {
  const isDocument = options.flag('json');
  const fleet = await openFleet();
  const progress = isDocument || output.isQuiet ? undefined : new FleetRunProgress(output);
  try {
    const report = await run(fleet, { ...stopOptions, ...(progress && { onProgress: progress.onProgress }) });
    return resultOf(report, isDocument, reportLines(report, output.style, to));
  } finally {
    progress?.close();
  }
}

/** A document is the report; people get the error, with what to do, below it. */
function resultOf(report: FleetReport, isDocument: boolean, text: readonly string[]): CommandResult {
  const isFinished = report.failed.length === 0 && report.notTried === 0;
  if (isFinished) return { json: report, text };
  return isDocument
    ? { json: report, text, exitCode: 1 }
    : { json: report, text, failure: new FleetUnfinishedError(report) };
}
