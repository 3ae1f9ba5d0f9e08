import { messageOf } from '../../../errors/thrown.js';
import { quote } from '../text.js';
import { triggerEvent } from '../compile/written-triggers.js';

/** What SQLite cannot read: a view, or the triggers of a table for one event, of which at least one cannot be read. */
export interface Unreadable {
  readonly object: string;
  readonly reason: string;
  /** The view with its triggers, or the triggers. */
  readonly rows: readonly CatalogRow[];
}

/** Something that queries the database. */
interface Asking {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/** What the catalog has of a view or a trigger. */
export interface CatalogRow {
  readonly type: 'view' | 'trigger';
  readonly name: string;
  /** The table or view that a trigger watches; the view itself. */
  readonly owner: string;
  readonly sql: string;
}

const CATALOG = `
  SELECT type, name, tbl_name AS owner, sql FROM sqlite_master
  WHERE type IN ('view', 'trigger') ORDER BY type DESC, rowid`;

/** The number of views that one statement prepares; SQLite allows 500. */
const VIEWS_AT_A_TIME = 200;

/**
 * The views and triggers that SQLite cannot read: it parses them only when they are used, so that a column may be dropped
 * although they read it. Statements that use them are prepared, not run.
 */
export async function unreadableObjects(database: Asking): Promise<readonly Unreadable[]> {
  const rows = (await database.query(CATALOG)) as CatalogRow[];
  const broken = await unreadableViews(
    rows.filter(({ type }) => type === 'view'),
    database,
  );
  const views = [...broken].map(([view, reason]) => ({
    object: `view '${view.name}'`,
    reason,
    rows: rows.filter(({ owner }) => owner.toLowerCase() === view.name.toLowerCase()),
  }));
  // No trigger on an unreadable view can be read either, and it is the view that must be repaired.
  const names = new Set([...broken.keys()].map(({ name }) => name.toLowerCase()));
  const triggers: Unreadable[] = [];
  for (const [first, ...others] of triggersByUse(rows)) {
    if (first === undefined || names.has(first.owner.toLowerCase())) continue;
    const reason = await reasonAgainst(await useOf(first, rows, database), database);
    if (reason === undefined) continue;
    const all = [first, ...others];
    const which = all.map(({ name }) => `'${name}'`).join(', ');
    const object = `${all.length > 1 ? 'one of the triggers' : 'trigger'} ${which} of '${first.owner}'`;
    triggers.push({ object, reason, rows: all });
  }
  return [...views, ...triggers];
}

/** Triggers grouped by owner and event: one statement prepares all of a group. */
function triggersByUse(rows: readonly CatalogRow[]): Iterable<readonly CatalogRow[]> {
  const groups = new Map<string, CatalogRow[]>();
  for (const row of rows) {
    if (row.type !== 'trigger') continue;
    const use = JSON.stringify([row.owner.toLowerCase(), triggerEvent(row.sql)]);
    groups.set(use, [...(groups.get(use) ?? []), row]);
  }
  return groups.values();
}

/** The unreadable views: prepared all at once, since nearly always all can be read, and one by one when that fails. */
async function unreadableViews(
  views: readonly CatalogRow[],
  database: Asking,
): Promise<ReadonlyMap<CatalogRow, string>> {
  const broken = new Map<CatalogRow, string>();
  for (let at = 0; at < views.length; at += VIEWS_AT_A_TIME) {
    const some = views.slice(at, at + VIEWS_AT_A_TIME);
    if ((await reasonAgainst(some.map(readingSql).join(' UNION ALL '), database)) === undefined) continue;
    for (const view of some) {
      const reason = await reasonAgainst(readingSql(view), database);
      if (reason !== undefined) broken.set(view, reason);
    }
  }
  return broken;
}

function readingSql({ name }: CatalogRow): string {
  return `SELECT 1 FROM main.${quote(name)}`;
}

/** The statement that prepares a trigger; an UPDATE names every column, since a trigger may watch any. */
async function useOf({ owner, sql }: CatalogRow, rows: readonly CatalogRow[], database: Asking): Promise<string> {
  const target = `main.${quote(owner)}`;
  const event = triggerEvent(sql);
  if (event === 'INSERT') return `INSERT INTO ${target} DEFAULT VALUES`;
  if (event === 'DELETE') return `DELETE FROM ${target}`;
  const isView = rows.some(({ type, name }) => type === 'view' && name.toLowerCase() === owner.toLowerCase());
  const columns = (await database.query(
    `SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0 OR ? ORDER BY cid`,
    [owner, isView ? 1 : 0],
  )) as { name: string }[];
  return `UPDATE ${target} SET ${columns.map(({ name }) => `${quote(name)} = ${quote(name)}`).join(', ')}`;
}

let tried = 0;

/**
 * Why a statement cannot be prepared; undefined when it can. Each statement gets a unique text: drivers cache prepared
 * statements by their text, and SQLite does not prepare an EXPLAIN again after a change of the schema.
 */
async function reasonAgainst(sql: string, database: Asking): Promise<string | undefined> {
  return database.query(`EXPLAIN QUERY PLAN ${sql} -- ${++tried}`).then(
    () => undefined,
    (error: unknown) => messageOf(error).replace(/^(?:(?:SqliteError|Error|SQLITE_ERROR): )+/, ''),
  );
}
