/**
 * Packs the package, installs the tarball into fresh applications elsewhere, and does the main job there through the
 * installed `nest-cmd`. One line for each check; exit 1 when one fails. Run by `npm run test:pack`, after a build.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

/** The tarball has about 460 kB today; a jump over this means that something got in that should not. */
const LARGEST_TARBALL = 600_000;

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'nestjs-migrate-pack-'));
let failures = 0;

function check(what, isRight, details = '') {
  console.log(`${isRight ? 'ok  ' : 'FAIL'} ${what}`);
  if (isRight) return;
  failures += 1;
  if (details !== '') console.log(String(details).trimEnd().replaceAll(/^/gm, '     '));
}

function run(cwd, command, ...args) {
  // An application of its own must not see what npm tells the scripts of this repository.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_package_')));
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { isRight: status === 0, stdout, output: `$ ${command} ${args.join(' ')}\n${stdout}${stderr}` };
}

function pack() {
  const { isRight, stdout, output } = run(root, 'npm', 'pack', '--json', '--pack-destination', scratch);
  check('npm pack', isRight, output);
  if (!isRight) return undefined;
  const answer = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [packed] = Array.isArray(answer) ? answer : Object.values(answer);
  const paths = packed.files.map(({ path }) => path);
  const strangers = paths.filter((path) => !/^(dist\/.+\.(js|d\.ts)|package\.json|README\.md|LICENSE)$/.test(path));
  check(
    'the tarball holds dist, package.json, README and LICENSE, and nothing else',
    strangers.length === 0,
    strangers,
  );
  const missing = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts', 'dist/cli/nest-cmd.js'];
  const left = missing.filter((path) => !paths.includes(path));
  check('the tarball lacks nothing', left.length === 0, left);
  check(`the tarball is small: ${packed.size} bytes, at most ${LARGEST_TARBALL}`, packed.size <= LARGEST_TARBALL);
  return join(scratch, packed.filename);
}

/** Makes a fresh application with the tarball installed. */
function install(kind, tarball) {
  const directory = join(scratch, kind);
  for (const folder of ['src', 'test']) cpSync(join(here, 'app', folder), join(directory, folder), { recursive: true });
  cpSync(join(here, kind), directory, { recursive: true });
  // better-sqlite3 compiles for a minute where no prebuilt binary can be had; the repository's own copy is the same.
  const require = createRequire(join(root, 'package.json'));
  const driver = dirname(require.resolve('better-sqlite3/package.json'));
  const { version } = require('better-sqlite3/package.json');
  const packages = [tarball, `better-sqlite3@${version}`];
  const installed = run(directory, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages);
  check(`${kind}: npm install`, installed.isRight, installed.output);
  cpSync(join(driver, 'build'), join(directory, 'node_modules', 'better-sqlite3', 'build'), { recursive: true });
  return directory;
}

function doMainJob(kind, directory) {
  const succeed = (what, ...command) => {
    const result = run(directory, 'npx', '--no-install', ...command);
    check(`${kind}: ${what}`, result.isRight, result.output);
    return result.stdout;
  };
  const db = (...args) => succeed(`nest-cmd db ${args.join(' ')}`, 'nest-cmd', 'db', ...args);
  const sql = (work) => {
    const database = new Database(join(directory, 'app.sqlite'));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const names = () => sql((database) => database.prepare('SELECT name FROM user ORDER BY id').pluck().all());
  const columns = () => sql((database) => database.prepare(`SELECT name FROM pragma_table_info('user')`).pluck().all());
  const rows = ['Ada', "O'Brien", 'Łukasz'];
  const rowsAreKept = (when) => check(`${kind}: the rows are there ${when}`, names().join() === rows.join(), names());

  db('init');
  db('migrate', '-m', 'initial');
  db('upgrade');
  sql((database) => rows.forEach((name) => database.prepare('INSERT INTO user (name) VALUES (?)').run(name)));

  cpSync(join(here, 'app', 'changed', 'user.entity.ts'), join(directory, 'src', 'user.entity.ts'));
  const behind = run(directory, 'npx', '--no-install', 'nest-cmd', 'db', 'check');
  check(
    `${kind}: nest-cmd db check finds the change of the entity`,
    !behind.isRight && behind.stdout.includes('email'),
  );
  db('migrate', '-m', 'add email');
  db('upgrade');
  rowsAreKept('after the upgrade');
  check(`${kind}: the column was added`, columns().includes('email'), columns());
  db('check');
  db('downgrade');
  rowsAreKept('after the downgrade');
  check(`${kind}: the column is gone`, !columns().includes('email'), columns());
  db('upgrade', 'head');

  const revisions = readdirSync(join(directory, 'migrations', 'versions')).filter((name) => name.endsWith('.ts'));
  check(`${kind}: there are two revisions`, revisions.length === 2, revisions);
  succeed('tsc compiles the application', 'tsc', '-p', 'tsconfig.json');
  succeed('tsc checks the revisions', 'tsc', '-p', 'migrations/tsconfig.json');
  db('heads');
  db('check');
  const served = run(directory, process.execPath, join('dist', 'main.js'));
  const isUpToDate = served.isRight && JSON.parse(served.stdout)[0]?.upToDate === true;
  check(`${kind}: the compiled application injects MigrationService and is up to date`, isUpToDate, served.output);
  succeed('its tests pass in Jest', 'jest', '--runInBand');
  succeed('its tests pass in Vitest', 'vitest', 'run');
}

try {
  const tarball = pack();
  if (tarball !== undefined) {
    for (const kind of readdirSync(here).filter((name) => name.startsWith('nest'))) {
      doMainJob(kind, install(kind, tarball));
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(failures === 0 ? 'All checks of the tarball passed.' : `${failures} checks failed.`);
process.exitCode = failures === 0 ? 0 : 1;
