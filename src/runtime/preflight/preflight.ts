import { setImmediate as nextTurn } from 'node:timers/promises';
import { RowsAtStart } from '../../dialects/common/rows-at-start.js';
import type { DialectSession } from '../../dialects/dialect.js';
import { RunAbortedError } from '../../errors/abort.errors.js';
import { MigrateError } from '../../errors/migrate.error.js';
import { RowsInTheWayError } from '../../errors/rows.errors.js';
import { RevisionTimeoutError } from '../../errors/runtime.errors.js';
import type { PlanStep } from '../../repository/revision.js';
import { failureOf, noAftermath } from '../failure.js';
import type { Journals } from '../journal/journals.js';
import { CallSites } from '../revision/call-sites.js';
import { callRevision, contextOf, functionOf } from '../revision/revision-call.js';
import type { LoadedRevision, RunRequest } from '../run.request.js';
import { nameOfStep } from '../step-text.js';
import { tablesOfRun } from '../tables-of-run.js';
import { FoldedSchema } from './folded-schema.js';
import { type Preflight, PreflightSink } from './preflight-sink.js';

/** The run that is about to begin. */
interface ComingRun {
  readonly request: RunRequest;
  readonly session: DialectSession;
  readonly journals: Pick<Journals, 'left'>;
  readonly plan: readonly PlanStep[];
  readonly loaded: ReadonlyMap<PlanStep, LoadedRevision>;
  /** The version rows. */
  readonly rows: readonly string[];
  /** Adds a message for people to the result of the run. */
  readonly notice: (message: string) => void;
}

/**
 * Calls the functions of all revisions with an `op` that only notes what it is called for, and asks whether rows are in the way of it,
 * before the first statement of the run: where nothing is rolled back that is the last moment at which a refusal leaves all as it was.
 *
 * It ends where a revision needs an answer of the database, a provider of the application or anything else that it waits for: what comes
 * behind depends on that, and is asked when its turn comes. So is what depends on rows that the run changes itself.
 *
 * @returns what identifies the questions that need not be asked once more
 * @throws MigrationFailedError when rows are in the way, or the database lacks what an operation is about
 */
export async function preflight(run: ComingRun): Promise<Set<string>> {
  const { request, session, plan, loaded, journals, notice } = run;
  const { dialect, settings } = request;
  const asked = new Set<string>();
  const answers = new Map<string, Record<string, unknown>[]>();
  // A revision that is called once more asks the same.
  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const answer = answers.get(sql) ?? ((await session.runner.query(sql)) as Record<string, unknown>[]);
    answers.set(sql, answer);
    return answer;
  };
  const exclude = tablesOfRun(settings.versionTable);
  const state: Preflight = {
    dialect,
    asking: { rows: new RowsAtStart(dialect.sqlRules), query, asked, isAhead: true },
    schema: new FoldedSchema(dialect, (schemas) => dialect.reflect(session.runner, { schemas, exclude })),
    isOver: false,
  };
  for (const step of plan) {
    if (state.isOver) break;
    const fn = functionOf(step, loaded.get(step));
    if (fn === undefined) continue;
    const ofStep = (message: string): void => notice(`${nameOfStep(step)}: ${message}`);
    const left = journals.left(step)?.rows ?? [];
    const start = copyOf(state);
    answers.clear();
    const sink = new PreflightSink(state, left, ofStep);
    const sites = new CallSites();
    const call = (own: PreflightSink): Promise<boolean> => {
      const get = async (): Promise<never> => {
        throw own.end();
      };
      return isWaiting(callRevision(fn, { ...request, get }, step, contextOf(request, false), own, sites), own);
    };
    try {
      const isEnd = await call(sink);
      state.isOver ||= isEnd;
    } catch (thrown) {
      if (sink.trouble !== undefined) throw sink.trouble;
      const isRows = thrown instanceof MigrateError && sink.refusals.includes(thrown);
      const error = isRows ? await allInTheWay(new PreflightSink(start, left, () => {}, true), call, thrown) : thrown;
      if (error !== thrown) sites.follow(error as MigrateError, thrown as MigrateError);
      if (
        isRows ||
        error === sink.refusal ||
        error instanceof RunAbortedError ||
        error instanceof RevisionTimeoutError
      ) {
        throw failureOf(
          error,
          { step, dataSource: request.dataSourceName, sites, failures: [] },
          { ...noAftermath, hint: 'This was asked before the run: no statement of it was sent', current: run.rows },
        );
      }
      // What it throws by itself it throws again when it runs.
      state.isOver = true;
    }
  }
  return asked;
}

/** The same state, for a revision to begin with once more. */
function copyOf({ dialect, asking, schema, isOver }: Preflight): Preflight {
  return { dialect, asking: { ...asking, rows: asking.rows.copy() }, schema: schema.copy(), isOver };
}

/** All that rows are in the way of in a revision: it is called once more, with an `op` that refuses nothing. */
async function allInTheWay(
  sink: PreflightSink,
  call: (sink: PreflightSink) => Promise<boolean>,
  first: MigrateError,
): Promise<MigrateError> {
  try {
    await call(sink);
  } catch (error) {
    // What is found up to there is mended first.
    if (error instanceof RunAbortedError) throw error;
  }
  return sink.refusals.length > 1 ? new RowsInTheWayError(sink.refusals) : first;
}

/** Turns of the event loop without a call of `op` after which a revision waits for something else. */
const IDLE_TURNS = 10;

/** Waits until the function of a revision has ended. @returns whether it waits for something other than `op` instead */
async function isWaiting(call: Promise<void>, sink: PreflightSink): Promise<boolean> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  call.then(end, end);
  let { calls } = sink;
  for (let turns = 0; turns < IDLE_TURNS && !ended.signal.aborted; turns += 1) {
    await nextTurn();
    if (sink.isAsking || (!sink.isEnded && sink.calls !== calls)) turns = 0;
    ({ calls } = sink);
  }
  if (!ended.signal.aborted) return true;
  await call;
  return false;
}
