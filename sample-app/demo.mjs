/**
 * The main job, to watch: `npm run demo` in the repository's root.
 *
 * First the shop itself is brought up to date, on SQLite or on what DATABASE_URL says. Then a copy of it, on a database
 * of its own, gets a new column the way a developer would add one. The copy is made anew each time.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shop = dirname(fileURLToPath(import.meta.url));
const copy = join(shop, '.demo');
const nestCmd = join(shop, '..', 'dist', 'cli', 'nest-cmd.js');

function run(directory, environment, ...args) {
  console.log(`\n$ nest-cmd ${args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ')}`);
  const env = { ...process.env, ...environment };
  const { status } = spawnSync(process.execPath, [nestCmd, ...args], { cwd: directory, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

console.log(`# 1. The shop as it is, on ${process.env.DATABASE_URL ? 'the database of DATABASE_URL' : 'SQLite'}`);
const inShop = (...args) => run(shop, {}, 'db', ...args);
inShop('upgrade');
inShop('current');
inShop('history');
inShop('check');

console.log('\n# 2. A developer adds a column (in sample-app/.demo, a copy of the shop)');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy);
for (const entry of ['package.json', 'tsconfig.json', 'src', 'migrations']) {
  cpSync(join(shop, entry), join(copy, entry), { recursive: true });
}
const inCopy = (...args) => run(copy, { DATABASE_URL: '', SQLITE_FILE: 'demo.sqlite' }, 'db', ...args);
inCopy('upgrade');

const entity = join(copy, 'src', 'users', 'user.entity.ts');
const column = "\n  @Column({ type: 'varchar', length: 20, nullable: true })\n  phone!: string | null;\n";
writeFileSync(entity, readFileSync(entity, 'utf8').replace(/}\n$/, `${column}}\n`));
console.log(`\nAdded to src/users/user.entity.ts:\n${column.trimEnd()}`);

inCopy('migrate', '-m', 'add phone');
inCopy('upgrade');
inCopy('check');
inCopy('downgrade');
console.log('\nThe new revision is in sample-app/.demo/migrations/versions.');
