import { isScript } from '../../common/is-script.js';
import { applyToTableWith } from '../../../operations/apply/apply.js';
import { isConditional, isMoot } from '../../../operations/call/conditional.js';
import type { MigrateError } from '../../../errors/migrate.error.js';
import { rowsInTheWay } from '../../../errors/rows.errors.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import type { TableOperation } from '../../../operations/operation.js';
import type { QualifiedName, TableModel } from '../../../schema/schema.model.js';
import { isLiteral } from '../../../sql/literals.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import type { CompileContext, RowsAsking, Statement } from '../../dialect.js';
import { RowsAtStart } from '../../common/rows-at-start.js';
import { askRows } from '../rows/ask-rows.js';
import { quoteQualified } from '../text.js';
import { withUniquesAsIndexes } from '../unique-index.js';
import { refreshSql } from '../session/stale-table.js';
import { asOnIndex } from './as-indexes.js';
import { counterClauses } from './counter-index.js';
import { labelGuard } from './label-guard.js';
import { implicitIndexes } from './implicit-indexes.js';
import { inOwnDatabase, keysWritten, ownDatabaseFor } from './own-database.js';
import { partsOf } from './parts.js';
import { type AlterPart, isApart } from './part.js';
import { inZone } from './zone.js';

const applyToTable = applyToTableWith(MYSQL_SQL);

/**
 * The statements of changes of one table: as few ALTER TABLE as can be, since one happens wholly or not at all, and copies the
 * table at most once.
 *
 * @throws NullValuesError, UnfitRowsError when rows are in the way, RowsInTheWayError when they are in the way of several changes
 */
export async function alterTable(
  name: QualifiedName,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  if (isScript(context)) refuseConditional(operations);
  let table = withUniquesAsIndexes(await context.table(name));
  const named = await ownDatabaseFor(name, keysWritten(operations, table), context);
  table = { ...table, foreignKeys: table.foreignKeys.map(named) };
  const initial = table;
  let found: ReadonlySet<string> | undefined;
  const implicit = async (): Promise<ReadonlySet<string>> => (found ??= await implicitIndexes(initial, context));
  const rows = new RowsAtStart(MYSQL_SQL);
  const guards: Statement[] = [];
  const refusals: MigrateError[] = [];
  const groups: { parts: AlterPart[]; after: TableModel }[] = [];
  for (const given of operations) {
    const onIndex = asOnIndex(given, table);
    const operation = inOwnDatabase(onIndex, named);
    if (isMoot(table, operation, MYSQL_SQL)) continue;
    if (isScript(context)) guards.push(...labelGuard(operation, table, rows));
    else if (!context.offline) refusals.push(...(await askRows(onIndex, table, askingOf(context, rows))));
    const after = applyToTable(table, operation);
    for (const part of await partsOf(operation, table, context, implicit)) {
      const group = groups.at(-1);
      if (group === undefined || group.parts.some((other) => isApart(other, part)))
        groups.push({ parts: [part], after });
      else Object.assign(group, { parts: [...group.parts, part], after });
    }
    table = after;
    rows.note(operation);
  }
  const refusal = rowsInTheWay(refusals);
  if (refusal !== undefined) throw refusal;
  const statements = groups.flatMap(({ parts, after }) => {
    const clauses = parts.flatMap((part) => part.clauses);
    const isZoned = parts.some((part) => part.isZoned);
    const changes = alterSql(
      name,
      clauses.length === 0 ? [] : [...clauses, ...counterClauses(after, context)],
      isZoned,
    );
    // A session does so where it has to; a script cannot know.
    const isStale = isScript(context) && hasExpressions(initial) && parts.some(({ moved }) => moved !== undefined);
    return isStale ? [{ sql: refreshSql(quoteQualified(name)) }, ...changes] : changes;
  });
  return [...guards, ...statements];
}

/** Whether the server keeps expressions of a table between its uses. */
function hasExpressions({ checks, columns }: TableModel): boolean {
  return (
    checks.length > 0 ||
    columns.some(({ default: value, asExpression, mysql }) =>
      Boolean(asExpression ?? mysql?.check ?? (value !== undefined && !isLiteral(value, MYSQL_SQL))),
    )
  );
}

function askingOf(context: CompileContext, rows: RowsAtStart): RowsAsking {
  const { notice, asked } = context;
  return {
    rows,
    query: (sql) => context.query(sql),
    ...(notice && { notice: (message) => notice(message) }),
    ...(asked && { asked }),
  };
}

function alterSql(table: QualifiedName, clauses: readonly string[], isZoned: boolean): readonly Statement[] {
  if (clauses.length === 0) return [];
  const [first = '', ...rest] = clauses;
  const list = rest.length === 0 ? ` ${first}` : `\n  ${clauses.join(',\n  ')}`;
  return [{ sql: `ALTER TABLE ${quoteQualified(table)}${list}`, ...inZone(isZoned) }];
}

/** MySQL has IF EXISTS for whole tables alone, and a script does not know which server will run it. */
function refuseConditional(operations: readonly TableOperation[]): void {
  const conditional = operations.find(isConditional);
  if (conditional === undefined) return;
  throw new UnsupportedOperationError(
    conditional.kind,
    'MySQL',
    "'ifExists' and 'ifNotExists' depend on what the database has, which a script does not know",
    'Leave the condition out, or run the migration on the database itself.',
  );
}
