/**
 * Runs the MySQL part of the tests.
 *
 *     npm run test:mysql                                        on the server of this machine
 *     npm run test:mysql -- mysql://user:password@host:3306     on one that runs: CONTRIBUTING.md has what its user needs
 *     npm run test:mysql -- -- src/dialects/mysql/compile       some files
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mysqlServerPath, NO_MYSQL_SERVER } from '../support/mysql-server.js';

const PART = [
  'src/dialects/mysql',
  'test/changes/mysql',
  'test/roundtrip/mysql',
  'test/e2e/mysql',
  'test/faults/preflight',
];
/** What other databases pass as well: their names are left out. */
const SHARED = [
  'src/dialects/contract',
  'src/testing',
  'test/faults/stopped-runs',
  'test/faults/journal',
  '-t',
  'on mysql',
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const given = process.argv.slice(2);
const dashes = given.indexOf('--');
const [url] = dashes === -1 ? given : given.slice(0, dashes);
const files = dashes === -1 ? [] : given.slice(dashes + 1);
if (url === undefined && process.env['TEST_MYSQL_URL'] === undefined && mysqlServerPath() === undefined) {
  console.error(NO_MYSQL_SERVER);
  process.exit(1);
}
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const env = { ...process.env, ...(url !== undefined && { TEST_MYSQL_URL: url.replace(/\/$/, '') }) };
const outcomes = (files.length === 0 ? [PART, SHARED] : [files]).map(
  (options) => spawnSync(process.execPath, [jest, ...options], { cwd: root, stdio: 'inherit', env }).status,
);
process.exit(outcomes.every((status) => status === 0) ? 0 : 1);
