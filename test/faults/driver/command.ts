import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { DataSourceOptions } from 'typeorm';
import type { MigrateModuleOptions } from 'nestjs-migrate';
import { SHORT_LIVED } from '../../support/short-lived.js';
import type { Application } from './application.js';
import type { Direction } from './point.js';

/** Longer than any run of the histories, with all that it may wait for. */
const LONGEST_MS = 60_000;

/** What a run is started with. */
export interface RunOptions {
  readonly dataSource: DataSourceOptions;
  readonly migrate: MigrateModuleOptions;
}

/** What a process left of itself. */
export interface Outcome {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** It did not end by itself, and was killed by the driver. */
  readonly isHung: boolean;
}

/** `nest-cmd db upgrade heads` or `db downgrade base`, in a process of its own. */
export class Command {
  readonly ended: Promise<Outcome>;
  private readonly process: ChildProcess;
  private stdout = '';
  private stderr = '';
  private isHung = false;

  constructor(
    application: Application,
    direction: Direction,
    options: RunOptions,
    environment: Readonly<Record<string, string>> = {},
  ) {
    const target = direction === 'up' ? ['upgrade', 'heads'] : ['downgrade', 'base'];
    this.process = spawn(process.execPath, [...SHORT_LIVED, application.command, 'db', ...target, '--json'], {
      cwd: application.folder,
      env: { ...process.env, FAULTS_OPTIONS: JSON.stringify(options), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = this.wait();
  }

  /** Waits until it is stopped by a signal. @returns false where it has ended before */
  async isStopped(): Promise<boolean> {
    while (this.process.exitCode === null && this.process.signalCode === null) {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'state=', '-p', String(this.process.pid)]).catch(
        () => ({ stdout: '' }),
      );
      if (stdout.trim().startsWith('T')) return true;
      await sleep(20);
    }
    return false;
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  private async wait(): Promise<Outcome> {
    const timer = setTimeout(() => {
      this.isHung = true;
      this.process.kill('SIGKILL');
    }, LONGEST_MS);
    const [code, signal] = (await once(this.process, 'close')) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    return { code, signal, stdout: this.stdout, stderr: this.stderr, isHung: this.isHung };
  }
}
