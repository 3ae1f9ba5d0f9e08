import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

/** Adds a line to what `npm run changes` makes its table of; in a plain test run nothing is kept. */
export function record(kind: 'changes' | 'probes' | 'mysql', entry: object): void {
  const folder = process.env['CHANGES_REPORT'];
  if (folder !== undefined) appendFileSync(join(folder, `${kind}.jsonl`), `${JSON.stringify(entry)}\n`);
}
