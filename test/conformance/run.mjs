/** Runs a file of conformance cases against the build: `npm run -s conformance -- FILE.json`. See README.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkGraph } from './checker.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entry = join(root, 'dist', 'repository', 'index.js');
const files = process.argv.slice(2);
if (files.length === 0) files.push(join(root, 'test', 'conformance', 'graphs.json'));

if (!existsSync(entry)) {
  const built = spawnSync('npm', ['run', '-s', 'build'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (!existsSync(entry)) process.exit(built.status || 1);
}
const api = await import(pathToFileURL(entry).href);

let passed = 0;
const failed = [];
const kinds = new Map();
const exact = { plans: 0, errors: 0 };
for (const file of files) {
  const { graphs } = JSON.parse(readFileSync(file, 'utf8'));
  for (const [index, graph] of graphs.entries()) {
    for (const outcome of outcomesOf(graph, `graph ${index}`)) {
      if (outcome.failure === undefined) passed++;
      else failed.push(`${outcome.name}: ${outcome.failure}`);
      if (outcome.kinds !== undefined) kinds.set(outcome.kinds, (kinds.get(outcome.kinds) ?? 0) + 1);
      else if (outcome.exact) exact[outcome.isError ? 'errors' : 'plans']++;
    }
  }
}

/** The shape of a graph is judged with its first case: the number of results is the number of cases. */
function outcomesOf(graph, name) {
  try {
    const { shape, cases } = checkGraph(api, graph, name);
    const judged = cases.map((outcome, index) => ({ ...outcome, isError: graph.cases[index].error !== undefined }));
    if (shape.failure === undefined) return judged;
    return judged.length === 0 ? [shape] : judged.map((outcome) => ({ ...outcome, failure: shape.failure }));
  } catch (error) {
    return [{ name, failure: `crashed: ${error.stack}` }];
  }
}

for (const failure of failed) console.log(`FAILED ${failure}`);
for (const [pair, count] of kinds) console.log(`error kind differs (Alembic's > ours): ${pair}: ${count}`);
console.log(`exactly as Alembic: ${exact.plans} plans, ${exact.errors} errors`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
