import { flatOperations } from '../../operations/flat-operations.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { isUnfilled } from '../around.js';
import { quoted } from '../fix.js';
import { statementsIn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { columnOf, tableOf, targetOf, type LintedStatement } from '../subject.js';

/** A unique constraint or index over rows that are there. */
export const rule: LintRule = {
  code: 'unique-over-duplicates',
  class: 'fails-on-rows',
  level: 'warning',
  summary: 'Values become unique in a table that has rows, and two equal ones are enough for it to fail.',
  explanation: `The index is built first, and fails at the first duplicate. Look before: \`SELECT "isbn", count(*) FROM "book" GROUP BY "isbn" HAVING count(*) > 1\`.
On PostgreSQL \`isConcurrent: true\` fails over duplicates as well, but keeps nobody waiting for it, and the next run begins again.`,
  example: {
    unsafe: `await op.createUniqueConstraint('book', { name: 'UQ_book_isbn', columnNames: ['isbn'] });`,
    target: 'book',
    safe: [
      `await op.createIndex('book', { name: 'UQ_book_isbn', columnNames: ['isbn'], isUnique: true, isConcurrent: true });`,
    ],
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  statement: (statement, run) => {
    if (statement.effects.isOutside) return [];
    const [fails] = statement.effects.fails.filter(({ on }) => on === 'duplicates');
    if (fails === undefined) return [];
    const columns = columnsOf(statement);
    const { table } = fails;
    if (isUniqueAlready(statement, table, columns)) return [];
    if (columns.some((column) => isUnfilled(statement, table, column, run))) return [];
    const list = columns.map((column) => run.dialect.quote(column)).join(', ');
    return [
      {
        target: targetOf(table),
        message: `This fails if two rows of ${targetOf(table)} have the same ${columns.length === 0 ? 'values' : columns.join(', ')}.`,
        ...(columns.length > 0 && {
          look: `SELECT ${list}, count(*) FROM ${quoted(table, run)} GROUP BY ${list} HAVING count(*) > 1`,
        }),
      },
    ];
  },
};

/** Whether a key of the table, without NULLs, is among the columns: no two rows can have the same values in them. */
function isUniqueAlready({ call }: LintedStatement, name: QualifiedName, columns: readonly string[]): boolean {
  const table = tableOf(call, name);
  const keys = [table?.primaryKey ?? [], table?.uniques ?? []].flat();
  const isRequired = (column: string): boolean => columnOf(call, name, column)?.isNullable !== true;
  return keys.some((key) => key.columnNames.every((column) => columns.includes(column) && isRequired(column)));
}

/** The columns that become unique, as far as they have names. */
function columnsOf({ parsed, call: { operation, byHand } }: LintedStatement): readonly string[] {
  const ofSql = statementsIn(parsed).flatMap((one) => {
    if (one.kind === 'createIndex') return one.isUnique ? one.columns : [];
    if (one.kind !== 'alterTable') return [];
    return one.actions.flatMap((action) => {
      const constraints =
        action.action === 'addConstraint'
          ? [action.constraint]
          : action.action === 'addColumn'
            ? action.column.constraints
            : [];
      return constraints.filter(({ type }) => type === 'unique' || type === 'primaryKey').flatMap((one) => one.columns);
    });
  });
  if (ofSql.length > 0 || byHand) return ofSql.filter((column) => column !== undefined);
  return flatOperations([operation]).flatMap((one) =>
    one.kind === 'createUnique'
      ? one.unique.columnNames
      : one.kind === 'createPrimaryKey'
        ? one.primaryKey.columnNames
        : [],
  );
}
