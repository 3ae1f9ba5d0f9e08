import type { QualifiedName } from '../schema/schema.model.js';
import type { ConstraintClause, SqlStatement, TableAction } from '../sql/ddl/statement.js';
import type { LintedStatement, LintRun } from './subject.js';

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
  const { parsed } = statement;
  if (parsed.kind !== 'alterTable') return [];
  const table = run.nameOf(parsed.table);
  if (run.isFree(table)) return [];
  return parsed.actions.flatMap((action) =>
    kinds.includes(action.action as A) ? [{ table, action: action as ActionOn<A>['action'] }] : [],
  );
}

/** A constraint that a statement adds to a table in use. */
export interface AddedConstraint {
  readonly table: QualifiedName;
  readonly constraint: ConstraintClause;
  /** The new column that it is written with. */
  readonly newColumn?: string;
}

/** The constraints that a statement adds to a table in use, of one type, and that it looks at the rows for. */
export function constraintsAdded(
  statement: LintedStatement,
  run: LintRun,
  ...types: readonly ConstraintClause['type'][]
): readonly AddedConstraint[] {
  const added = actionsOn(statement, run, 'addConstraint', 'addColumn').flatMap(({ table, action }) =>
    action.action === 'addConstraint'
      ? [{ table, constraint: action.constraint }]
      : action.column.constraints.map((constraint) => ({ table, constraint, newColumn: action.column.name })),
  );
  return added.filter(({ constraint }) => types.includes(constraint.type) && isChecked(constraint));
}

function isChecked({ isNotValid, isNotEnforced }: ConstraintClause): boolean {
  return isNotValid !== true && isNotEnforced !== true;
}

/** The statements in a statement: those of a block too. */
export function statementsIn(parsed: SqlStatement): readonly SqlStatement[] {
  return parsed.kind === 'block' ? parsed.statements.flatMap(statementsIn) : [parsed];
}
