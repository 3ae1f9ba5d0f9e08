import { type IndexModel, qualifiedKey, type QualifiedName, type ViewModel } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { dollarQuoted, stringLiteral } from '../literal.js';
import { quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { clauses } from './constraints.js';
import { keepViewOnServer, restoreViewOnServer } from './dependents/script.js';
import { viewAndAboveQuery } from './dependents/views.js';
import { createIndexes } from './indexes.js';

/** A row of `viewAndAboveQuery`. */
export interface ViewRow {
  readonly drop: string;
  /** The text before and after the query in the statement that creates the view. */
  readonly head: string;
  readonly tail: string;
  /** The commands for what the view has besides its query: for what names its columns, and for all else. */
  readonly ofColumns: readonly string[];
  readonly ofView: readonly string[];
  /** The names of its indexes. */
  readonly indexes: readonly string[];
  /** The statement that creates the view, then the commands of `ofColumns` and `ofView`. */
  readonly restore: readonly string[];
}

/** The query of a view without a semicolon at its end. */
export function queryOf(expression: string): string {
  return expression.replace(/[\s;]+$/, '');
}

export function createNewView(view: ViewModel): readonly Statement[] {
  return [
    { sql: `CREATE ${kindOf(view)} ${quoteQualified(view)} AS\n${queryOf(view.expression)}` },
    ...createIndexes(view, view.indices),
  ];
}

function kindOf({ materialized }: ViewModel): string {
  return materialized ? 'MATERIALIZED VIEW' : 'VIEW';
}

/** Records what a view has before it is dropped, in `context.kept`; a script has its server record it. */
export async function keepView(view: QualifiedName, context: CompileContext): Promise<readonly Statement[]> {
  if (context.offline) return [keepViewOnServer(view)];
  const [own] = await context.query(viewAndAboveQuery, [quoteQualified(view)]);
  context.kept.set(qualifiedKey(view), own);
  return [];
}

/**
 * Creates a view with what `keepView` recorded of it, and those indexes of the model that it did not have. What belongs to
 * a column that the view no longer has is omitted, with a warning.
 */
export async function restoreView(view: ViewModel, context: CompileContext): Promise<readonly Statement[]> {
  if (context.offline) {
    const indexes = view.indices.map(
      (index) => [index.name, clauses.createIndex(view, withoutConcurrently(index))] as const,
    );
    return [restoreViewOnServer({ view, kind: kindOf(view), query: queryOf(view.expression), indexes })];
  }
  const key = qualifiedKey(view);
  const kept = context.kept.get(key) as ViewRow | undefined;
  context.kept.delete(key);
  if (kept === undefined) return createNewView(view);
  return [
    ...statements(
      `${kept.head}${queryOf(view.expression)}${kept.tail}`,
      ...(kept.ofColumns.length > 0 ? [ofColumnsBlock(kept.ofColumns)] : []),
      ...kept.ofView,
    ),
    ...createIndexes(
      view,
      view.indices.filter(({ name }) => !kept.indexes.includes(name)),
    ),
  ];
}

/** The index without CONCURRENTLY, which a new view does not need. */
function withoutConcurrently({ isConcurrent: _concurrently, ...index }: IndexModel): IndexModel {
  return index;
}

/**
 * A DO block that runs the commands, and skips those that fail because the view no longer has the column: its comment and
 * privileges, an index on it. Only the server knows which columns the new query has.
 */
function ofColumnsBlock(commands: readonly string[]): string {
  const list = commands.map((command) => `    ${stringLiteral(command)}`).join(',\n');
  const body = `DECLARE
  command_ text;
BEGIN
  FOREACH command_ IN ARRAY ARRAY[
${list}
  ] LOOP
    BEGIN
      EXECUTE command_;
    EXCEPTION WHEN undefined_column OR undefined_object OR undefined_table THEN
      RAISE WARNING 'Not given back, since its column is gone: %', command_;
    END;
  END LOOP;
END`;
  return `DO ${dollarQuoted(body, 'migrate')}`;
}
