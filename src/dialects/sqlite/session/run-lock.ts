import { existsSync, rmSync } from 'node:fs';
import type { DataSource, QueryRunner } from 'typeorm';
import { openBeside, type SqliteDriver } from './connection.js';

/**
 * The lock of a run that has left its transaction in the middle of a revision: an exclusive transaction on an empty file next to
 * the database, which the system ends with the process. Without it another run would take the revision for one that a dead
 * run left.
 *
 * It is taken and looked for only inside a write transaction of the database, so never by two at once. The file exists as long
 * as somebody holds it, or where its holder was killed.
 */
export class RunLock {
  private held: { readonly driver: SqliteDriver; readonly runner: QueryRunner } | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly file: string,
  ) {}

  /** @throws the database's error where a living run holds it */
  async refuseHeld(): Promise<void> {
    if (this.held === undefined && existsSync(this.file)) await this.take();
  }

  /** @throws as `refuseHeld` */
  async take(): Promise<void> {
    while (this.held === undefined) {
      const opened = await openBeside(this.dataSource, this.file);
      try {
        await opened.runner.query('PRAGMA busy_timeout = 0');
        await opened.runner.query('BEGIN EXCLUSIVE');
      } catch (error) {
        await opened.driver.disconnect();
        throw error;
      }
      // Its last holder may have removed the file after it was opened here.
      if (existsSync(this.file)) this.held = opened;
      else await opened.driver.disconnect();
    }
  }

  async release(): Promise<void> {
    const { held } = this;
    if (held === undefined) return;
    this.held = undefined;
    // Before it is free, so that it is no file that another run holds.
    remove(this.file);
    await held.driver.disconnect();
  }
}

/** Where a file that is open cannot be removed, it stays: it is empty, and free. */
function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}
