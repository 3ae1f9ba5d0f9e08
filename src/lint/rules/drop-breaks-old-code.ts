import { qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import { isColumnReplaced, isReplaced, laterIn } from '../around.js';
import { columnsLeftOut } from '../copied.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { parentOf, targetOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** A table, a column or a view that goes. */
export const rule: LintRule = {
  code: 'drop-breaks-old-code',
  class: 'breaks-old-code',
  level: 'warning',
  summary: 'A table, a column or a view is dropped that the running release may still use.',
  explanation: `TypeORM names every column of an entity in its queries, so that one column that is gone makes all queries of the entity fail. Two releases: the first has
no such property or entity any more, the second drops what it was kept in.`,
  example: {
    unsafe: `await op.dropColumn('book', 'isbn');`,
    target: 'book.isbn',
  },
  statement: (statement, run) => {
    const other = otherDrops(statement, run);
    const ofCopies = statement.parsed.kind === 'drop' ? statement.parsed.names.map((name) => run.nameOf(name)) : [];
    const leftOut = ofCopies.flatMap((name) =>
      columnsLeftOut(statement, name, run).map((column) => ({ name, column })),
    );
    const dropped = statement.effects.breaks.filter(({ how, name, column }) => {
      if (how !== 'dropped' || other.has(qualifiedKey(run.nameOf(name)))) return false;
      if (column !== undefined) return !isColumnReplaced(statement, name, column, run);
      // Queries name the partitioned table.
      const isPartition = parentOf(statement.call, name) !== undefined;
      return !isPartition && !(isReplaced(statement, name, run) && !losesColumns(statement, name, run));
    });
    return [...dropped, ...leftOut].map(({ name, column }) => ({
      target: targetOf(name, column),
      message: `The running release may still use ${targetOf(name, column)}.`,
    }));
  },
};

/** Whether a table that takes the place of another one has less columns. */
function losesColumns(statement: LintedStatement, name: QualifiedName, run: LintRun): boolean {
  const was = tableOf(statement.call, name)?.columns ?? [];
  const key = qualifiedKey(name);
  return laterIn(statement, run).some(
    ({ parsed }) =>
      parsed.kind === 'createTable' &&
      parsed.columns.length > 0 &&
      qualifiedKey(run.nameOf(parsed.table)) === key &&
      was.some((column) => !parsed.columns.some((each) => each.name === column.name)),
  );
}

/** What is dropped, and no query names as a source of rows. */
function otherDrops({ parsed }: LintedStatement, run: LintRun): ReadonlySet<string> {
  return new Set(
    statementsIn(parsed).flatMap((one) =>
      one.kind === 'drop'
        ? one.names
            .filter(
              ({ name }) =>
                one.object === 'SEQUENCE' || (one.object === 'SCHEMA' && run.isNew({ schema: name, name: '' })),
            )
            .map((name) => qualifiedKey(run.nameOf(name)))
        : [],
    ),
  );
}
