import { UnknownObjectError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { ViewModel } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quoteQualified } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';
import { alterViewOnServer } from './dependents/script.js';
import { viewAndAboveQuery } from './dependents/views.js';
import { createIndexes } from './indexes.js';
import { moveRelation } from './renames.js';

/** Views, materialised ones too. */
export const viewCompilers: CompilersOf<'createView' | 'dropView' | 'renameView' | 'alterView'> = {
  createView: ({ view }) => [createView(view), ...createIndexes(view, view.indices)],
  dropView: ({ view, materialized, was, ifExists }) =>
    statements(
      `DROP ${materialized || was?.materialized ? 'MATERIALIZED ' : ''}VIEW ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(view)}`,
    ),
  // ALTER TABLE takes views of both kinds.
  renameView: ({ view, to }) => moveRelation('TABLE', view, to),
  alterView,
};

function createView(view: ViewModel): Statement {
  const kind = view.materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  return { sql: `CREATE ${kind} ${quoteQualified(view)} AS\n${queryOf(view.expression)}` };
}

/** The query of a view without a semicolon at its end. */
function queryOf(expression: string): string {
  return expression.replace(/[\s;]+$/, '');
}

interface ViewRow {
  readonly drop: string;
  /** What stands before and behind the query in the statement that makes the view. */
  readonly head: string;
  readonly tail: string;
  /** That statement, and what the view has beside its query. */
  readonly restore: readonly string[];
}

/**
 * The view is made anew, since in place its columns can only become more; then all that it had and the views on it come
 * back. A script has its server look those up.
 *
 * @throws UnknownObjectError for a view that is not there.
 */
async function alterView(
  { view, expression }: OperationOf<'alterView'>,
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (context.offline) return [alterViewOnServer(view, queryOf(expression))];
  const rows = (await context.query(viewAndAboveQuery, [quoteQualified(view)])) as unknown as readonly ViewRow[];
  const [own, ...above] = rows;
  if (own === undefined) throw new UnknownObjectError('view', view, (await context.schema()).views);
  const [, ...belongings] = own.restore;
  return statements(
    ...rows.map(({ drop }) => drop).reverse(),
    `${own.head}${queryOf(expression)}${own.tail}`,
    ...belongings,
    ...above.flatMap(({ restore }) => restore),
  );
}
