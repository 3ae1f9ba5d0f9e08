import { qualifiedKey, type QualifiedName } from '../schema/schema.model.js';
import { sourcesIn } from '../sql/sources.js';
import { earlierIn, isReplaced } from './around.js';
import { statementsIn } from './parts.js';
import type { LintedStatement, LintRun } from './subject.js';

/**
 * Whether the revision has copied all rows of a table into another one before a statement, and gives that the name of the table
 * later: a table that is made again by hand.
 */
export function isCopied(statement: LintedStatement, name: QualifiedName, run: LintRun): boolean {
  if (!isReplaced(statement, name, run)) return false;
  const key = qualifiedKey(name);
  return earlierIn(statement, run).some(
    ({ parsed, sql }) =>
      statementsIn(parsed).some(({ kind }) => kind === 'insert' || kind === 'createTable') &&
      sourcesIn(sql.replace(/^[\s\S]*?\bSELECT\b/i, 'SELECT'), run.dialect.sqlRules).some(
        ([first, second]) =>
          qualifiedKey(run.nameOf(second === undefined ? { name: first } : { schema: first, name: second })) === key,
      ),
  );
}
