import { type IndexModel, qualifiedKey, type QualifiedName, type ViewModel } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { clauses } from './constraints.js';
import { keepViewOnServer, restoreViewOnServer } from './dependents/script.js';
import { viewAndAboveQuery } from './dependents/views.js';
import { createIndexes } from './indexes.js';

/** A row of `viewAndAboveQuery`. */
export interface ViewRow {
  readonly drop: string;
  /** What stands before and behind the query in the statement that makes the view. */
  readonly head: string;
  readonly tail: string;
  /** What the view has beside its query: that which names its columns, and all else. */
  readonly ofColumns: readonly string[];
  readonly ofView: readonly string[];
  /** The names of its indexes. */
  readonly indexes: readonly string[];
  /** The statement that makes the view, and what it has. */
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

/** Notes what a view has before it is dropped. A script has its server note it. */
export async function keepView(view: QualifiedName, context: CompileContext): Promise<readonly Statement[]> {
  if (context.offline) return [keepViewOnServer(view)];
  const [own] = await context.query(viewAndAboveQuery, [quoteQualified(view)]);
  context.kept.set(qualifiedKey(view), own);
  return [];
}

/**
 * Makes a view with what was noted of it, and those of its indexes that it did not have. What is of a column that it no longer
 * has is left, with a warning.
 */
export async function restoreView(view: ViewModel, context: CompileContext): Promise<readonly Statement[]> {
  if (context.offline) {
    const indexes = view.indices.map((index) => [index.name, clauses.createIndex(view, withoutWish(index))] as const);
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

/** Nobody uses the view yet, so that no index is built concurrently. */
function withoutWish({ isConcurrent: _wish, ...index }: IndexModel): IndexModel {
  return index;
}

/**
 * Which columns the view has now, only the server knows. What goes with a column is left with it: its comment and privileges,
 * an index on it and what that had.
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
  return `DO ${dollarQuoted(body)}`;
}

function dollarQuoted(body: string): string {
  let tag = '$migrate$';
  for (let count = 2; body.includes(tag); count++) tag = `$migrate_${count}$`;
  return `${tag} ${body} ${tag}`;
}
