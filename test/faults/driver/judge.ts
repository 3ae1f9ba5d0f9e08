import type { RunResult } from 'nestjs-migrate';
import type { Outcome } from './command.js';
import type { Fault } from './point.js';
import { keyOf, type Reference } from './reference.js';
import { differenceOf, type Snapshot, without } from './snapshot.js';
import type { Interrupted } from './subject.js';

/** The longest time that a lock may be held after its run, in ms. */
const LOCK_LIMIT = 2_000;

/** What is wrong about what an interrupted run left. */
export function judgeInterrupted(run: Interrupted, fault: Fault, left: Snapshot, reference: Reference): string[] {
  const { outcome, lockedMs, beside } = run;
  return [
    ...(beside instanceof Error ? [`the run that came meanwhile fails: ${textOf(beside)}`] : []),
    ...(fault === 'signal' && run.isReached ? judgeSignal(outcome) : []),
    ...(outcome.isHung ? ['the run did not end'] : []),
    ...(lockedMs > LOCK_LIMIT ? [`the lock is held ${Math.round(lockedMs)} ms after the end of the run`] : []),
    ...judgePosition(left, reference),
    // What the run reports that was paused can be so no more: the next one has gone on.
    ...(fault === 'pause' ? judgeError(outcome) : judgeReport(outcome, left, reference)),
  ];
}

/** A process that was asked to end must end by itself, with the exit code of the signal unless it was done. */
function judgeSignal({ code, signal }: Outcome): string[] {
  return signal === null && (code === 0 || code === 143) ? [] : [`it ended with ${signal ?? code} by SIGTERM`];
}

/** What is wrong about what the next run made of it. */
export function judgeNext(result: RunResult | Error, after: Snapshot, reference: Reference): string[] {
  const difference = differenceOf(after, reference.end);
  return [
    ...(result instanceof Error ? [`the next run fails: ${textOf(result)}`] : []),
    ...(difference.length === 0 ? [] : ['the next run does not lead to the same database', ...difference]),
    ...after.unfinished.map((step) => `the history still has ${step} as unfinished`),
    ...after.journaled.map((step) => `the journal still has statements of ${step}`),
  ];
}

/** The version rows must be those of a position of the history, and the rest of the database must be at that position. */
function judgePosition(left: Snapshot, { at, end }: Reference): string[] {
  const there = at.get(keyOf(left));
  if (there === undefined) return [`the version rows (${keyOf(left)}) are those of no position`];
  if (left.unfinished.length + left.journaled.length === 0) {
    const difference = differenceOf(left, there);
    return difference.length === 0 ? [] : [`the version rows (${keyOf(left)}) are not true`, ...difference];
  }
  // A part of one revision is committed, and the tables of runs say so.
  const lost = without(there.ledger, left.ledger);
  const twice = without(left.ledger, [...end.ledger, ...there.ledger]);
  return [
    ...lost.map((step) => `the version rows (${keyOf(left)}) say that ${step} is done`),
    ...twice.map((step) => `${step} was counted twice`),
  ];
}

/** What the process reported must be so. */
function judgeReport(outcome: Outcome, left: Snapshot, reference: Reference): string[] {
  if (outcome.signal !== null) return [];
  const text = `${outcome.stdout}\n${outcome.stderr}`;
  if (outcome.code === 0) {
    return keyOf(left) === keyOf(reference.end) ? [] : [`it ended with 0, and the database is at (${keyOf(left)})`];
  }
  const done = doneSteps(left, reference);
  const claims = [
    { pattern: /Rolled back with it: ([\w, ]+)\./g, isDone: false, verb: 'rolled back' },
    { pattern: /(?:upgrade|downgrade) of (\w+) failed/g, isDone: false, verb: 'failed' },
    { pattern: /Committed before it and kept: ([\w, ]+)\./g, isDone: true, verb: 'kept' },
  ];
  const wrong = claims.flatMap(({ pattern, isDone, verb }) =>
    [...text.matchAll(pattern)]
      .flatMap(([, list = '']) => list.split(', '))
      .filter((step) => done.has(step) !== isDone)
      .map((step) => `it reported ${step} as ${verb}, which it is not`),
  );
  const said = /The database is at ([\w<>, ]+)\./.exec(text)?.[1];
  const actual = left.versions.length === 0 ? '<base>' : left.versions.join(', ');
  if (said !== undefined && said !== actual) wrong.push(`it reported the database at ${said}, and it is at ${actual}`);
  return [...new Set([...wrong, ...judgeError(outcome)])];
}

function judgeError(outcome: Outcome): string[] {
  if (outcome.code === 0) return [];
  return [
    ...(/"code": "UNEXPECTED"/.test(outcome.stdout) ? ['its error has no type of ours'] : []),
    ...(/^\s+at .*:\d+:\d+\)?$/m.test(outcome.stderr) ? ['it printed a stack trace'] : []),
    ...(outcome.stdout.includes('"error"') ? [] : ['it printed no document of its error']),
  ];
}

/** The steps that are done at the position where the database is. */
function doneSteps(left: Snapshot, { at, steps }: Reference): ReadonlySet<string> {
  const position = [...at.keys()].indexOf(keyOf(left));
  return new Set(steps.slice(0, Math.max(position, 0)));
}

export function textOf(error: Error): string {
  const { hint } = error as { readonly hint?: string };
  return [error.message, hint].filter(Boolean).join(' ');
}
