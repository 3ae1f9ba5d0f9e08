import type { OperationOf } from '../../../operations/operation.js';
import { qualifiedKey, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { literal, quote, quoteQualified } from '../text.js';

/** What a view has besides its name and its query. */
interface ViewOptions {
  /** Between CREATE and VIEW. */
  readonly before: string;
  /** After the query. */
  readonly after: string;
}

const PLAIN: ViewOptions = { before: '', after: '' };

export async function createView(
  { view, restore }: OperationOf<'createView'>,
  { kept }: CompileContext,
): Promise<readonly Statement[]> {
  const options = (restore && (kept.get(keptKey(view)) as ViewOptions | undefined)) || PLAIN;
  return [{ sql: viewSql('CREATE', view, view.expression, options) }];
}

export async function dropView(
  { view, keep, ifExists }: OperationOf<'dropView'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (keep) context.kept.set(keptKey(view), await optionsOf(view, context));
  return [{ sql: `DROP VIEW ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(view)}` }];
}

/** Replaces the query in one statement; what else a view has is kept only where it is written again. */
export async function alterView(
  { view, expression }: OperationOf<'alterView'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  return [await replaceView(view, expression, context)];
}

/** The statement that gives a view another query, and keeps what else it has. */
export async function replaceView(view: QualifiedName, query: string, context: CompileContext): Promise<Statement> {
  return { sql: viewSql('CREATE OR REPLACE', view, query, await optionsOf(view, context)) };
}

function keptKey(view: QualifiedName): string {
  return `view ${qualifiedKey(view)}`;
}

function viewSql(verb: string, view: QualifiedName, query: string, { before, after }: ViewOptions): string {
  return `${verb} ${before}VIEW ${quoteQualified(view)} AS ${query}${after}`;
}

/** The security, the user and the check option that were set by hand; nothing offline. The defaults are left out. */
async function optionsOf({ schema, name }: QualifiedName, context: CompileContext): Promise<ViewOptions> {
  const [row] = await context.query(
    `SELECT definer AS definer, security_type AS security, check_option AS checks, definer = CURRENT_USER() AS isOwn
     FROM information_schema.views WHERE table_schema = ${schema === undefined ? 'DATABASE()' : literal(schema)}
       AND table_name = ${literal(name)}`,
  );
  if (row === undefined) return PLAIN;
  const [user = '', host = ''] = splitAccount(String(row['definer']));
  const definer = Number(row['isOwn']) === 1 ? '' : `DEFINER = ${quote(user)}@${quote(host)} `;
  const security = row['security'] === 'INVOKER' ? 'SQL SECURITY INVOKER ' : '';
  const checks = row['checks'] === 'NONE' ? '' : ` WITH ${String(row['checks'])} CHECK OPTION`;
  return { before: definer + security, after: checks };
}

/** The user and the host of `user@host`; only the host has no `@` in it. */
function splitAccount(account: string): readonly [string, string] {
  const at = account.lastIndexOf('@');
  return [account.slice(0, at), account.slice(at + 1)];
}
