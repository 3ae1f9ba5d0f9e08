import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { SHORT_LIVED } from '../support/short-lived.js';

/** A runner in a process of its own. */
export class RunnerProcess {
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;
  private output = '';
  private errors = '';

  constructor(script: string, ...args: readonly string[]) {
    this.process = spawn(process.execPath, [...SHORT_LIVED, script, ...args]);
    this.process.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.process.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exited = once(this.process, 'close');
  }

  async says(word: string): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!this.output.includes(word)) {
      if (Date.now() > deadline || this.process.exitCode !== null)
        throw new Error(`never said "${word}": ${this.errors}`);
      await new Promise((resolve) => void setTimeout(resolve, 10));
    }
  }

  /** What a patient runner waits for. */
  goOn(): void {
    this.process.stdin?.write('go on');
  }

  /** Stops it (SIGSTOP) or lets it continue (SIGCONT). */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.process.kill(name);
  }

  async result(): Promise<{ steps: string[]; notices: string[]; current: string[] }> {
    await this.exited;
    if (this.process.exitCode !== 0) throw new Error(this.errors);
    return JSON.parse(this.output.trim().split('\n').at(-1) ?? '') as Awaited<ReturnType<RunnerProcess['result']>>;
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
  }
}
