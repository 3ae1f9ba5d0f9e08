import { fills, givesColumn, givesName } from '../effects/replaced.js';
import type { QualifiedName } from '../schema/schema.model.js';
import type { SqlStatement } from '../sql/ddl/statement.js';
import { statementsIn } from './parts.js';
import { columnOf, type LintedStatement, type LintRun } from './subject.js';

/** The statements of a revision in order. */
interface OfRevision {
  readonly statements: LintedStatement[];
  /** Those with a part of a kind, by it. */
  readonly byKind: Map<SqlStatement['kind'], LintedStatement[]>;
}

interface Ordered {
  readonly revisions: ReadonlyMap<string, OfRevision>;
  /** The place of each statement in its revision. */
  readonly places: ReadonlyMap<LintedStatement, number>;
}

const ordered = new WeakMap<LintRun, Ordered>();

/** Found once for a run: a revision may have thousands of statements, and rules ask at each. */
function orderedIn(run: LintRun): Ordered {
  const known = ordered.get(run);
  if (known !== undefined) return known;
  const revisions = new Map<string, OfRevision>();
  const places = new Map<LintedStatement, number>();
  for (const { revision, statements } of run.calls) {
    const own: OfRevision = revisions.get(revision) ?? { statements: [], byKind: new Map() };
    revisions.set(revision, own);
    for (const statement of statements) {
      places.set(statement, own.statements.length);
      own.statements.push(statement);
      for (const kind of new Set(statementsIn(statement.parsed).map((part) => part.kind))) {
        const ofKind = own.byKind.get(kind);
        if (ofKind === undefined) own.byKind.set(kind, [statement]);
        else ofKind.push(statement);
      }
    }
  }
  const found = { revisions, places };
  ordered.set(run, found);
  return found;
}

/** The statements of the same revision before a statement, in order. */
export function earlierIn(statement: LintedStatement, run: LintRun): readonly LintedStatement[] {
  const { revisions, places } = orderedIn(run);
  return revisions.get(statement.call.revision)?.statements.slice(0, places.get(statement)) ?? [];
}

/** Those of them with a part of a kind. */
export function earlierOfKind(
  statement: LintedStatement,
  kind: SqlStatement['kind'],
  run: LintRun,
): readonly LintedStatement[] {
  const { revisions, places } = orderedIn(run);
  const ofKind = revisions.get(statement.call.revision)?.byKind.get(kind) ?? [];
  const own = places.get(statement) ?? 0;
  return ofKind.filter((each) => (places.get(each) ?? 0) < own);
}

/** The statements of the same revision behind a statement, in order; what they do is not known yet. */
export function laterIn(statement: LintedStatement, run: LintRun): readonly LintedStatement[] {
  const { revisions, places } = orderedIn(run);
  return revisions.get(statement.call.revision)?.statements.slice((places.get(statement) ?? 0) + 1) ?? [];
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
