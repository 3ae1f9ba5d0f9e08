import type { CompileContext } from '../../dialect.js';
import { isToken, tokenize } from '../parse/tokens.js';
import { quote } from '../text.js';
import { type CatalogRow, unreadableObjects } from '../reflect/unreadable.js';
import { renamedTrigger } from './written-triggers.js';

/** A table that the statements give another name. */
interface TableRename {
  readonly from: string;
  readonly to: string;
}

/**
 * The statements of a change, with the views and triggers away meanwhile that SQLite cannot read already: it would refuse
 * the change because of them, though they are none of its business. They come back as they were. A script cannot look.
 */
export async function withUnreadableAside(
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

/** Whether SQLite reads every view and trigger of the database for a change, whatever they are about. */
function readsAll(sql: string): boolean {
  if (!sql.startsWith('ALTER TABLE ')) return false;
  const [, , , verb, what] = tokenize(sql);
  return isToken(verb, 'RENAME') || (isToken(verb, 'DROP') && isToken(what, 'COLUMN'));
}

function triggerAgain({ name, owner, sql }: CatalogRow, renamed: TableRename | undefined): string {
  const isOfRenamed = renamed !== undefined && owner.toLowerCase() === renamed.from.toLowerCase();
  return isOfRenamed ? renamedTrigger(sql, { name, owner: renamed.to }) : sql;
}
