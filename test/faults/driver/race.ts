import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunOptions } from './command.js';
import type { RaceAnswer } from './racer.js';
import { keyOf, type Reference } from './reference.js';
import { differenceOf, without } from './snapshot.js';
import type { Subject } from './subject.js';

/** How many processes run the same history at once. */
export const RACERS = 16;

/** What became of the rounds on one database. */
export interface RaceResult {
  readonly title: string;
  readonly rounds: number;
  /** What was wrong, by the number of the round. */
  readonly wrong: readonly string[];
}

/** Lets many processes run the same history at once, on a new database in each round. */
export class Race {
  private constructor(private readonly racers: readonly Racer[]) {}

  /** Starts the processes, which takes longer than a round. */
  static async begin(): Promise<Race> {
    const racers = Array.from({ length: RACERS }, () => new Racer());
    await Promise.all(racers.map(({ ready }) => ready));
    return new Race(racers);
  }

  async run(subject: Subject, rounds: number, reference: Reference): Promise<RaceResult> {
    const wrong: string[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const found = await this.round(subject, round % 2 === 0 ? 'each' : 'one', reference);
      wrong.push(...found.map((line) => `round ${round}: ${line}`));
    }
    return { title: subject.title, rounds, wrong };
  }

  close(): void {
    for (const racer of this.racers) racer.close();
  }

  private async round(subject: Subject, mode: 'one' | 'each', reference: Reference): Promise<string[]> {
    const place = await subject.make('up');
    try {
      const options = place.options(mode);
      const answers = await Promise.all(this.racers.map((racer) => racer.go(options)));
      const after = await place.snapshot();
      const done = answers.flatMap(({ steps }) => steps);
      const twice = without(done, reference.steps);
      const missing = without(reference.steps, done);
      return [
        ...answers.flatMap(({ error }) => (error === undefined ? [] : [`one fails: ${error}`])),
        ...twice.map((step) => `${step} was run twice`),
        ...missing.map((step) => `${step} was run by nobody`),
        ...answers.flatMap(({ error, current }) =>
          error === undefined && keyOf({ versions: current }) !== keyOf(reference.end)
            ? [`one ends at (${current.join(', ')})`]
            : [],
        ),
        ...differenceOf(after, reference.end),
      ];
    } finally {
      await place.drop();
    }
  }
}

/** One of the processes. */
class Racer {
  /** Resolves when it can begin. */
  readonly ready: Promise<unknown>;
  private readonly process: ChildProcess;
  private readonly lines: Interface;

  constructor() {
    this.process = spawn(process.execPath, [fileURLToPath(new URL('racer.js', import.meta.url))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.lines = createInterface({ input: this.process.stdout! });
    this.ready = once(this.lines, 'line');
  }

  go(options: RunOptions): Promise<RaceAnswer> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error('A process of the race ended.'));
      this.process.once('exit', onExit);
      this.lines.once('line', (line) => {
        this.process.off('exit', onExit);
        resolve(JSON.parse(line) as RaceAnswer);
      });
      this.process.stdin!.write(`${JSON.stringify(options)}\n`);
    });
  }

  close(): void {
    this.process.kill('SIGKILL');
  }
}
