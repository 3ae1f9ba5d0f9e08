import type { Operation } from '../operations/operation.js';
import { callsOf, tableCallOf } from '../operations/to-calls.js';
import { targetOf } from '../operations/to-options.js';
import { layOut } from './render-layout.js';
import { type Source, sourceOf, sqlLiteral, type Statement } from './render-source.js';

export interface RenderOptions {
  /** Spaces before each statement. Default: 2, the body of a function. */
  readonly indent?: number;
  /** What to say about an operation in a comment above it; operations inside a batch are asked for too. */
  readonly comments?: (operation: Operation) => string | undefined;
}

/**
 * The body of `upgrade` or `downgrade` that makes these operations: statements as a person would write them, laid out as
 * prettier would with `printWidth: 120, singleQuote: true, trailingComma: 'all'`. It ends without a line end, and is
 * empty when there is nothing to do.
 *
 * Run by a revision it makes the same operations again, but for what they carry to be reversed.
 *
 * @throws InvalidOperationError for a row or a parameter that has no literal.
 * @example
 *     renderOperations([{ kind: 'dropColumn', table: { name: 'user' }, column: 'age' }]);
 *     //   await op.dropColumn('user', 'age');
 */
export function renderOperations(operations: readonly Operation[], options: RenderOptions = {}): string {
  const { indent = 2, comments = () => undefined } = options;
  const groups = groupBySubject(operations).map((group) =>
    group
      .flatMap((operation) => statementsOf(operation, comments))
      .map((statement) => layOut(statement, indent))
      .join('\n'),
  );
  return groups.reduce((body, group, position) => body + gapBetween(groups[position - 1], group) + group, '');
}

/** Between two groups stands a blank line, unless both are a single line: a list of those reads better without. */
function gapBetween(previous: string | undefined, next: string): string {
  if (previous === undefined) return '';
  return previous.includes('\n') || next.includes('\n') ? '\n\n' : '\n';
}

/** Neighbours that are about the same table, enum, view or sequence. */
function groupBySubject(operations: readonly Operation[]): Operation[][] {
  const groups: { readonly subject: string; readonly members: Operation[] }[] = [];
  for (const operation of operations) {
    const subject = subjectOf(operation);
    const group = groups.at(-1);
    if (group?.subject === subject) group.members.push(operation);
    else groups.push({ subject, members: [operation] });
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

function statementsOf(operation: Operation, comments: (operation: Operation) => string | undefined): Statement[] {
  const comment = comments(operation);
  if (operation.kind === 'batch') {
    const body = operation.operations.map((member) => {
      const { method, args } = tableCallOf(member);
      return { callee: `table.${method}`, args: args.map((value) => sourceOf(value)), comment: comments(member) };
    });
    const args: Source[] = [sourceOf(targetOf(operation.table)), { kind: 'function', parameter: 'table', body }];
    return [{ callee: 'await op.batch', args, comment }];
  }
  return callsOf(operation).map(({ method, args }, position) => ({
    callee: `await op.${method}`,
    args: args.map((value, index) => argumentSource(method, value, index)),
    comment: position === 0 ? comment : undefined,
  }));
}

/** A table stands open, however small it is; statements of several lines are template literals. */
function argumentSource(method: string, value: unknown, index: number): Source {
  if (method === 'execute' && index === 0) return { kind: 'code', code: sqlLiteral(String(value)) };
  const source = sourceOf(value);
  return method === 'createTable' && index === 0 && source.kind === 'object' ? { ...source, isOpen: true } : source;
}
