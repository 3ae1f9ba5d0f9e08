/**
 * A process that runs the history again and again: for each line of its input, options as JSON, it runs it to the head and prints
 * what it did.
 */
import { createInterface } from 'node:readline';
import type { RunOptions } from './command.js';
import { runHere } from './service.js';
import { textOf } from './judge.js';

/** What one process did in one round. */
export interface RaceAnswer {
  readonly steps: readonly string[];
  readonly current: readonly string[];
  readonly error?: string;
}

const answer = (line: RaceAnswer): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { steps, current } = await runHere('up', JSON.parse(line) as RunOptions);
    answer({ steps: steps.map(({ revision }) => revision ?? ''), current });
  } catch (error) {
    answer({ steps: [], current: [], error: textOf(error as Error) });
  }
}
