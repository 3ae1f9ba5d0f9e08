import type { CompileContext } from '../../dialect.js';
import { isToken, tokenize } from '../parse/tokens.js';
import { quote } from '../text.js';
import { type CatalogRow, unreadableObjects } from '../reflect/unreadable.js';
import { renamedTrigger } from './written-triggers.js';

/** A rename of a table among the statements. */
interface TableRename {
  readonly from: string;
  readonly to: string;
}

/**
 * The statements of a change, between statements that drop and re-create the views and triggers that SQLite cannot read
 * already: it would refuse the change because of them. A script cannot look for them.
 */
export async function withoutUnreadable(
  statements: readonly string[],
  context: CompileContext,
  renamed?: TableRename,
): Promise<readonly string[]> {
  if (context.offline || !statements.some((sql) => readsAll(sql))) return statements;
  const rows = (await unreadableObjects(context)).flatMap((found) => found.rows);
  const views = rows.filter(({ type }) => type === 'view');
  const triggers = rows.filter(({ type }) => type === 'trigger');
  return [
    ...triggers.map(({ name }) => `DROP TRIGGER ${quote(name)}`),
    ...views.map(({ name }) => `DROP VIEW ${quote(name)}`),
    ...statements,
    ...views.map(({ sql }) => sql),
    ...triggers.map((trigger) => triggerAgain(trigger, renamed)),
  ];
}

/** Whether SQLite parses every view and trigger of the database for a statement. */
function readsAll(sql: string): boolean {
  if (!sql.startsWith('ALTER TABLE ')) return false;
  const [, , , verb, what] = tokenize(sql);
  return isToken(verb, 'RENAME') || (isToken(verb, 'DROP') && isToken(what, 'COLUMN'));
}

function triggerAgain({ name, owner, sql }: CatalogRow, renamed: TableRename | undefined): string {
  const isOfRenamed = renamed !== undefined && owner.toLowerCase() === renamed.from.toLowerCase();
  return isOfRenamed ? renamedTrigger(sql, { name, owner: renamed.to }) : sql;
}
