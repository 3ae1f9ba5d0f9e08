import { type KnownPartition, qualifiedKey, type QualifiedName, qualifiedNameOf } from '../schema/schema.model.js';
import type { ColumnClause, ConstraintClause, SqlStatement, TableAction } from '../sql/ddl/statement.js';
import { type LintedCall, type LintedStatement, type LintRun, tableOf } from './subject.js';

/** The member of `TableAction` that an action of this kind is one of. */
type ActionOf<A extends TableAction['action'], T = TableAction> = T extends { readonly action: string }
  ? A extends T['action']
    ? T
    : never
  : never;

/** An action of an ALTER TABLE. */
export interface ActionOn<A extends TableAction['action']> {
  readonly table: QualifiedName;
  readonly action: ActionOf<A>;
}

/** The actions of these kinds in an ALTER TABLE of a table that is in use: not made by the run, and not known to be empty. */
export function actionsOn<A extends TableAction['action']>(
  statement: LintedStatement,
  run: LintRun,
  ...kinds: readonly A[]
): readonly ActionOn<A>[] {
  return statementsIn(statement.parsed).flatMap((parsed) => {
    if (parsed.kind !== 'alterTable') return [];
    const table = run.nameOf(parsed.table);
    if (run.isFree(table)) return [];
    return parsed.actions.flatMap((action) =>
      kinds.includes(action.action as A) ? [{ table, action: action as ActionOn<A>['action'] }] : [],
    );
  });
}

/** A constraint that a statement adds to a table in use. */
export interface AddedConstraint {
  readonly table: QualifiedName;
  readonly constraint: ConstraintClause;
  /** The new column that it is written with. */
  readonly newColumn?: string;
}

/** The constraints that a statement adds to a table in use, of these types, and that it looks at the rows for. */
export function constraintsAdded(
  statement: LintedStatement,
  run: LintRun,
  ...types: readonly ConstraintClause['type'][]
): readonly AddedConstraint[] {
  return constraintsOf(statement, run, ...types).filter(({ constraint }) => isChecked(constraint));
}

/** The constraints that a statement adds to a table in use, of these types. */
export function constraintsOf(
  statement: LintedStatement,
  run: LintRun,
  ...types: readonly ConstraintClause['type'][]
): readonly AddedConstraint[] {
  const added = actionsOn(statement, run, 'addConstraint', 'addColumn').flatMap(({ table, action }) =>
    action.action === 'addConstraint'
      ? [{ table, constraint: action.constraint }]
      : action.column.constraints.map((constraint) => ({ table, constraint, newColumn: action.column.name })),
  );
  return added.filter(({ constraint }) => types.includes(constraint.type));
}

function isChecked({ isNotValid, isNotEnforced }: ConstraintClause): boolean {
  return isNotValid !== true && isNotEnforced !== true;
}

/** The statements in a block of code, and the block without them where it also runs what is not known; any other as it is. */
export function statementsIn(parsed: SqlStatement): readonly SqlStatement[] {
  if (parsed.kind !== 'block') return [parsed];
  const inside = parsed.statements.flatMap(statementsIn);
  return parsed.isDynamic ? [...inside, { ...parsed, statements: [] }] : inside;
}

/** What a statement is about: its table; of an index without a table that is known, the index. */
export function subjectOf({ parsed, call }: LintedStatement, run: LintRun): QualifiedName {
  const { operation } = call;
  const named = nameIn(parsed);
  const name = run.nameOf(named ?? { name: 'the database' });
  const isIndex = (parsed.kind === 'drop' || parsed.kind === 'reindex') && parsed.object === 'INDEX';
  if (!isIndex) return name;
  return ownerOfIndex(call, name) ?? (operation.kind === 'dropIndex' ? run.nameOf(operation.table) : name);
}

function nameIn(parsed: SqlStatement): QualifiedName | undefined {
  switch (parsed.kind) {
    case 'createTable':
    case 'createIndex':
    case 'alterTable':
    case 'insert':
    case 'update':
    case 'delete':
    case 'copy':
      return parsed.table;
    case 'drop':
      return parsed.names[0];
    case 'truncate':
    case 'lock':
    case 'vacuum':
    case 'cluster':
    case 'analyze':
      return parsed.tables[0];
    case 'refresh':
      return parsed.view;
    case 'create':
    case 'alter':
    case 'reindex':
    case 'rename':
      return parsed.name;
    case 'block':
      return parsed.statements.map(nameIn).find((name) => name !== undefined);
    default:
      return undefined;
  }
}

/** The table, or the materialized view, that an index belongs to. */
export function ownerOfIndex(
  { schema: { tables, views } }: Pick<LintedCall, 'schema'>,
  index: QualifiedName,
): QualifiedName | undefined {
  const owner = [...tables, ...views].find(
    (each) => each.schema === index.schema && each.indices.some(({ name }) => name === index.name),
  );
  return owner && qualifiedNameOf(owner);
}

