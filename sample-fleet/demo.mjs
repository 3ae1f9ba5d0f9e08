/**
 * One history on fifty databases, to watch: the last part of `npm run demo` in the repository's root.
 *
 * Fifty shops are made, upgraded to the first revision, and then to the second, which one of them refuses: it has two orders with one
 * number. Its rows are mended, and `retry` does what is left. The databases are made anew each time.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

const sample = dirname(fileURLToPath(import.meta.url));
const folder = join(sample, '.demo');
const nestCmd = join(sample, '..', 'dist', 'cli', 'nest-cmd.js');
const environment = { ...process.env, SHOPS: join(folder, 'shops'), TEMPLATE: join(folder, 'template.sqlite') };

/** @param expected the exit code */
function run(expected, ...args) {
  console.log(`\n$ nest-cmd ${args.join(' ')}`);
  const options = { cwd: sample, env: environment, stdio: ['inherit', 'pipe', 'inherit'], encoding: 'utf8' };
  const { status, stdout } = spawnSync(process.execPath, [nestCmd, ...args], options);
  process.stdout.write(stdout);
  if (status !== expected) throw new Error(`nest-cmd ended with ${status ?? 'a signal'}.`);
  return stdout;
}

function inShop(id, sql) {
  console.log(`\n${id}: ${sql}`);
  const database = new Database(join(folder, 'shops', `${id}.sqlite`));
  database.exec(sql);
  database.close();
}

console.log('\n# 3. Fifty shops with a database each, in sample-fleet/.demo, and one history');
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, 'shops'), { recursive: true });
for (let number = 1; number <= 50; number += 1) {
  writeFileSync(join(folder, 'shops', `shop-${String(number).padStart(2, '0')}.sqlite`), '');
}
run(0, 'db', 'fleet', 'upgrade', '3b1f', '--waves', '100%');
inShop('shop-17', `INSERT INTO "order" ("number") VALUES ('A-1'), ('A-1')`);
const [, runId] = /^Run (\S+)/.exec(run(1, 'db', 'fleet', 'upgrade'));
inShop('shop-17', `UPDATE "order" SET "number" = 'A-' || "id"`);
run(0, 'db', 'fleet', 'retry', runId.slice(0, 8));
run(0, 'db', 'fleet', 'status');
