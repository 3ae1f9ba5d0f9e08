import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from 'nestjs-migrate';
import { judgeInterrupted, judgeNext, textOf } from './judge.js';
import { type Direction, type Mode, nameOf, type Point } from './point.js';
import type { Reference } from './reference.js';
import { runHere } from './service.js';
import type { Place, Subject } from './subject.js';

/** What became of one point. */
export interface Verdict {
  readonly point: Point;
  /** The statement that the run was interrupted at. */
  readonly sql: string;
  /** Whether the run came to the point: heartbeats of a lease have no fixed place among the messages. */
  readonly isReached: boolean;
  /** What is wrong, a line each; none where all is right. */
  readonly wrong: readonly string[];
  /** What the interrupted run printed, and the next one. */
  readonly report: string;
  /** How long the lock was held after the run, in ms. */
  readonly lockedMs: number;
}

/** Longer than a run, a lock that is not freed, and the next run together. */
const LONGEST_MS = 100_000;

/** Interrupts a run at a point, looks at what it left, runs the rest, and looks again. */
export async function tryPoint(subject: Subject, point: Point, reference: Reference): Promise<Verdict> {
  const giveUp = new AbortController();
  let place: Place | undefined;
  try {
    place = await subject.make(point.direction);
    const tooLong = sleep(LONGEST_MS, undefined, { signal: giveUp.signal }).then(() => {
      throw new Error(`Nothing more happened within ${LONGEST_MS} ms.`);
    });
    return await Promise.race([tryOn(place, point, reference), tooLong]);
  } catch (error) {
    const report = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { point, sql: '', isReached: true, wrong: ['the driver failed'], report, lockedMs: 0 };
  } finally {
    giveUp.abort();
    // What is left there goes with the server.
    await place?.drop().catch((error: unknown) => console.log(`not dropped after ${nameOf(point)}: ${String(error)}`));
  }
}

async function tryOn(place: Place, point: Point, reference: Reference): Promise<Verdict> {
  const { direction, mode, fault, message, side } = point;
  const run = await place.run(direction, mode, { fault, message, side });
  const { outcome, messages, isReached, lockedMs } = run;
  // Where the transaction is still open, whoever looks waits for it.
  const left = run.settle === undefined ? await place.snapshot() : undefined;
  const settled = run.settle?.();
  const next = await nextRun(direction, place, mode);
  await settled;
  const after = await place.snapshot();
  const wrong = [
    ...(left === undefined ? [] : judgeInterrupted(run, fault, left, reference)),
    ...judgeNext(next, after, reference),
  ];
  const report = [
    `exit code ${outcome.code ?? outcome.signal}`,
    outcome.stdout.trim(),
    outcome.stderr.trim(),
    ...(run.beside === undefined ? [] : [`run beside: ${resultOf(run.beside)}`]),
    `next run: ${resultOf(next)}`,
  ].join('\n');
  return { point, sql: messages[message - 1] ?? '', isReached, wrong, report, lockedMs };
}

function resultOf(result: RunResult | Error): string {
  if (result instanceof Error) return textOf(result);
  return JSON.stringify([...result.steps.map(({ revision }) => revision), ...result.notices]);
}

function nextRun(direction: Direction, place: Place, mode: Mode): Promise<RunResult | Error> {
  return runHere(direction, place.options(mode)).catch((error: unknown) => error as Error);
}
