import { UnknownObjectError } from '../../../errors/operations.errors.js';
import type { OperationOf } from '../../../operations/operation.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { quoteQualified } from '../names.js';
import { type CompilersOf, statements } from './compiler.js';
import { alterViewOnServer } from './dependents/script.js';
import { viewAndAboveQuery } from './dependents/views.js';
import { createNewView, keepView, queryOf, restoreView, type ViewRow } from './kept-views.js';
import { moveRelation } from './renames.js';

/** Compilers of operations on views and materialised views. */
export const viewCompilers: CompilersOf<'createView' | 'dropView' | 'renameView' | 'alterView'> = {
  createView: (operation, context) =>
    operation.restore ? restoreView(operation.view, context) : createNewView(operation.view),
  dropView: async (operation, context) => [
    ...(operation.keep ? await keepView(operation.view, context) : []),
    ...dropView(operation),
  ],
  // ALTER TABLE takes views of both kinds.
  renameView: ({ view, to }) => moveRelation('TABLE', view, to),
  alterView,
};

function dropView({ view, materialized, was, ifExists }: OperationOf<'dropView'>): readonly Statement[] {
  const kind = materialized || was?.materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  return statements(`DROP ${kind} ${ifExists ? 'IF EXISTS ' : ''}${quoteQualified(view)}`);
}

/**
 * Re-creates the view with another query, then restores all else that it had and the views on it. CREATE OR REPLACE VIEW
 * can only append columns. A script has its server look up what to restore.
 *
 * @throws UnknownObjectError when there is no such view.
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
