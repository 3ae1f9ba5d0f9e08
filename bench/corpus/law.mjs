/** What must hold for a set of entities on an empty database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogOf, createSchemas, differences, differencesOf, withApplication } from './application.mjs';

/** Lets `work` use a database and the path of a migration repository, and removes both. */
export async function withScratch(server, work) {
  const database = await server.create();
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-migrate-corpus-'));
  try {
    return await work(database, join(folder, 'migrations'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await database.drop();
  }
}

/**
 * Upgrade, check, TypeORM's comparison, the catalog against that of `synchronize`, downgrade, and upgrade again.
 *
 * Resolves to what did not hold; to `refused`, the reason, where TypeORM itself cannot make these tables; to nothing where
 * there are none.
 */
export async function testLaw(set, server) {
  let theirs;
  try {
    theirs = await withScratch(server, (...place) => withApplication(set, ...place, synchronized));
  } catch (error) {
    return { refused: error.message };
  }
  if (theirs.tables === 0) return undefined;
  const problems = new Problems();
  await problems.during('start', () =>
    withScratch(server, (...place) =>
      withApplication(set, ...place, (application) => migrated(application, theirs, problems)),
    ),
  );
  return { tables: theirs.tables, problems: problems.list };
}

async function synchronized({ dataSource }) {
  await createSchemas(dataSource);
  await dataSource.synchronize();
  const tables = dataSource.entityMetadatas.length;
  return { tables, catalog: await catalogOf(dataSource), differences: await differencesOf(dataSource) };
}

async function migrated({ migrations, dataSource }, theirs, problems) {
  const empty = await catalogOf(dataSource);
  await problems.during('init', () => migrations.init());
  const written = await problems.during('migrate', () => migrations.migrate({ message: 'first' }));
  await problems.during('upgrade', () => migrations.upgrade());
  problems.note(
    'check',
    (await problems.during('check', () => migrations.check())).map((one) => JSON.stringify(one)),
  );
  const wanted = await problems.during('log', () => differencesOf(dataSource));
  problems.note(
    'log',
    wanted.filter((query) => !theirs.differences.includes(query)),
  );
  const made = await catalogOf(dataSource);
  // TypeORM makes no checks on MySQL and MariaDB.
  const hasChecks = /^(mysql|mariadb)$/.test(dataSource.options.type);
  const isCheck = (line) => hasChecks && /^\+ .*: CONSTRAINT .* CHECK \(/.test(line);
  problems.note(
    'catalog',
    differences(theirs.catalog, made).filter((line) => !isCheck(line)),
  );
  if (written.length === 0) return;
  await problems.during('downgrade', () => migrations.downgrade('base'));
  // The schema of the data source itself stays with the version table.
  const left = differences(empty, await catalogOf(dataSource));
  problems.note(
    'not empty',
    left.filter((line) => line !== `+ schema ${dataSource.options.schema}`),
  );
  await problems.during('second upgrade', () => migrations.upgrade());
  problems.note('second upgrade', differences(made, await catalogOf(dataSource)));
}

/** What did not hold, in the order of the steps. */
export class Problems {
  list = [];
  /** What is tried, beside the set. */
  label = '';

  note(step, details) {
    if (details.length > 0) this.list.push({ step, label: this.label, details });
  }

  /** Runs a step; one that throws is noted under its name, once, and ends the steps. */
  async during(step, work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Stopped)) this.note(step, [describe(error)]);
      if (step !== 'start') throw new Stopped();
    }
  }
}

class Stopped extends Error {}

function describe(error) {
  const causes = [];
  for (let one = error; one instanceof Error; one = one.cause) causes.push(`${one.code ?? one.name}: ${one.message}`);
  return causes.join(' | ');
}
