import type { ObjectName, RowStatement } from '../../../sql/ddl/statement.js';
import type { ParseNode } from './server-parser.js';

/** Statements that lock no table against writers and change no row, by the type of their node. */
const HARMLESS = new Set([
  'SelectStmt',
  'ExplainStmt',
  'VariableShowStmt',
  'DeclareCursorStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'NotifyStmt',
  'ListenStmt',
  'UnlistenStmt',
  'DiscardStmt',
  'CheckPointStmt',
  'LoadStmt',
  'PrepareStmt',
  'DeallocateStmt',
  'SecLabelStmt',
]);

const ROW_STATEMENTS: Readonly<Record<string, RowStatement['kind']>> = {
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'update',
};

interface RangeVar {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** Whether a statement locks no table against writers and changes no row. */
export function isHarmless(tree: ParseNode): boolean {
  return HARMLESS.has(Object.keys(tree)[0] ?? '');
}

/** The statement's name for messages: `SecLabelStmt` is `SEC LABEL`. */
export function verbOf(tree: ParseNode): string {
  const type = Object.keys(tree)[0] ?? 'a statement';
  return type
    .replace(/Stmt$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** The table of the statement itself. */
export function tableOf(tree: ParseNode): ObjectName | undefined {
  const [body] = Object.values(tree) as [{ readonly relation?: RangeVar } | undefined];
  return objectName(body?.relation);
}

/** What changes rows in a statement, in the order in which it is written: also in its common table expressions. */
export function changesIn(node: unknown): readonly RowStatement[] {
  if (node === null || typeof node !== 'object') return [];
  if (Array.isArray(node)) return node.flatMap(changesIn);
  // What PREPARE names runs later, by EXECUTE.
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'PrepareStmt' ? [] : [...changesIn(value), ...changeOf(key, value)],
  );
}

function changeOf(type: string, value: unknown): readonly RowStatement[] {
  const kind = ROW_STATEMENTS[type];
  if (kind === undefined) return [];
  const body = value as {
    readonly relation?: RangeVar;
    readonly whereClause?: unknown;
    readonly selectStmt?: ParseNode;
  };
  const table = objectName(body.relation);
  if (table === undefined) return [];
  const hasCondition =
    (body.whereClause !== undefined && !isAlwaysTrue(body.whereClause)) ||
    type === 'MergeStmt' ||
    isQuery(body.selectStmt);
  return [{ kind, table, ...(hasCondition && { hasCondition: true as const }) }];
}

/** Whether a condition is `true`, or `1 = 1`. */
function isAlwaysTrue(condition: unknown): boolean {
  const { A_Const: constant, A_Expr: comparison } = condition as {
    readonly A_Const?: { readonly boolval?: { readonly boolval?: boolean } };
    readonly A_Expr?: { readonly name?: unknown; readonly lexpr?: unknown; readonly rexpr?: unknown };
  };
  if (constant !== undefined) return constant.boolval?.boolval === true;
  const isEquality = JSON.stringify(comparison?.name)?.includes('"="') === true;
  return (
    isEquality && valueOf(comparison?.lexpr) !== undefined && valueOf(comparison?.lexpr) === valueOf(comparison?.rexpr)
  );
}

function valueOf(node: unknown): string | undefined {
  const { ival } = (node as { readonly A_Const?: { readonly ival?: unknown } } | undefined)?.A_Const ?? {};
  return ival === undefined ? undefined : JSON.stringify(ival);
}

/** Whether the rows of an INSERT come from a query, and not from a list of values. */
function isQuery(select: ParseNode | undefined): boolean {
  const body = select?.['SelectStmt'] as { readonly valuesLists?: unknown } | undefined;
  return body !== undefined && body.valuesLists === undefined;
}

function objectName({ schemaname: schema, relname: name }: RangeVar = {}): ObjectName | undefined {
  return name === undefined ? undefined : { ...(schema !== undefined && { schema }), name };
}
