/**
 * How loading and planning grow with the number of revision files, and `db heads` against Alembic in one run.
 *
 *     npm run build && node bench/graph.mjs
 *
 * Each figure is the median of several fresh processes. Alembic is measured where Debian's python3-alembic is installed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { median, row, timeCommand } from './measure.mjs';
import { revisionLine, writeAlembicRepository, writeNestRepository } from './revision-files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'bench-graph-'));
const RUNS = 5;

const loadAndPlan = `
  const { openRepository, planUpgrade } = await import(process.argv[1]);
  const started = performance.now();
  const { graph } = await openRepository(process.argv[2]);
  const loaded = performance.now();
  const steps = planUpgrade(graph, 'heads', []).length;
  console.log(JSON.stringify({ load: loaded - started, plan: performance.now() - loaded, steps }));
`;

try {
  measureGrowth();
  measureAgainstAlembic();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function measureGrowth() {
  row('revision files', 'load ms', 'plan ms', 'ms a file');
  for (const count of [100, 1_000, 10_000]) {
    const directory = join(scratch, `nest-${count}`);
    writeNestRepository(directory, revisionLine(count));
    const runs = Array.from({ length: RUNS }, () => {
      const args = ['--input-type=module', '-e', loadAndPlan, join(root, 'dist/repository/index.js'), directory];
      return JSON.parse(timeCommand(process.execPath, args).stdout);
    });
    if (runs[0].steps !== count) throw new Error(`planned ${runs[0].steps} of ${count}`);
    const [load, plan] = [median(runs.map((run) => run.load)), median(runs.map((run) => run.plan))];
    row(count, load.toFixed(1), plan.toFixed(1), ((load + plan) / count).toFixed(3));
  }
}

function measureAgainstAlembic() {
  const count = 5_000;
  const revisions = revisionLine(count);
  const nest = join(scratch, 'nest-heads');
  const alembic = join(scratch, 'alembic-heads');
  writeNestRepository(nest, revisions);
  writeAlembicRepository(alembic, revisions);
  const nestCmd = [join(root, 'dist/cli/nest-cmd.js'), 'db', 'heads', '-d', nest];
  const python = ['/usr/bin/python3', 'python3'].find(
    (candidate) => spawnSync(candidate, ['-c', 'import alembic']).status === 0,
  );
  const pythonArgs = ['-c', 'from alembic.config import main; main()', '-c', join(alembic, 'alembic.ini'), 'heads'];
  const contenders = [
    ['nest-cmd, the directory alone', () => timeCommand(process.execPath, nestCmd, { cwd: scratch })],
    ['nest-cmd, with the sample-app', () => timeCommand(process.execPath, nestCmd, { cwd: join(root, 'sample-app') })],
  ];
  if (python === undefined) console.log('Alembic is not installed here (Debian: python3-alembic): no ratio.');
  else {
    contenders.push(['Alembic, sources compiled', () => timeCommand(python, ['-B', ...pythonArgs])]);
    contenders.push(['Alembic, from its bytecode cache', () => timeCommand(python, pythonArgs)]);
  }
  console.log();
  row(`db heads on ${count} files`, 'ms', 'ratio');
  // One after the other in every round, so that what else the machine does falls on all of them.
  const times = contenders.map(() => []);
  for (let round = 0; round <= RUNS; round++) {
    for (const [index, [, run]] of contenders.entries()) {
      const { ms } = run();
      if (round > 0) times[index].push(ms);
    }
  }
  const medians = times.map(median);
  for (const [index, [name]] of contenders.entries()) {
    row(name, medians[index].toFixed(0), (medians[index] / medians[0]).toFixed(1));
  }
}
