import type { ExpandedOperation } from '../../dialects/dialect.js';
import type { Operation } from '../../operations/operation.js';
import { callsOf, tableCallOf } from '../../operations/to-call/to-calls.js';
import { type KeyNaming, targetOf } from '../../operations/to-call/to-options.js';
import { layOut, layOutComment } from './layout.js';
import { argumentOf, type AskItem, operationText } from './render-items.js';
import { type Source, sourceOf, sqlLiteral, type Statement } from './source.js';

export interface RenderOptions extends KeyNaming {
  /** Spaces before each statement. Default: 2, the body of a function. */
  readonly indent?: number;
  /** The comment above an operation; also called for operations inside a batch. */
  readonly comments?: (operation: Operation) => string | undefined;
  /** Comments above all operations, also where there are none. @default [] */
  readonly head?: readonly string[];
  /** Replaces the text of a piece. Of an operation inside a batch, only called for its parts. */
  readonly renderItem?: AskItem;
}

/**
 * The body of `upgrade` or `downgrade` that makes these operations: statements as a person would write them, laid out as
 * prettier would with `printWidth: 120, singleQuote: true, trailingComma: 'all'`. It ends without a line end, and is
 * empty when there is nothing to do.
 *
 * Run by a revision on the same kind of database it gives the same operations again, but for what they hold to be reversed.
 *
 * @throws InvalidOperationError for a row or a parameter that has no literal.
 * @example
 *     renderOperations([{ kind: 'dropColumn', table: { name: 'user' }, column: 'age' }]);
 *     //   await op.dropColumn('user', 'age');
 */
export function renderOperations(operations: readonly Operation[], options: RenderOptions = {}): string {
  const rendered = operations.map((operation) => ({ operation, statements: statementsOf(operation, options) }));
  return layOutAll(rendered, options);
}

/** The body that runs the statements of these operations, each as `op.execute`. */
export function renderSql(operations: readonly ExpandedOperation[], options: RenderOptions = {}): string {
  const rendered = operations.map((expanded) => ({
    operation: expanded.operation,
    statements: sqlStatementsOf(expanded, options),
  }));
  return layOutAll(rendered, options);
}

/** An operation, and the statements that are written for it. */
interface Rendered {
  readonly operation: Operation;
  readonly statements: readonly Statement[];
}

function layOutAll(rendered: readonly Rendered[], { indent = 2, head = [] }: RenderOptions): string {
  const groups = groupBySubject(rendered.filter(({ statements }) => statements.length > 0)).map((group) =>
    group
      .flatMap(({ statements }) => statements)
      .map((statement) => layOut(statement, indent))
      .join('\n'),
  );
  const body = groups.reduce((body, group, position) => body + gapBetween(groups[position - 1], group) + group, '');
  return [...head.map((sentence) => layOutComment(sentence, indent)), body].filter((part) => part !== '').join('\n');
}

/** What separates two groups: a blank line, unless both are a single line. */
function gapBetween(previous: string | undefined, next: string): string {
  if (previous === undefined) return '';
  return previous.includes('\n') || next.includes('\n') ? '\n\n' : '\n';
}

/** Groups neighbours that change the same table, enum, view or sequence. */
function groupBySubject(rendered: readonly Rendered[]): Rendered[][] {
  const groups: { readonly subject: string; readonly members: Rendered[] }[] = [];
  for (const member of rendered) {
    const subject = subjectOf(member.operation);
    const group = groups.at(-1);
    if (group?.subject === subject) group.members.push(member);
    else groups.push({ subject, members: [member] });
  }
  return groups.map((group) => group.members);
}

function subjectOf(operation: Operation): string {
  if ('table' in operation) return `table ${JSON.stringify(targetOf(operation.table))}`;
  if ('enum' in operation) return `enum ${JSON.stringify(targetOf(operation.enum))}`;
  if ('view' in operation) return `view ${JSON.stringify(targetOf(operation.view))}`;
  if ('sequence' in operation) return `sequence ${JSON.stringify(targetOf(operation.sequence))}`;
  return operation.kind;
}

function statementsOf(operation: Operation, { comments, renderItem, namesPrimaryKeys }: RenderOptions): Statement[] {
  const comment = comments?.(operation);
  const text = operationText(operation, renderItem);
  if (text !== undefined) return [{ text, comment }];
  if (operation.kind === 'batch') {
    const body = operation.operations.map((member) => {
      const { method, args } = tableCallOf(member);
      const sources = args.map((value) => argumentOf(method, value, member, renderItem));
      return { callee: `table.${method}`, args: sources, comment: comments?.(member) };
    });
    const args: Source[] = [sourceOf(targetOf(operation.table)), { kind: 'function', parameter: 'table', body }];
    const options = operation.isOnline ? [sourceOf({ isOnline: true })] : [];
    return [{ callee: 'await op.batch', args: [...args, ...options], comment }];
  }
  return callsOf(operation, { namesPrimaryKeys }).map(({ method, args }, position) => ({
    callee: `await op.${method}`,
    args: args.map((value, index) => argumentSource(method, value, index, operation, renderItem)),
    comment: position === 0 ? comment : undefined,
  }));
}

/** The source of an argument. A table is always written on several lines; SQL of several lines is a template literal. */
function argumentSource(
  method: string,
  value: unknown,
  index: number,
  operation: Operation,
  renderItem: AskItem | undefined,
): Source {
  const isSql = (method === 'execute' && index === 0) || (method === 'inBatches' && index === 1);
  if (isSql) return { kind: 'code', code: sqlLiteral(String(value)) };
  const source = argumentOf(method, value, operation, renderItem);
  return method === 'createTable' && index === 0 && source.kind === 'object' ? { ...source, isOpen: true } : source;
}

function sqlStatementsOf(
  { operation, statements }: ExpandedOperation,
  { comments, renderItem }: RenderOptions,
): Statement[] {
  const members = operation.kind === 'batch' ? operation.operations : [];
  const comment = [operation, ...members].flatMap((member) => comments?.(member) ?? []).join('\n') || undefined;
  const text = operationText(operation, renderItem);
  if (text !== undefined) return [{ text, comment }];
  return statements.map(({ sql, parameters, outsideTransaction }, position) => {
    const code: Source = { kind: 'code', code: sqlLiteral(sql) };
    const execute = { callee: 'await op.execute', args: [code, ...(parameters ? [sourceOf(parameters)] : [])] };
    const above = position === 0 ? comment : undefined;
    if (!outsideTransaction) return { ...execute, comment: above };
    const body: Source = { kind: 'function', parameter: '', isAsync: true, body: [execute] };
    return { callee: 'await op.autocommit', args: [body], comment: above };
  });
}
