import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from 'nestjs-migrate';
import type { Command, RunOptions } from './command.js';
import type { Direction } from './point.js';
import { runHere } from './service.js';

/**
 * Lets the next run come while a process is stopped, and the process go on when that has ended, or after a time: it may have to wait
 * for the process.
 */
export class Pause {
  /** What became of the next run. */
  readonly beside: Promise<RunResult | Error>;

  /** Resolves when the process goes on. */
  readonly ended: Promise<void>;

  /** @param ms how long the process is stopped at most */
  constructor(command: Command, direction: Direction, options: RunOptions, ms: number) {
    command.signal('SIGSTOP');
    this.beside = runHere(direction, options).catch((error: unknown) => error as Error);
    this.ended = Promise.race([this.beside, sleep(ms)]).then(() => command.signal('SIGCONT'));
  }
}
