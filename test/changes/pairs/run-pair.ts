import type { MigrateRequest } from '../../../src/index.js';
import type { TestDatabase } from '../../support/databases.js';
import type { DialectName } from '../change.js';
import { dump, type Dump } from '../dump.js';
import { readRows, type Rows } from '../rows.js';
import { Workbench } from '../workbench.js';
import { type Declared, forget } from './declare.js';
import type { DrawnPair, DrawnSchema } from './drawn-schema.js';
import { entitiesOf } from './entities.js';
import { handMade } from './hand-made.js';
import { joinedRows, type JoinedTable, joinedTables } from './joined.js';
import { keptBetween, keptValues } from './kept.js';
import { Names, OPTIONS, renamesBetween } from './names.js';
import { insertRows, tryToInsert } from './rows.js';
import { sqlFor } from './sql-for.js';
import { clear, ofEntities, synchronized } from './synchronized.js';

/** One schema of a pair. */
interface Side {
  readonly schema: DrawnSchema;
  readonly names: Names;
  readonly entities: readonly Declared[];
}

/** The first schema in the database, with rows. */
interface Original {
  readonly catalog: Dump;
  readonly rows: Rows;
  readonly joined: readonly JoinedTable[];
}

/**
 * The law of autogenerate on one pair of schemas: the upgrade leaves nothing to do, makes the catalog that `synchronize` makes
 * of the second schema, and keeps the values of every column that both have; the downgrade gives the first schema back,
 * with the same values.
 *
 * @param database it is emptied first.
 * @param request how the revisions are written.
 */
export async function runPair(pair: DrawnPair, database: TestDatabase, request: MigrateRequest = {}): Promise<void> {
  const { dialect } = database;
  const before = sideOf(pair.before, new Names(pair.before, dialect), dialect);
  const after = sideOf(pair.after, new Names(pair.after, dialect, pair.renaming), dialect);
  try {
    const theirs = pair.isSynchronized ? await synchronized(database, after.entities) : undefined;
    await clear(database);
    await Workbench.on(
      database,
      async (bench) => {
        const original = await begin(bench, before, after, request);
        await lead(bench, [before, after], original, theirs, request);
      },
      OPTIONS,
    );
  } finally {
    forget([...before.entities, ...after.entities]);
  }
}

function sideOf(schema: DrawnSchema, names: Names, dialect: DialectName): Side {
  return { schema, names, entities: entitiesOf(schema, names, dialect) };
}

function begin(bench: Workbench, before: Side, after: Side, request: MigrateRequest): Promise<Original> {
  return bench.stage(before.entities, async ({ migrations, dataSource }) => {
    await migrations.init();
    await migrations.migrate({ ...request, message: 'before' });
    await migrations.upgrade();
    await insertRows(dataSource, before.schema, before.names);
    for (const sql of handMade(before.schema, after.schema, before.names, bench.dialect)) {
      await dataSource.query(sqlFor(bench.dialect, sql));
    }
    expect(await migrations.check()).toEqual([]);
    return { catalog: await dump(dataSource), rows: await readRows(dataSource), joined: joinedTables(dataSource) };
  });
}

async function lead(
  bench: Workbench,
  [before, after]: readonly [Side, Side],
  original: Original,
  theirs: Dump | undefined,
  request: MigrateRequest,
): Promise<void> {
  const kept = keptBetween(before.schema, after.schema);
  await bench.stage(after.entities, async ({ migrations, dataSource }) => {
    const renames = renamesBetween(before.schema, before.names, after.schema, after.names);
    const written = await migrations.migrate({ ...request, message: 'after', renames });
    await migrations.upgrade();
    expect(await migrations.check()).toEqual([]);
    if (theirs) expect(ofEntities(await dump(dataSource))).toEqual(ofEntities(theirs));
    const joined = joinedTables(dataSource);
    const held = (rows: Rows) => [keptValues(rows, kept, before.names), joinedRows(rows, original.joined, joined)];
    const now = await readRows(dataSource);
    expect([keptValues(now, kept, after.names), joinedRows(now, joined, original.joined)]).toEqual(held(original.rows));
    await tryToInsert(dataSource, after.schema, after.names);

    if (written.length === 0) return;
    await migrations.downgrade();
    expect(await dump(dataSource)).toEqual(original.catalog);
    expect(held(await readRows(dataSource))).toEqual(held(original.rows));
    await tryToInsert(dataSource, before.schema, before.names);
  });
}
