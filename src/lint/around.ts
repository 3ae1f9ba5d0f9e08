import { fills, givesColumn, givesName } from '../effects/replaced.js';
import type { QualifiedName } from '../schema/schema.model.js';
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
  return givesName(behind(statement, run), name, (each) => run.nameOf(each));
}

/** Whether the same revision adds a column of this name again, or renames one to it. */
export function isColumnReplaced(
  statement: LintedStatement,
  name: QualifiedName,
  column: string,
  run: LintRun,
): boolean {
  return givesColumn(behind(statement, run), name, column, (each) => run.nameOf(each));
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
  return earlierIn(statement, run).some(({ parsed, sql, call: { operation } }) =>
    fills({ sql, operation }, [parsed], name, column, (each) => run.nameOf(each)),
  );
}
