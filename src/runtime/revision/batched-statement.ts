import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../dialects/common/backoff.js';
import type { BatchKey, Batches, Statement } from '../../dialects/dialect.js';
import type { Entry } from '../journal/revision-journal.js';
import type { SenderParts } from './sender-parts.js';

/** How often a batch is tried that a deadlock ends, and the pauses between, ms. */
const TRIES = 10;
const PAUSES = { first: 20, longest: 1_000 };

/** What the journal keeps of a statement in batches that is under way. */
interface Progress {
  /** Where the next batch begins. */
  readonly from?: BatchKey;
  /** How many are done. */
  readonly batches: number;
}

/**
 * A statement that runs in batches, outside the transaction of the run: each is committed together with the key at which the next one
 * begins, so that an interrupted run goes on there.
 */
export class BatchedStatement {
  constructor(
    private readonly parts: SenderParts,
    private readonly send: (statement: Statement) => Promise<void>,
  ) {}

  async run(entry: Entry, batches: Batches): Promise<void> {
    const { attempt, gate, journal } = this.parts;
    let progress = progressIn(entry);
    attempt.statements += progress.batches;
    try {
      for (;;) {
        const next = await this.untilFree(entry, batches, progress);
        if (next === undefined) return;
        progress = next;
        await this.pause(batches.pause);
      }
    } catch (error) {
      journal.mark(entry, 'failed');
      await gate.note();
      throw error;
    }
  }

  /** Runs a batch, again and again where a deadlock ends it. @returns how far the statement is; undefined at its end */
  private async untilFree(entry: Entry, batches: Batches, progress: Progress): Promise<Progress | undefined> {
    const { attempt, dialect, journal } = this.parts;
    const backoff = new Backoff(PAUSES);
    const { statements } = attempt;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.one(entry, batches, progress);
      } catch (error) {
        journal.undoFlush();
        attempt.statements = statements;
        if (tries === TRIES || dialect.contentionOf?.(error) !== 'deadlock') throw error;
        await backoff.pause();
      }
    }
  }

  private async one(entry: Entry, batches: Batches, progress: Progress): Promise<Progress | undefined> {
    const { gate, interruption, journal, session, statements } = this.parts;
    await interruption.refuse();
    const { from } = progress;
    const done = progress.batches + 1;
    const next = await statements.during(() =>
      session.inOwnTransaction(async () => {
        const [row] = (await session.runner.query(batches.next(from))) as Readonly<Record<string, string>>[];
        const to = row && Object.values(row);
        await this.send({ sql: batches.statement(from, to) });
        if (to === undefined) journal.mark(entry, 'done', { statements: done, details: null });
        else journal.mark(entry, 'planned', { statements: done, details: JSON.stringify({ from: to, batches: done }) });
        await gate.record();
        return to && { from: to, batches: done };
      }),
    );
    gate.noted();
    return next;
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await Promise.race([sleep(ms), this.parts.interruption.happened]);
  }
}

function progressIn({ details }: Entry): Progress {
  return { batches: 0, ...(JSON.parse(details ?? '{}') as Partial<Progress>) };
}
