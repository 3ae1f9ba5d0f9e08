/**
 * Lets readers and writers work on tables while real runs change them, and measures how long they stand still.
 *
 *     npm run test:load                              all scenes: about five minutes
 *     npm run test:load -- --only idle-reader        some of them
 *     npm run test:load -- --database mysql          on the MariaDB of this machine
 *     npm run test:load -- --write                   and writes the table of docs/reliability.md
 *
 * Needs the build. Where the machine has pgbench, it works beside them. Ends with 1 when anybody stood still for longer than
 * `lockTimeout` and a second, or for more than half of the time of a run of several attempts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { databases } from './databases.mjs';
import { LOCK_TIMEOUT, scenes } from './scenes.mjs';
import { playScene } from './play-scene.mjs';
import { isRight, tableOf } from './table.mjs';

const { values } = parseArgs({
  options: { only: { type: 'string' }, database: { type: 'string', default: 'postgres' }, write: { type: 'boolean' } },
});
const { database } = values;
const wanted = values.only?.split(',');
const server = await databases[database].start();
const results = [];
try {
  for (const scene of scenes.filter(
    ({ name, each }) => (wanted?.includes(name) ?? true) && !(each && database === 'mysql'),
  )) {
    const result = await playScene(server.url, scene);
    console.log(tableOf([result], database).at(-1));
    results.push(result);
  }
} finally {
  await server.stop();
}
const table = tableOf(results, database).join('\n');
console.log(`\n${table}\n\nlockTimeout is ${LOCK_TIMEOUT} ms.`);
if (values.write) {
  const path = new URL('../../../docs/reliability.md', import.meta.url);
  const between = new RegExp(`(<!-- load on ${database} -->\\n)[^]*?(\\n<!-- end of load -->)`);
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replace(between, (_all, start, end) => `${start}\n${table}\n${end}`),
  );
}
// The servers' package ends the process with 0 when nothing is left to do, whatever `process.exitCode` says.
process.exit(results.every(isRight) ? 0 : 1);
