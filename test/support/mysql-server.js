/** A real MariaDB or MySQL server for tests. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './postgres-server.js';
import { scratchDirectory } from './scratch.js';

const USER = 'migrate';
/** Folders that have servers, and that are not on everybody's PATH. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/libexec', '/opt/homebrew/bin'];
const READY_WITHIN = 60_000;

/** What is left out where there is no server, and how to get one; for people. */
export const NO_MYSQL_SERVER =
  'No MySQL or MariaDB server was found: its tests are left out. ' +
  'Debian has one: apt-get install mariadb-server. Or name one that runs: TEST_MYSQL_URL=mysql://user:password@host:port';

/** The server of this machine; undefined where it has none. MariaDB calls itself both names. */
export function mysqlServerPath() {
  return pathOf('mariadbd') ?? pathOf('mysqld');
}

/** The servers' own client, which runs scripts; undefined where the machine has none. */
export function mysqlClientPath() {
  return pathOf('mariadb') ?? pathOf('mysql');
}

/**
 * Starts a server with a data directory and a port of its own.
 *
 * @param survivesCrashes whether what is committed is on disk, for a test that crashes it
 * @param more of its command line
 * @param timeZone of its machine; UTC is that of most
 */
export async function startMysql(server = mysqlServerPath(), { survivesCrashes = false, more = [], timeZone } = {}) {
  if (server === undefined) throw new Error(NO_MYSQL_SERVER);
  const directory = mkdtempSync(join(scratchDirectory(), 'nestjs-migrate-mysql-'));
  const account = accountOf(directory);
  const data = join(directory, 'data');
  const port = await freePort();
  await install(server, data, [...account, ...more.filter((option) => option.startsWith('--lower-case'))]);
  const options = [...settings(directory, data, port, survivesCrashes), ...account, ...more];
  let running = start(server, options, timeZone);
  try {
    await ready(directory, running.child);
    makeUser(directory);
  } catch (error) {
    running.child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const kill = async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  };
  return {
    url: `mysql://${USER}:${USER}@127.0.0.1:${port}`,
    async crash() {
      await kill();
      for (const name of ['pid', 'socket']) rmSync(join(directory, name), { force: true });
      running = start(server, options, timeZone);
      await ready(directory, running.child);
    },
    async stop() {
      // What the databases hold need not be written.
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function start(server, options, timeZone) {
  const child = spawn(server, options, {
    stdio: ['ignore', 'ignore', 'ignore'],
    ...(timeZone !== undefined && { env: { ...process.env, TZ: timeZone } }),
  });
  return { child, ended: once(child, 'exit') };
}

/** What a test writes need not outlive it; everything else is as the servers come. */
function settings(directory, data, port, survivesCrashes) {
  return [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(directory, 'socket')}`,
    `--pid-file=${join(directory, 'pid')}`,
    `--log-error=${join(directory, 'log')}`,
    `--tmpdir=${directory}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--character-set-server=utf8mb4',
    '--max-connections=300',
    `--innodb-flush-log-at-trx-commit=${survivesCrashes ? 1 : 0}`,
    '--innodb-buffer-pool-size=128M',
    '--innodb-log-file-size=48M',
  ];
}

/** A server does not run as root: the account that it gets then, and which owns its directory. */
function accountOf(directory) {
  if (process.getuid?.() !== 0) return [];
  try {
    const idOf = (kind) => Number(execFileSync('id', [kind, 'mysql'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    chownSync(directory, idOf('-u'), idOf('-g'));
    return ['--user=mysql'];
  } catch {
    return ['--user=root'];
  }
}

async function install(server, data, account) {
  const installer = server.endsWith('mariadbd') ? pathOf('mariadb-install-db') : undefined;
  const options = ['--no-defaults', `--datadir=${data}`, ...account];
  await (installer === undefined
    ? promisify(execFile)(server, [...options, '--initialize-insecure'])
    : promisify(execFile)(installer, [...options, '--auth-root-authentication-method=normal', '--skip-test-db']));
}

async function ready(directory, child) {
  const deadline = Date.now() + READY_WITHIN;
  while (!existsSync(join(directory, 'pid')) || !existsSync(join(directory, 'socket'))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      const log = join(directory, 'log');
      throw new Error(`The server did not start.\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The user of the tests, who may do everything; through the server's own client, as root by its socket. */
function makeUser(directory) {
  const client = mysqlClientPath();
  if (client === undefined) throw new Error('The client of the server, mariadb or mysql, is not installed.');
  execFileSync(client, ['--no-defaults', '-uroot', `--socket=${join(directory, 'socket')}`], {
    input: `CREATE USER '${USER}'@'%' IDENTIFIED BY '${USER}'; GRANT ALL ON *.* TO '${USER}'@'%' WITH GRANT OPTION;`,
  });
}

function pathOf(program) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
