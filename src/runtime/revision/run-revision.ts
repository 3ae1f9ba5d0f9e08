import type { DialectSession } from '../../dialects/dialect.js';
import { DEFAULT_GRACE, refuseAborted, unlessAborted } from '../abort.js';
import type { Attempt } from '../bookkeeping/history-table.js';
import type { Books } from '../bookkeeping/record-failure.js';
import type { FailedStatement } from '../failure.js';
import { LiveContext } from '../live-context.js';
import type { RunRequest } from '../run.request.js';
import { nameOfStep } from '../step-text.js';
import { tablesOfRun } from '../tables-of-run.js';
import type { CallSites } from './call-sites.js';
import type { PlainRevisions } from './plain/plain-revisions.js';
import { callRevision, contextOf, functionOf } from './revision-call.js';
import { RevisionGate } from './revision-gate.js';
import { RevisionRun } from './revision-run.js';

/** A revision that is about to run, and the run that it is a part of. */
interface RevisionTry {
  readonly request: RunRequest;
  readonly session: DialectSession;
  readonly books: Books;
  readonly attempt: Attempt;
  /** The version rows as the run left them. */
  readonly rows: readonly string[];
  /** Gets the statements that fail. */
  readonly failures: FailedStatement[];
  readonly sites: CallSites;
  /** Adds a message for people to the result of the run. */
  readonly notice: (message: string) => void;
  readonly plain: PlainRevisions;
  /** The questions about rows that were asked before the run. */
  readonly asked: Set<string> | undefined;
}

/** Runs the function of a revision, if it has one for this data source. @returns whether a commit must come before the next one @throws RunAbortedError */
export async function runRevision(tried: RevisionTry): Promise<boolean> {
  const { request, session, books, plain, attempt, failures, notice } = tried;
  const { step } = attempt;
  refuseAborted(request.signal);
  const fn = functionOf(step, plain.loaded.get(step));
  if (fn === undefined) return false;
  const { dialect, dataSource, dataSourceName, settings } = request;
  const ownSchema = dialect.ownSchema(dataSource)?.name;
  const ofRevision = (message: string): void => notice(`${nameOfStep(step)}: ${message}`);
  const exclude = tablesOfRun(settings.versionTable);
  const context = new LiveContext(dialect, session.runner, exclude, ownSchema, ofRevision, tried.asked);
  const journal = books.journals.of(step);
  const gate = new RevisionGate(session, books, step, attempt, tried.rows, notice, journal);
  const places = { dataSource, dataSourceName, revisionFile: step.revision?.path };
  const sink = new RevisionRun(session, dialect, context, attempt, failures, gate, places, journal);
  await gate.open();
  try {
    if (!(await isSentAhead(sink, tried))) {
      await callRevision(fn, request, step, contextOf(request, false), sink, tried.sites);
    }
  } catch (error) {
    // Its error is the one to report.
    await sink.abandon().catch(() => undefined);
    throw error;
  }
  const left = journal.end();
  if (left !== undefined) request.onResume?.(left);
  await gate.settle();
  return sink.commitAfter;
}

/** Sends a plain revision before its function is called. @returns whether all was sent, and there is nothing to call @throws RunAbortedError */
async function isSentAhead(sink: RevisionRun, { request, plain, attempt: { step } }: RevisionTry): Promise<boolean> {
  const { signal, grace = DEFAULT_GRACE } = request;
  const done = plain.doneOf(step);
  if (done !== undefined) sink.goOnBehind(done);
  const calls = done === undefined && sink.maySendAhead ? await plain.of(step) : undefined;
  if (calls === undefined) return false;
  return unlessAborted(
    signal,
    () => sink.sendAhead(calls, () => plain.lookBehind(step)),
    (reason) => sink.halt(reason, grace),
  );
}