/** A SET NOT NULL that reads all rows, with the constraint that would prove it, if that were validated. */
export interface NotNullScan {
  readonly table: QualifiedName;
  readonly column: string;
  readonly check?: string | undefined;
}

/** The columns that a statement makes NOT NULL while it reads all rows of their table. */
export function notNullScans(statement: LintedStatement, run: LintRun): readonly NotNullScan[] {
  return actionsOn(statement, run, 'setNotNull')
    .filter(({ action: { column } }) =>
      statement.effects.fails.some((fail) => fail.on === 'nulls' && fail.column === column),
    )
    .map(({ table, action: { column } }) => ({ table, column, check: checkOfNotNull(statement.call, table, column) }));
}

/** The name of a constraint that is NOT VALID and will prove that a column has no NULL. */
function checkOfNotNull(call: LintedCall, name: QualifiedName, column: string): string | undefined {
  const table = tableOf(call, name);
  const check = table?.checks.find(({ isNotValid, expression }) => isNotValid && isNotNullOf(expression, column));
  return check?.name ?? table?.columns.find((each) => each.name === column)?.postgres?.notValidNotNull;
}

function isNotNullOf(expression: string, column: string): boolean {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return (
    new RegExp(`(?:^|[(\\s])(?:"${name}"|${name})\\)* IS NOT NULL`, 'i').test(expression) && !/\bOR\b/i.test(expression)
  );
}

/** The columns that a statement adds to a table in use. */
export function addedColumns(
  statement: LintedStatement,
  run: LintRun,
): readonly { readonly table: QualifiedName; readonly column: ColumnClause }[] {
  return actionsOn(statement, run, 'addColumn').map(({ table, action }) => ({ table, column: action.column }));
}

/** Whether a column counts by itself. */
export function isCounting({ isIdentity, type }: ColumnClause): boolean {
  return isIdentity === true || /^(?:small|big)?serial[248]?$/i.test(type);
}

/**
 * Whether a statement writes all rows of a table again.
 *
 * @param column only because of this column, where the reason is known to be one
 */
export function isRewritten({ effects }: LintedStatement, table: QualifiedName, column?: string): boolean {
  const key = qualifiedKey(table);
  return effects.work.some(
    (work) =>
      work.kind === 'rewrite' &&
      qualifiedKey(work.table) === key &&
      (column === undefined || (work.column ?? (work.index === undefined ? column : undefined)) === column),
  );
}

/** The tables that a statement gives other names, or moves to other schemas. */
export function tableRenamesIn(
  parsed: SqlStatement,
): readonly { readonly from: QualifiedName; readonly to: QualifiedName }[] {
  if (parsed.kind === 'rename') {
    const { name, to, isMove, column } = parsed;
    if (column !== undefined || parsed.object !== 'TABLE') return [];
    return [{ from: name, to: isMove ? { schema: to, name: name.name } : { ...name, name: to } }];
  }
  if (parsed.kind !== 'alterTable') return [];
  const { table } = parsed;
  return parsed.actions.flatMap((action) =>
    action.action === 'renameTable'
      ? [{ from: table, to: { ...table, name: action.to } }]
      : action.action === 'setSchema'
        ? [{ from: table, to: { schema: action.to, name: table.name } }]
        : [],
  );
}

/** The tables that a statement names, besides those of queries: what it is about, and what its foreign keys refer to. */
export function tablesNamedIn(parsed: SqlStatement): readonly QualifiedName[] {
  switch (parsed.kind) {
    case 'block':
      return parsed.statements.flatMap(tablesNamedIn);
    case 'drop':
      return parsed.names;
    case 'truncate':
    case 'lock':
    case 'vacuum':
    case 'cluster':
      return parsed.tables;
    case 'createTable':
      return parsed.partitionOf === undefined ? [] : [parsed.partitionOf];
    case 'alterTable':
      return [parsed.table, ...parsed.actions.flatMap(namedInAction)];
    default:
      return nameIn(parsed) === undefined ? [] : [nameIn(parsed) as QualifiedName];
  }
}

function namedInAction(action: TableAction): readonly QualifiedName[] {
  switch (action.action) {
    case 'addConstraint':
      return action.constraint.referenced === undefined ? [] : [action.constraint.referenced];
    case 'addColumn':
      return action.column.constraints.flatMap(({ referenced }) => referenced ?? []);
    case 'attachPartition':
    case 'detachPartition':
      return [action.partition];
    default:
      return [];
  }
}

/** Whether the rows of a table are in partitions. */
export function isPartitioned(call: Pick<LintedCall, 'schema'>, table: QualifiedName): boolean {
  return tableOf(call, table)?.postgres?.partitionedBy !== undefined;
}

/** The partitions of a table that are known, and theirs. */
export function partitionsOf({ schema }: Pick<LintedCall, 'schema'>, table: QualifiedName): readonly KnownPartition[] {
  const key = qualifiedKey(table);
  return (schema.partitions ?? []).filter(({ parent }) => qualifiedKey(parent) === key);
}
