import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

const SCRIPT = `\\set id random(91, 98)
SELECT n FROM cold WHERE id = :id;
SELECT n FROM hot WHERE id = :id;
UPDATE hot SET n = n + 1 WHERE id = :id;
`;

/** Whether the machine has pgbench. */
export const hasPgbench = spawnSync('pgbench', ['--version']).status === 0;

/** Starts pgbench. @returns what ends it, and gives its longest transaction, of three statements, in ms */
export function startPgbench(url) {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-pgbench-'));
  const script = join(folder, 'script.sql');
  writeFileSync(script, SCRIPT);
  const flags = ['--no-vacuum', '--client=4', '--time=600', '--max-tries=0', '--log', '--file', script];
  const bench = spawn('pgbench', [...flags, url], { cwd: folder, stdio: 'ignore' });
  const ended = once(bench, 'exit');
  return async () => {
    bench.kill('SIGINT');
    await ended;
    const logs = readdirSync(folder).filter((name) => name.startsWith('pgbench_log'));
    const lines = logs.flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
    rmSync(folder, { recursive: true, force: true });
    return lines.reduce((worst, line) => Math.max(worst, (Number(line.split(' ')[2]) || 0) / 1000), 0);
  };
}
