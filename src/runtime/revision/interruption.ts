import { setImmediate as nextTurn } from 'node:timers/promises';

/** Why a revision can no longer go on, known before its function has ended. */
export class Interruption {
  /** Rejects when the revision is interrupted. */
  readonly happened: Promise<never>;
  private reject: (reason: unknown) => void = () => undefined;
  private reason: unknown;

  constructor() {
    this.happened = new Promise((_resolve, reject) => (this.reject = reject));
    // Nobody may be waiting for it.
    this.happened.catch(() => undefined);
  }

  /** Interrupts the revision: its later statements fail with the first reason. */
  interrupt(reason: unknown): void {
    this.reason ??= reason;
    this.reject(reason);
  }

  get hasHappened(): boolean {
    return this.reason !== undefined;
  }

  /** @throws the reason, when there is one */
  check(): void {
    if (this.reason !== undefined) throw this.reason;
  }

  /** The same for a statement: a revision that tries again and again must not keep everything else from its turn. */
  async refuse(): Promise<void> {
    if (this.reason !== undefined) await nextTurn();
    this.check();
  }
}
