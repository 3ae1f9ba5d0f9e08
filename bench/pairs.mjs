// Random pairs of schemas A → B with rows in A: upgrade, `check` finds nothing, the catalog is the one that `synchronize`
// makes of B, every kept column keeps its values, the downgrade gives A's catalog back. The pairs are those of
// test/changes/pairs.spec.ts, and many more.
//
//     node bench/pairs.mjs [pairs on each database] [seed]
//
// The numbers are random unless a seed is given; a failure prints its seed and the pair.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { row } from './measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const pairs = process.argv[2] ?? '2000';
const seed = process.argv[3] ?? String(Date.now() % 2 ** 31);

/** Runs the specification on one database; resolves to whether it held, the time it took and what Jest printed. */
function run(database) {
  const started = performance.now();
  const args = ['node_modules/jest/bin/jest.js', 'test/changes/pairs.spec.ts', '-t', `on ${database}`];
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, PAIRS: pairs, FC_SEED: seed } });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (status) => {
      const seconds = (performance.now() - started) / 1000;
      resolve({ database, holds: status === 0, seconds, output: Buffer.concat(output).toString() });
    });
  });
}

const results = await Promise.all(['postgres', 'sqlite', 'mysql'].map(run));
row(`${pairs} pairs, seed ${seed}`, 'seconds', 's a pair', 'law holds');
for (const { database, holds, seconds, output } of results) {
  row(database, seconds.toFixed(0), (seconds / Number(pairs)).toFixed(2), holds ? 'yes' : 'NO');
  if (!holds) console.log(output);
}
process.exitCode = results.every(({ holds }) => holds) ? 0 : 1;
