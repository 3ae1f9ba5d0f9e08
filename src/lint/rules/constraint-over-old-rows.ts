import { flatOperations } from '../../operations/flat-operations.js';
import type { QualifiedName } from '../../schema/schema.model.js';
import { isUnfilled } from '../around.js';
import { statementsIn } from '../parts.js';
import { quoted } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** A check, a foreign key or an exclusion constraint over rows that are there. */
export const rule: LintRule = {
  code: 'constraint-over-old-rows',
  class: 'fails-on-rows',
  level: 'warning',
  summary: 'A constraint is added to a table that has rows, and one row that breaks it is enough for it to fail.',
  explanation: `Look for such rows first, on the database itself, and mend them. On PostgreSQL NOT VALID is about new rows only: the old ones can be mended later,
before \`op.validateConstraint\`.`,
  example: {
    unsafe: `await op.createCheckConstraint('book', { name: 'CHK_book_pages', expression: 'pages > 0' });`,
    target: 'book',
    safe: [
      `await op.createCheckConstraint('book', { name: 'CHK_book_pages', expression: 'pages > 0', isValidated: false });
await op.validateConstraint('book', 'CHK_book_pages', { isConcurrent: true });`,
    ],
  },
  databases: ['postgres', 'mysql', 'sqlite'],
  statement: (statement, run) => {
    if (isOfOther(statement)) return [];
    const fails = statement.effects.fails.filter(({ on }) => on === 'check' || on === 'orphans');
    return fails
      .filter(({ table }) => !isOverNewColumn(statement, table, run))
      .map(({ table, on }) => ({
        target: targetOf(table),
        message:
          on === 'orphans'
            ? `This fails if a row of ${targetOf(table)} refers to a row that does not exist.`
            : `This fails if a row of ${targetOf(table)} breaks the constraint.`,
        look: on === 'check' ? lookAt(statement, table, run) : undefined,
      }));
  },
};

/** The rows that break the check which a statement adds, where it adds one. */
function lookAt({ parsed, call }: LintedStatement, table: QualifiedName, run: LintRun): string | undefined {
  const ofCall = flatOperations([call.operation]).flatMap((one) =>
    one.kind === 'createCheck' ? one.check.expression : [],
  );
  const ofSql = statementsIn(parsed).flatMap((one) =>
    one.kind === 'alterTable'
      ? one.actions.flatMap((action) => (action.action === 'addConstraint' ? (action.constraint.expression ?? []) : []))
      : [],
  );
  const [expression, ...others] = call.byHand ? ofSql : ofCall;
  return expression === undefined || others.length > 0
    ? undefined
    : `SELECT count(*) FROM ${quoted(table, run)} WHERE NOT (${expression})`;
}

/** VALIDATE, after which rows can be mended, and partitions. */
function isOfOther({ parsed }: LintedStatement): boolean {
  if (parsed.kind === 'createTable') return parsed.partitionOf !== undefined;
  return (
    parsed.kind === 'alterTable' &&
    parsed.actions.every(({ action }) => action === 'validateConstraint' || action === 'attachPartition')
  );
}

/** Whether the constraint is about a column which the run has added, and which is NULL everywhere. */
function isOverNewColumn(statement: LintedStatement, table: QualifiedName, run: LintRun): boolean {
  const named = namedIn(statement);
  const columns = (tableOf(statement.call, table)?.columns ?? [])
    .map(({ name }) => name)
    .filter((name) => named.includes(name) && run.isNewColumn(table, name));
  return columns.some(
    (column) =>
      new RegExp(`(?:^|[^\\w])${column.replace(/\W/g, '\\$&')}(?![\\w])`).test(named) &&
      !/\bIS NOT NULL\b/i.test(named) &&
      columnOf(statement.call, table, column)?.isNullable === true &&
      isUnfilled(statement, table, column, run),
  );
}

/** The columns of keys and the expressions of checks, as one text. */
function namedIn({ parsed, call: { operation } }: LintedStatement): string {
  const ofSql = statementsIn(parsed).flatMap((one) =>
    one.kind === 'alterTable'
      ? one.actions.flatMap((action) =>
          action.action === 'addConstraint' ? [...action.constraint.columns, action.constraint.expression ?? ''] : [],
        )
      : [],
  );
  const ofCall = flatOperations([operation]).flatMap((one) =>
    one.kind === 'createForeignKey'
      ? one.foreignKey.columnNames
      : one.kind === 'createCheck'
        ? [one.check.expression]
        : [],
  );
  return [...ofSql, ...ofCall].join(' ');
}
