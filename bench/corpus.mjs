// Entities that are not ours: TypeScript sources of any application, which need not be installed.
//
//     npm run build && node bench/corpus.mjs DIR|MODULE… [--database postgres|sqlite|mysql|mariadb] [--each] [--from DIR] [--mutate]
//         [--seed N] [--only TEXT]
//
// All entity classes under DIR are one set; with `--each` those of every directory are one. A MODULE exports sets of its own
// as `default`, a list or an async iterable of `{ name, options }`, with `options` those of a data source.
//
// Each set goes through `init`, `migrate`, `upgrade`, `check`, `downgrade base` and `upgrade` in a Nest application with
// MigrateModule, on an empty database. `check` must find nothing, TypeORM's own comparison nothing that it does not find after
// `synchronize`, the catalogs of both must be equal, and the downgrade must leave nothing. Sets that `synchronize` refuses are
// counted apart.
//
// `--from DIR` begins with the entities of an earlier version, puts rows into their tables and migrates them to those of the
// set; `--mutate` changes the metadata at random instead. Values must stay, and the downgrade must give them and the catalog back.
import { statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openServer } from './corpus/databases.mjs';
import { testChanges, testVersions } from './corpus/evolve.mjs';
import { testLaw } from './corpus/law.mjs';
import { failures, loadEntities, sourcesUnder } from './corpus/load.mjs';
import { row } from './measure.mjs';

const { values: flags, positionals: places } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', multiple: true, default: ['postgres', 'sqlite'] },
    each: { type: 'boolean', default: false },
    from: { type: 'string' },
    mutate: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

async function* setsOf(place) {
  const path = resolve(place);
  if (statSync(path).isFile()) {
    yield* (await import(pathToFileURL(path).href)).default;
    return;
  }
  const directories = flags.each ? [...new Set(sourcesUnder(path).map((file) => dirname(file)))] : [path];
  for (const directory of directories) {
    const entities = loadEntities(directory);
    if (entities.length > 0) yield { name: relative(dirname(path), directory), options: { entities } };
  }
}

function test(set, server) {
  if (flags.from !== undefined) {
    const entities = loadEntities(flags.from);
    return testVersions({ ...set, options: { ...set.options, entities } }, set, server);
  }
  return flags.mutate ? testChanges(set, server, randomNumbers(`${flags.seed} ${set.name}`)) : testLaw(set, server);
}

/** Numbers between 0 and 1 that are the same for the same seed. */
function randomNumbers(seed) {
  let state = [...seed].reduce(
    (hash, character) => Math.imul(hash ^ character.codePointAt(0), 16_777_619),
    2_166_136_261,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function printProblem(name, { step, label, details }) {
  console.log(`${name}: ${step}${label === '' ? '' : ` (${label})`}`);
  for (const detail of details) console.log(`    ${detail}`);
}

async function run(database) {
  const server = await openServer(database);
  const counts = { sets: 0, refused: 0, hold: 0, fail: 0, tables: 0, rows: 0, revisions: 0 };
  try {
    for (const place of places) {
      for await (const set of setsOf(place)) {
        if (!set.name.includes(flags.only)) continue;
        const result = await test(set, server);
        if (result === undefined) continue;
        const { refused, problems = [], tables = 0, rows = 0, revisions = 0 } = result;
        counts.sets += 1;
        counts.tables += tables;
        counts.rows += rows;
        counts.revisions += revisions;
        if (refused !== undefined) counts.refused += 1;
        else if (problems.length === 0) counts.hold += 1;
        else counts.fail += 1;
        for (const problem of problems) printProblem(`${database}, ${set.name}`, problem);
        if (refused !== undefined) console.log(`${database}, ${set.name}: refused by synchronize (${refused})`);
      }
    }
  } finally {
    await server.close();
  }
  return counts;
}

const results = [];
for (const database of flags.database) results.push([database, await run(database)]);
for (const [file, reason] of failures)
  console.log(`not loaded: ${basename(dirname(file))}/${basename(file)} (${reason})`);
row('', 'sets', 'refused', 'hold', 'differ', 'tables', 'rows', 'revisions');
for (const [database, counts] of results) row(database, ...Object.values(counts));
process.exitCode = results.every(([, { fail }]) => fail === 0) ? 0 : 1;
