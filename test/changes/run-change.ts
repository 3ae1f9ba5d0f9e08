import { MigrateError } from '../../src/index.js';
import type { Change, DialectName, Values } from './change.js';
import { dump, type Dump } from './dump.js';
import { readRows, type Rows, sorted, type TextRow } from './rows.js';
import { expectTypeormAgrees } from './typeorm.js';
import { type Stage, Workbench } from './workbench.js';

/** What became of the rows of a change, for the table in the documentation. */
export interface Outcome {
  readonly kind: 'kept' | 'kept, as renamed' | 'changed, as asked' | 'refused' | 'nothing to do';
  /** What the revision does; the error, where the change was refused. */
  readonly detail: string;
}

interface State {
  readonly catalog: Dump;
  readonly rows: Rows;
}

/**
 * Takes a database with rows from the first entities to the second and back, as a user would, and asserts that nothing
 * is lost: the laws of the autogeneration.
 */
export function runChange(change: Change, dialect: DialectName, { online = false } = {}): Promise<Outcome> {
  return Workbench.use(dialect, async (bench) => {
    const before = await bench.stage(change.before, (stage) => startWith(stage, change, dialect));
    return bench.stage(change.after, async (stage) => {
      const refusal = change.refused?.[dialect];
      if (refusal) return refused(stage, before, refusal);
      const differences = await stage.migrations.check();
      if (change.unchangedOn?.includes(dialect)) {
        expect(differences).toEqual([]);
        return { kind: 'nothing to do', detail: '' };
      }
      expect(differences).not.toEqual([]);
      expectRenamesAsked(stage, change, dialect);
      await upgrade(stage, before, change, dialect, online);
      return outcomeOf(stage, change, dialect);
    });
  });
}

async function startWith({ migrations, dataSource }: Stage, change: Change, dialect: DialectName): Promise<State> {
  await migrations.init();
  await migrations.migrate({ message: 'before' });
  await migrations.upgrade();
  expect(await migrations.check()).toEqual([]);
  for (const sql of [...change.rows, ...(change.rowsOn?.[dialect] ?? [])]) await dataSource.query(sql);
  return stateOf(dataSource);
}

async function stateOf(dataSource: Stage['dataSource']): Promise<State> {
  return { catalog: await dump(dataSource), rows: await readRows(dataSource) };
}

/**
 * Nobody has said yet that it is a rename, so a person must be told of each before anything is dropped. SQLite has one name
 * where only capitals differ: there is nothing to ask.
 */
function expectRenamesAsked({ warnings }: Stage, { renames = {} }: Change, dialect: DialectName): void {
  for (const [from, to] of Object.entries(renames)) {
    if (dialect === 'sqlite' && from.toLowerCase() === to.toLowerCase()) {
      expect(warnings).toEqual([]);
      continue;
    }
    expect(warnings).toContainEqual(expect.stringContaining(`"${from}" was dropped and "${to}" added`));
  }
}

/** A refusal is one clear error, and the database is as it was. */
async function refused({ migrations, dataSource }: Stage, before: State, message: RegExp): Promise<Outcome> {
  const error: unknown = await (async () => {
    await migrations.migrate({ message: 'after' });
    await migrations.upgrade();
  })().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MigrateError);
  expect((error as MigrateError).message).toMatch(message);
  expect(await stateOf(dataSource)).toEqual(before);
  return { kind: 'refused', detail: (error as MigrateError).message };
}

async function upgrade(
  stage: Stage,
  before: State,
  change: Change,
  dialect: DialectName,
  online: boolean,
): Promise<void> {
  const { migrations, dataSource } = stage;
  const renames = Object.entries(change.renames ?? {}).map(([from, to]) => `${from}:${to}`);
  const written = await migrations.migrate({ message: 'after', renames, online });
  // Concurrent indexes are in a revision of their own.
  expect(written.length).toBeGreaterThan(0);
  if (!online) expect(written).toHaveLength(1);
  await migrations.upgrade();
  expect(await migrations.check()).toEqual([]);
  const after = await stateOf(dataSource);
  expectRows(after.rows, renamed(before.rows, change.renames ?? {}), change.becomes?.[dialect] ?? {});
  const reads = change.reads?.[dialect];
  if (reads) expect(await dataSource.query(reads.sql)).toEqual(reads.upgraded);
  await expectTypeormAgrees(dataSource, change.after, dialect, change.unmadeByTypeorm?.[dialect]);

  const refusal = change.downgradeRefused?.[dialect];
  if (refusal) {
    await expect(migrations.downgrade()).rejects.toThrow(refusal);
    expect(await stateOf(dataSource)).toEqual(after);
    return;
  }
  await migrations.downgrade(`-${written.length}`);
  const again = await stateOf(dataSource);
  expect(again.catalog).toEqual(before.catalog);
  expectRows(
    onlyColumnsOf(again.rows, renamed(after.rows, inverse(change.renames ?? {}))),
    before.rows,
    change.back?.[dialect] ?? {},
  );
  if (reads) expect(await dataSource.query(reads.sql)).toEqual(reads.downgraded);
}

/** Every table and column that is on both sides holds what it held. */
function expectRows(actual: Rows, earlier: Rows, changed: Values): void {
  for (const [table, rows] of Object.entries(earlier)) {
    const now = actual[table];
    if (now === undefined) continue;
    const shared = Object.keys(rows[0] ?? {}).filter((column) => now.length === 0 || column in (now[0] as TextRow));
    const expected = rows.map((row) =>
      Object.fromEntries(shared.map((column) => [column, changed[`${table}.${column}`] ?? row[column] ?? null])),
    );
    const found = now.map((row) => Object.fromEntries(shared.map((column) => [column, row[column] ?? null])));
    expect({ table, rows: sorted(found) }).toEqual({ table, rows: sorted(expected) });
  }
}

/** Leaves out tables and columns that were away in between: they come back empty. */
function onlyColumnsOf(rows: Rows, others: Rows): Rows {
  return Object.fromEntries(
    Object.entries(rows).flatMap(([table, list]) => {
      const known = Object.keys(others[table]?.[0] ?? {});
      if (others[table] === undefined) return [];
      return [[table, list.map((row) => Object.fromEntries(known.map((column) => [column, row[column] ?? null])))]];
    }),
  );
}

function inverse(renames: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(renames).map(([from, to]) => [to, from]));
}

/** Rows under the names that tables and columns have after the renames. */
function renamed(rows: Rows, renames: Readonly<Record<string, string>>): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([table, list]) => [
      renames[table] ?? table,
      list.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => {
            const target = renames[`${table}.${column}`]?.slice(table.length + 1);
            return [target ?? column, value];
          }),
        ),
      ),
    ]),
  );
}

function outcomeOf({ warnings }: Stage, change: Change, dialect: DialectName): Outcome {
  const detail = [...new Set(warnings)].filter((message) => !message.includes('if this is a rename')).join('; ');
  if (change.back?.[dialect]) return { kind: 'changed, as asked', detail };
  return { kind: change.renames ? 'kept, as renamed' : 'kept', detail };
}
