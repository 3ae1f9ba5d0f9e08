import type { DriverResult } from './shared-messages.js';

/** Statements of a session that are sent in the message of the next statement. */
export interface BatchAhead {
  readonly sent: readonly string[];
  /** Takes the results. @throws what is wrong with them */
  settle(results: readonly DriverResult[]): void;
  /** Takes the error of the first one that fails. */
  failed(error: unknown): void;
}

/** The most statements that wait. */
const MAX_COUNT = 64;

/** The batches that wait for the next message. */
export class BatchesAhead {
  private batches: BatchAhead[] = [];

  get isEmpty(): boolean {
    return this.batches.length === 0;
  }

  get isFull(): boolean {
    return this.batches.length >= MAX_COUNT;
  }

  add(batch: BatchAhead): void {
    this.batches.push(batch);
  }

  /** Takes all, to be sent. */
  take(): TakenBatches {
    const { batches } = this;
    this.batches = [];
    return new TakenBatches(batches);
  }
}

/** Batches on their way. */
export class TakenBatches {
  readonly statements: readonly string[];

  constructor(private readonly batches: readonly BatchAhead[]) {
    this.statements = batches.flatMap(({ sent }) => sent);
  }

  /** @throws what is wrong with the results of one of them */
  settle(results: readonly DriverResult[]): void {
    let at = 0;
    for (const batch of this.batches) batch.settle(results.slice(at, (at += batch.sent.length)));
  }

  failed(error: unknown): void {
    for (const batch of this.batches) batch.failed(error);
  }
}
