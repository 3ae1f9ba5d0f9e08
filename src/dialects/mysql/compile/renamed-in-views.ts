import type { QualifiedName } from '../../../schema/schema.model.js';
import { edited, instead } from '../../../sql/edit.js';
import { pathsIn } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';
import { mentionedNames, sourcePaths } from '../../../sql/sources.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quote } from '../text.js';
import { wholeQuery } from '../reflect/four-bytes.js';
import { replaceView } from './views.js';

/** A rename of a table, or of one of its columns. */
export interface Rename {
  readonly table: QualifiedName;
  readonly column?: string;
  readonly to: QualifiedName;
}

/**
 * The statements that let the views of the database follow renames, in their order, which they do not by themselves: they would fail when they are
 * read. The names of their own columns stay. A trigger is reported, since its code may name anything; a script follows nothing.
 */
export async function viewsFollowing(
  renames: readonly Rename[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (context.offline || renames.length === 0) return [];
  const [own] = await context.query(`SELECT DATABASE() AS name`);
  const qualified = renames.map((rename) => ({ ...rename, table: { schema: String(own?.['name']), ...rename.table } }));
  const views = await context.query(
    `SELECT table_name AS name, view_definition AS query FROM information_schema.views
     WHERE table_schema = DATABASE() ORDER BY table_name`,
  );
  const statements: Statement[] = [];
  for (const row of views) {
    const name = String(row['name']);
    const query = await wholeQuery({ name }, String(row['query']), (sql) => context.query(sql));
    const renamed = qualified.reduce(renamedInQuery, query);
    if (renamed !== query) statements.push(await replaceView({ name }, renamed, context));
  }
  for (const rename of renames) await reportTriggers(rename, context);
  return statements;
}

/** The query of a view, as the server prints it, with a table or a column of it renamed. */
export function renamedInQuery(query: string, { table, column, to }: Rename): string {
  const code = codeTokens(query, MYSQL_SQL);
  const sources = sourcePaths(code).filter(({ names }) => isPath(names, [table.schema, table.name]));
  if (sources.length === 0) return query;
  const tokens = new Map<number, SqlToken>();
  const change = (token: SqlToken | undefined): void => void (token && tokens.set(token.start, token));
  for (const { names, next } of sources) {
    const alias = code[next]?.is('AS') ? code[next + 1] : code[next];
    const qualifier = alias?.kind === 'quoted' ? [alias.value] : [table.schema, table.name];
    const references = pathsIn(code).filter((path) => isPath(path.names.slice(0, -1), qualifier));
    if (column === undefined) {
      change(names.at(-1));
      if (qualifier.length > 1) for (const path of references) change(path.names.at(-2));
    } else {
      for (const path of references) if (isNamed(path.names.at(-1), column)) change(path.names.at(-1));
    }
  }
  const ordered = [...tokens.values()].sort((one, other) => one.start - other.start);
  return edited(
    query,
    ordered.map((token) => instead(token, quote(to.name))),
  );
}

function isPath(names: readonly SqlToken[], expected: readonly (string | undefined)[]): boolean {
  return names.length === expected.length && names.every((name, place) => name.value === expected[place]);
}

/** Columns have no case. */
function isNamed(token: SqlToken | undefined, column: string): boolean {
  return token?.value.toLowerCase() === column.toLowerCase();
}

async function reportTriggers({ table, column }: Rename, context: CompileContext): Promise<void> {
  if (context.notice === undefined) return;
  const triggers = await context.query(
    `SELECT trigger_name AS name, event_object_table AS owner, action_statement AS code FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() ORDER BY trigger_name`,
  );
  for (const { name, owner, code } of triggers) {
    const names = mentionedNames(String(code), MYSQL_SQL);
    const isOfTable = names.has(table.name) || (column !== undefined && owner === table.name);
    if (!isOfTable || (column !== undefined && !names.has(column))) continue;
    context.notice(
      `The trigger ${String(name)} names ${column ?? table.name}, which is called otherwise now: create it again, or it fails.`,
    );
  }
}
