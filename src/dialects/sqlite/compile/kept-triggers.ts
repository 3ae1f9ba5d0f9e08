import { isScript } from '../../common/is-script.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type { Operation } from '../../../operations/operation.js';
import type { QualifiedName, ViewModel } from '../../../schema/schema.model.js';
import type { CompileContext } from '../../dialect.js';
import { createViewSql } from './ddl.js';
import { freeName } from './rebuild.js';
import { guardedViewSql } from '../script/guard.js';
import { quote } from '../text.js';
import { renamedTrigger, triggerEvent, triggerName, triggersAfter, writtenTriggers } from './written-triggers.js';

/**
 * The triggers of a dropped view, kept on another view with the same columns and no rows. There SQLite updates the names of
 * renamed tables and columns in them, as it would have done on the view itself.
 */
interface Waiting {
  readonly view: string;
  /** Temporary name of a trigger → its own name. */
  readonly names: ReadonlyMap<string, string>;
}

/** Drops a view and keeps its triggers for `restoreViewSql`. */
export async function dropViewKeepingSql(
  { name }: QualifiedName,
  drop: string,
  context: CompileContext,
): Promise<readonly string[]> {
  const triggers = await writtenTriggers(name, context);
  if (isScript(context)) return guardedViewSql(name, triggers, [drop], 0);
  if (triggers.length === 0) return [drop];
  const columns = await context.query('SELECT name FROM pragma_table_info(?) ORDER BY cid', [name]);
  const waiting = await freeName(name, context);
  const named = triggers.map((sql, index) => ({ sql, from: triggerName(sql), to: `${waiting}_${index + 1}` }));
  context.kept.set(name, { view: waiting, names: new Map(named.map(({ from, to }) => [to, from])) } satisfies Waiting);
  const nothing = columns.map(() => 'NULL').join(', ');
  const list = columns.map((column) => quote(String(column['name']))).join(', ');
  return [
    `CREATE VIEW ${quote(waiting)} (${list}) AS SELECT ${nothing} WHERE 0`,
    ...named.map(({ sql, to }) => renamedTrigger(sql, { name: to, owner: waiting })),
    drop,
  ];
}

/**
 * Creates a view with the triggers that it had. SQLite parses a trigger only when it would run, so statements that would
 * run them are prepared: a trigger that names a column which the view no longer has makes the revision fail.
 */
export async function restoreViewSql(view: ViewModel, context: CompileContext): Promise<readonly string[]> {
  const create = createViewSql(view);
  if (context.offline) return [create, ...triggersOfScript(view.name, await context.operations())];
  const waiting = context.kept.get(view.name) as Waiting | undefined;
  context.kept.delete(view.name);
  if (waiting === undefined) return [create];
  const triggers = await writtenTriggers(waiting.view, context);
  const events = new Set(triggers.map(triggerEvent));
  return [
    create,
    ...triggers.map((sql) =>
      renamedTrigger(sql, { name: waiting.names.get(triggerName(sql)) ?? triggerName(sql), owner: view.name }),
    ),
    `DROP VIEW ${quote(waiting.view)}`,
    ...(events.has('INSERT') ? [`EXPLAIN INSERT INTO ${quote(view.name)} DEFAULT VALUES`] : []),
    ...(events.has('DELETE') ? [`EXPLAIN DELETE FROM ${quote(view.name)}`] : []),
  ];
}

/**
 * The triggers as raw SQL of the revisions has created them, without SQLite's changes on renames, which a script cannot
 * know.
 */
function triggersOfScript(view: string, operations: readonly Operation[]): readonly string[] {
  const dropped = operations.findLastIndex(
    (operation) => operation.kind === 'dropView' && operation.view.name === view && operation.keep,
  );
  const triggers = triggersAfter(operations.slice(0, Math.max(dropped, 0)), view);
  const [first] = triggers;
  const renamed = operations.slice(dropped).some(({ kind }) => kind === 'renameTable' || kind === 'renameColumn');
  if (first !== undefined && renamed) {
    throw new UnsupportedOperationError(
      'createView',
      'a script for SQLite',
      `the view '${view}' has the trigger '${triggerName(first)}', and what is renamed may be named in it`,
      'Run the migration on the database itself, without --sql.',
    );
  }
  return triggers;
}
