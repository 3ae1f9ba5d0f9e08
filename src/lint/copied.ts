import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import { codeTokens } from '../sql/scanner.js';
import { sourcesIn } from '../sql/sources.js';
import { earlierIn, isReplaced, laterIn } from './around.js';
import { statementsIn } from './parts.js';
import { tableOf, type LintedStatement, type LintRun } from './subject.js';

/**
 * Whether the revision has copied all rows of a table into another one before a statement, and gives that the name of the table
 * later: a table that is made again by hand.
 */
export function isCopied(statement: LintedStatement, name: QualifiedName, run: LintRun): boolean {
  if (!isReplaced(statement, name, run)) return false;
  const copies = copiesOf(statement, name, run);
  // Several may be about all rows together.
  return copies.length > 1 || copies.some(({ sql }) => !isAboutSome(sql, run));
}

/** The statements before another one that read a table for the rows of a second one. */
function copiesOf(statement: LintedStatement, name: QualifiedName, run: LintRun): readonly LintedStatement[] {
  const key = qualifiedKey(name);
  return earlierIn(statement, run).filter(
    ({ parsed, sql }) =>
      statementsIn(parsed).some(({ kind }) => kind === 'insert' || kind === 'createTable') &&
      sourcesIn(sql.replace(/^[\s\S]*?\bSELECT\b/i, 'SELECT'), run.dialect.sqlRules).some(
        ([first, second]) =>
          qualifiedKey(run.nameOf(second === undefined ? { name: first } : { schema: first, name: second })) === key,
      ),
  );
}

/** Whether a query leaves rows out. */
function isAboutSome(sql: string, run: LintRun): boolean {
  return codeTokens(sql, run.dialect.sqlRules).some((token) => ['WHERE', 'LIMIT', 'HAVING'].includes(token.keyword));
}

/**
 * The columns of a table which is dropped that are not in the one that takes its name later in the revision. It is made before, column
 * by column; where it is made in another way, nothing is known of its columns.
 */
export function columnsLeftOut(statement: LintedStatement, name: QualifiedName, run: LintRun): readonly string[] {
  if (statement.parsed.kind !== 'drop' || !isReplaced(statement, name, run)) return [];
  const key = qualifiedKey(name);
  const from = laterIn(statement, run)
    .flatMap(({ parsed }) => statementsIn(parsed))
    .flatMap((one): readonly QualifiedName[] => {
      if (one.kind === 'rename' && one.to === name.name) return [run.nameOf(one.name)];
      if (one.kind !== 'alterTable') return [];
      return one.actions.some((each) => each.action === 'renameTable' && each.to === name.name)
        ? [run.nameOf(one.table)]
        : [];
    })
    .find((table) => qualifiedKey(table) !== key);
  const columns = from && tableOf(statement.call, from)?.columns;
  if (columns === undefined || columns.length === 0) return [];
  return (tableOf(statement.call, name)?.columns ?? []).flatMap((was) =>
    columns.some((column) => column.name === was.name) ? [] : [was.name],
  );
}

/** Those of them whose values no copy reads. */
export function columnsNotCopied(statement: LintedStatement, name: QualifiedName, run: LintRun): readonly string[] {
  if (!isCopied(statement, name, run)) return [];
  const read = new Set(
    copiesOf(statement, name, run).flatMap(({ sql }) =>
      codeTokens(sql, run.dialect.sqlRules).flatMap((token) => (token.isName ? [token.value] : [])),
    ),
  );
  return columnsLeftOut(statement, name, run).filter((column) => !read.has(column));
}
