/** What must hold when the tables of one set of entities, with rows in them, become those of another. */
import { rmSync } from 'node:fs';
import { catalogOf, differences, withApplication } from './application.mjs';
import { Problems, withScratch } from './law.mjs';
import { changeAtRandom } from './mutate.mjs';
import { columnsOf, emptyTables, insertRows, readRows } from './rows.mjs';

/** From the entities of one version to those of another. */
export function testVersions(before, after, server) {
  return onceFilled(before, server, async (place, problems) => {
    const written = await withApplication(after, ...place, (application) => evolve(application, problems));
    return { tables: after.options.entities.length, revisions: written.length };
  });
}

/** A few random changes of the metadata, as often as `rounds` says, each from the same tables. */
export function testChanges(set, server, random, rounds = 3) {
  return onceFilled(set, server, async (place, problems) => {
    let revisions = 0;
    for (let round = 0; round < rounds; round += 1) {
      await withApplication(set, ...place, async (application) => {
        problems.label = changeAtRandom(application.dataSource, random).join('; ');
        const written = await evolve(application, problems);
        revisions += written.length;
        for (const { path } of written) rmSync(path);
      });
    }
    return { revisions };
  });
}

/** Makes the tables of a set, with rows, and hands them over; `refused` says why they cannot be made. */
async function onceFilled(set, server, work) {
  return withScratch(server, async (...place) => {
    let rows;
    try {
      rows = await withApplication(set, ...place, fill);
    } catch (error) {
      return { refused: error.message };
    }
    const problems = new Problems();
    const figures = await problems.during('start', () => work(place, problems));
    return { rows, ...figures, problems: problems.list };
  });
}

async function fill({ migrations, dataSource }) {
  await migrations.init();
  await migrations.migrate({ message: 'first' });
  await migrations.upgrade();
  return insertRows(dataSource);
}

/** Upgrade, check, rows, and back; resolves to the revisions, which the database is then before. */
async function evolve({ migrations, dataSource }, problems) {
  const changes = await problems.during('check', () => migrations.check());
  await emptyTables(
    dataSource,
    ofKind(changes, 'addColumn', ({ column }) => column),
  );
  const before = await snapshot(dataSource);
  const written = await problems.during('migrate', () => migrations.migrate({ message: 'second' }));
  if (written.length === 0) return written;
  await problems.during('upgrade', () => migrations.upgrade());
  problems.note('check', await texts(problems.during('check', () => migrations.check())));
  const after = await snapshot(dataSource);
  problems.note(
    'rows',
    lostBetween(before, after, (column) => before.types.get(column) === after.types.get(column)),
  );
  const emptied = ofKind(changes, 'dropColumn', ({ was }) => was);
  await emptyTables(dataSource, emptied);
  await problems.during('downgrade', () => migrations.downgrade());
  const back = await snapshot(dataSource);
  problems.note('catalog after downgrade', differences(before.catalog, back.catalog));
  if (emptied.length === 0) {
    problems.note(
      'rows after downgrade',
      lostBetween(before, back, (column) => after.types.has(column)),
    );
  }
  await problems.during('second upgrade', () => migrations.upgrade());
  problems.note('second check', await texts(migrations.check()));
  await problems.during('second downgrade', () => migrations.downgrade());
  return written;
}

/** Tables that get a column back or anew of which only a person knows what rows that are there shall have. */
function ofKind(changes, kind, columnOf) {
  const isAsked = ({ isNullable, default: value, generationStrategy, asExpression }) =>
    !isNullable && !value && !generationStrategy && !asExpression;
  return changes
    .flatMap((change) => (change.kind === 'batch' ? change.operations : [change]))
    .filter((change) => change.kind === kind && isAsked(columnOf(change)))
    .map(({ table }) => table);
}

async function texts(operations) {
  return (await operations).map((one) => JSON.stringify(one));
}

async function snapshot(dataSource) {
  const columns = await columnsOf(dataSource);
  const path = ({ schema, table, name }) => [schema, table, name].filter((part) => part !== null).join('.');
  return {
    catalog: await catalogOf(dataSource),
    rows: await readRows(dataSource),
    types: new Map(columns.map((column) => [path(column), column.type])),
  };
}

/** What differs in the columns that are kept; a table without any was dropped. */
function lostBetween(before, after, isKept) {
  return Object.keys(before.rows).flatMap((table) => {
    if (![...before.types.keys()].some((column) => column.startsWith(`${table}.`) && isKept(column))) return [];
    const kept = ([column]) => before.types.has(`${table}.${column}`) && isKept(`${table}.${column}`);
    const lines = (rows = []) => rows.map((row) => JSON.stringify(Object.entries(row).filter(kept).sort())).sort();
    return differences(lines(before.rows[table]), lines(after.rows[table])).map((line) => `${table} ${line}`);
  });
}
