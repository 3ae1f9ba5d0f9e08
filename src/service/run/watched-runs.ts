import type { BoundDataSource } from '../options/options.js';
import type { RunResult } from '../../results.js';
import type { CommandContext, RunCommand } from './command-context.js';
import type { RunRequest } from '../../runtime/index.js';
import { RunWatch } from '../../events/run-watch.js';

/** A run on one data source. */
export interface PreparedRun {
  readonly bound: BoundDataSource;
  readonly request: RunRequest;
}

/**
 * Does the runs of one command, each with its events: all starts are reported before the first run, all ends after the last.
 *
 * @param run does the runs, and gives their results in the same order
 * @throws EventHookError when a hook stops them, and what `run` throws
 */
export async function runWatched(
  { environment, overrides }: CommandContext,
  { command, targets }: RunCommand,
  prepared: readonly PreparedRun[],
  run: (requests: readonly RunRequest[]) => Promise<readonly RunResult[]>,
): Promise<readonly RunResult[]> {
  const watches: RunWatch[] = [];
  let results: readonly RunResult[];
  try {
    for (const { bound, request } of prepared) {
      const tenant = request.settings.tenant?.id;
      const event = { command, dataSource: bound.name, targets, ...(tenant !== undefined && { tenant }) };
      watches.push(await RunWatch.start(event, await environment.listeners(bound), databaseOf(request)));
    }
    results = await run(prepared.map(({ request }, index) => withEvents(request, watches[index])));
  } catch (error) {
    for (const watch of watches) {
      const { dataSource } = watch;
      for (const message of await watch.end({ error })) overrides.onNotice?.({ level: 'warning', dataSource, message });
    }
    throw error;
  } finally {
    environment.noteRunEnded();
  }
  const ended: RunResult[] = [];
  for (const [index, result] of results.entries()) ended.push(await withWarnings(result, watches[index]));
  return ended;
}

function withEvents(request: RunRequest, watch: RunWatch | undefined): RunRequest {
  if (watch === undefined) return request;
  return {
    ...request,
    mayRecordLater: !watch.isHeard,
    mayJoinSteps: !watch.hearsSteps && request.onStep === undefined,
    settings: { ...request.settings, onVersionApply: (applied) => watch.applied(applied) },
    aroundStep: (step, work) => watch.aroundStep(step, work),
  };
}

async function withWarnings(result: RunResult, watch: RunWatch | undefined): Promise<RunResult> {
  const warnings = (await watch?.end({ result })) ?? [];
  return warnings.length === 0 ? result : { ...result, notices: [...result.notices, ...warnings] };
}

function databaseOf({ dataSource, dialect }: RunRequest): Parameters<typeof RunWatch.start>[2] {
  const { database } = dataSource.driver;
  return { system: dialect.systemName, ...(database === undefined ? {} : { namespace: database }) };
}
