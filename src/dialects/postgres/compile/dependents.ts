import type { QualifiedName } from '../../../schema/schema.model.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { identifier, quoteQualified } from '../names.js';
import { statements } from './compiler.js';
import { attachmentsQuery, generatedColumnsQuery, viewsQuery } from './dependents.queries.js';

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
}

/**
 * Finds what depends on columns in the live catalog: views, generated columns, triggers, and where needed constraints and indexes.
 * Offline nothing can be found, and the script changes the column plainly.
 */
export async function dependentsOf(request: DependentsRequest, context: CompileContext): Promise<Dependents> {
  const parameters = [
    request.columns.map(({ table }) => quoteQualified(table)),
    request.columns.map(({ column }) => identifier(column)),
    request.recreated ?? false,
  ];
  const views = (await context.query(viewsQuery, parameters)) as unknown as ViewRow[];
  const attachments = (await context.query(attachmentsQuery, [
    ...parameters,
    request.rewrite !== undefined,
  ])) as unknown as AttachmentRow[];
  const generated = (await context.query(generatedColumnsQuery, parameters)) as unknown as GeneratedRow[];

  const rewrite = request.rewrite ?? ((sql: string) => sql);
  return {
    drop: statements(
      ...views.map((view) => view.drop).reverse(),
      ...attachments.map((attachment) => attachment.drop).reverse(),
      ...generated.map(({ relation, name }) => `ALTER TABLE ${relation} DROP COLUMN ${name}`),
    ),
    restore: statements(
      ...generated.flatMap(restoreColumn).map(rewrite),
      ...attachments.map((attachment) => rewrite(attachment.restore)),
      ...views.flatMap((view) => view.restore).map(rewrite),
    ),
  };
}

interface ViewRow {
  readonly drop: string;
  readonly restore: readonly string[];
}

interface AttachmentRow {
  readonly drop: string;
  readonly restore: string;
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
