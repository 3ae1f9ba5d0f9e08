import { DependentObjectsError } from '../../../errors/database.errors.js';
import { displayName, type QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import {
  attachmentsQuery,
  enumOthersQuery,
  generatedColumnsQuery,
  othersQuery,
  RANK_OUTSIDE,
  viewsQuery,
} from './dependents.queries.js';

/** A column of a table. */
export interface ColumnReference {
  readonly table: QualifiedName;
  readonly column: string;
}

/** What must go before a column changes, and come back after it. */
export interface Dependents {
  readonly drop: readonly Statement[];
  readonly restore: readonly Statement[];
}

export interface DependentsRequest {
  readonly columns: readonly ColumnReference[];
  /** The columns are dropped and made anew: all that hangs on them goes with them. */
  readonly recreated?: boolean;
  /** The change leads from or to an enum: expressions that name the type go as well, and come back as this makes them. */
  readonly rewrite?: ((sql: string) => string) | undefined;
  /** The enum that is made anew: nothing but the columns, and what depends on them, may be of it. */
  readonly anew?: QualifiedName;
}

/**
 * Finds what depends on columns in the live catalog: views, generated columns, triggers, rules, policies, and where needed
 * constraints, indexes, statistics and privileges. Offline nothing can be found, and the script changes the column plainly.
 *
 * @throws DependentObjectsError when something stands on the columns that could not be put back.
 */
export async function dependentsOf(request: DependentsRequest, context: CompileContext): Promise<Dependents> {
  const columns = [
    request.columns.map(({ table }) => quoteQualified(table)),
    request.columns.map(({ column }) => identifier(column)),
    request.recreated ?? false,
  ];
  const ask = async <Row>(sql: string, ...more: readonly unknown[]): Promise<readonly Row[]> =>
    (await context.query(sql, [...columns, ...more])) as unknown as Row[];
  refuseOthers(request, await ask(othersQuery));
  if (request.anew !== undefined) refuseOthers(request, await ask(enumOthersQuery, quoteQualified(request.anew)));
  const views = await ask<ViewRow>(viewsQuery);
  const attachments = await ask<AttachmentRow>(attachmentsQuery, request.rewrite !== undefined);
  const generated = await ask<GeneratedRow>(generatedColumnsQuery);

  const inside = attachments.filter(({ rank }) => rank < RANK_OUTSIDE);
  const outside = attachments.filter(({ rank }) => rank >= RANK_OUTSIDE);
  const rewrite = request.rewrite ?? ((sql: string) => sql);
  return {
    drop: statements(
      ...dropsOf(outside),
      ...dropsOf(views),
      ...dropsOf(inside),
      ...generated.map(({ relation, name }) => `ALTER TABLE ${relation} DROP COLUMN ${name}`),
    ),
    restore: statements(
      ...[
        ...generated.flatMap(restoreColumn),
        ...[...inside, ...views, ...outside].flatMap(({ restore }) => restore),
      ].map(rewrite),
    ),
  };
}

function dropsOf(rows: readonly (ViewRow | AttachmentRow)[]): readonly string[] {
  return rows.flatMap(({ drop }) => drop ?? []).reverse();
}

function refuseOthers({ columns, anew }: DependentsRequest, others: readonly { readonly object: string }[]): void {
  if (others.length === 0) return;
  throw new DependentObjectsError(
    anew === undefined ? columns.map(({ table, column }) => `${displayName(table)}.${column}`) : [displayName(anew)],
    others.map(({ object }) => object),
  );
}

interface ViewRow {
  readonly drop: string;
  readonly restore: readonly string[];
}

interface AttachmentRow {
  readonly rank: number;
  /** Null for what goes with the column. */
  readonly drop: string | null;
  readonly restore: readonly string[];
}

interface GeneratedRow {
  readonly relation: string;
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
}

function restoreColumn({ relation, name, definition, comment }: GeneratedRow): readonly string[] {
  const add = `ALTER TABLE ${relation} ADD COLUMN ${definition}`;
  return comment === null ? [add] : [add, `COMMENT ON COLUMN ${relation}.${name} IS ${stringLiteral(comment)}`];
}

/** Puts `replacement` for `text` wherever it stands outside of string literals. */
export function replaceOutsideLiterals(sql: string, text: string | RegExp, replacement: string): string {
  const pieces = sql.split(/('(?:[^']|'')*')/);
  return pieces.map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll(text, () => replacement))).join('');
}
