import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import type { SqlStatement } from '../sql/ddl/statement.js';
import { statementsIn } from './parts.js';
import { columnOf, type LintedStatement, type LintRun } from './subject.js';

/** The statements of the same revision before a statement, in order. */
export function earlierIn(statement: LintedStatement, run: LintRun): readonly LintedStatement[] {
  const { call } = statement;
  const earlier: LintedStatement[] = [];
  for (let at = call.index - 1; at >= 0 && run.calls[at]?.revision === call.revision; at--) {
    earlier.unshift(...(run.calls[at]?.statements ?? []));
  }
  return [...earlier, ...call.statements.slice(0, call.statements.indexOf(statement))];
}

/** The statements of the same revision behind a statement, in order; what they do is not known yet. */
export function laterIn(statement: LintedStatement, run: LintRun): readonly LintedStatement[] {
  const { call } = statement;
  const later = call.statements.slice(call.statements.indexOf(statement) + 1);
  for (let at = call.index + 1; run.calls[at]?.revision === call.revision; at++) {
    later.push(...(run.calls[at]?.statements ?? []));
  }
  return later;
}

/** Whether the same revision gives the name of a table or a view to another one, behind a statement that takes it away. */
export function isReplaced(statement: LintedStatement, name: QualifiedName, run: LintRun): boolean {
  const key = qualifiedKey(name);
  const isIt = (other: QualifiedName | undefined): boolean =>
    other !== undefined && qualifiedKey(run.nameOf(other)) === key;
  return behind(statement, run).some((later) => {
    switch (later.kind) {
      case 'createTable':
        return isIt(later.table);
      case 'create':
        return isIt(later.name);
      case 'rename':
        return !later.isMove && isIt({ ...later.name, name: later.to });
      case 'alterTable':
        return later.actions.some(
          (action) => action.action === 'renameTable' && isIt({ ...later.table, name: action.to }),
        );
      default:
        return false;
    }
  });
}

/** Whether the same revision adds a column of this name again, or renames one to it. */
export function isColumnReplaced(
  statement: LintedStatement,
  name: QualifiedName,
  column: string,
  run: LintRun,
): boolean {
  const key = qualifiedKey(name);
  return behind(statement, run).some(
    (later) =>
      later.kind === 'alterTable' &&
      qualifiedKey(run.nameOf(later.table)) === key &&
      later.actions.some(
        (action) =>
          (action.action === 'addColumn' && action.column.name === column) ||
          (action.action === 'renameColumn' && action.to === column),
      ),
  );
}

/** What runs behind the begin of a statement: its own parts, if it is a block, and later ones. */
function behind(statement: LintedStatement, run: LintRun): readonly SqlStatement[] {
  const own = statement.parsed.kind === 'block' || statement.parsed.kind === 'alterTable' ? [statement.parsed] : [];
  return [...own, ...laterIn(statement, run).map(({ parsed }) => parsed)].flatMap(statementsIn);
}

/** Whether the run adds the column, and has not filled it before a statement: it is NULL everywhere. */
export function isUnfilled(statement: LintedStatement, name: QualifiedName, column: string, run: LintRun): boolean {
  if (!run.isNewColumn(name, column) || columnOf(statement.call, name, column)?.default !== undefined) return false;
  return !isUpdated(statement, name, column, run);
}

/** Whether the revision writes a column of old rows before a statement. */
export function isUpdated(statement: LintedStatement, name: QualifiedName, column: string, run: LintRun): boolean {
  const key = qualifiedKey(name);
  return earlierIn(statement, run).some(
    ({ parsed, sql, call: { operation } }) =>
      // How it is written in batches depends on the database.
      (operation.kind === 'inBatches' ||
        statementsIn(parsed).some((each) => each.kind === 'update' && qualifiedKey(run.nameOf(each.table)) === key)) &&
      sql.toLowerCase().includes(column.toLowerCase()),
  );
}
