import { spawnSync } from 'node:child_process';

/** Milliseconds of a command, from start to exit. */
export function timeCommand(command, args, options = {}) {
  const started = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1e9, ...options });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited with ${status}: ${stderr || stdout}`);
  return { ms, stdout };
}

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

export function row(...cells) {
  console.log(cells.map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(14))).join(''));
}
