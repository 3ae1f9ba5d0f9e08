import { actionsOn, addedColumns } from '../parts.js';
import { asCode, rewritten } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** A column of the type json in a table in use. */
export const rule: LintRule = {
  code: 'json-has-no-equality',
  class: 'breaks-old-code',
  level: 'warning',
  summary: 'A table gets a column of the type json, over which SELECT DISTINCT, GROUP BY and UNION fail.',
  explanation: `PostgreSQL has no equality for \`json\`. TypeORM selects all columns of an entity, with DISTINCT where \`take\` meets a join, and such a query fails as soon as
the column is there. \`jsonb\` has equality, and indexes as well.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'extra', type: 'json', isNullable: true });`,
    target: 'book.extra',
    safe: [`await op.addColumn('book', { name: 'extra', type: 'jsonb', isNullable: true });`],
  },
  statement: (statement, run) =>
    jsonColumns(statement, run).map((target) => ({
      target,
      message: `SELECT DISTINCT, GROUP BY and UNION over ${target} fail, as json has no equality.`,
      fix: rewritten(
        statement.call,
        'addColumn',
        ({ column }) => column.type === 'json',
        (operation) => asCode({ ...operation, column: { ...operation.column, type: 'jsonb' } }),
      ),
    })),
};

function jsonColumns(statement: LintedStatement, run: LintRun): readonly string[] {
  const isJson = (type: string): boolean => /^(?:pg_catalog\.)?json$/i.test(type.trim());
  return [
    ...addedColumns(statement, run)
      .filter(({ column }) => isJson(column.type))
      .map(({ table, column }) => targetOf(table, column.name)),
    ...actionsOn(statement, run, 'setType')
      .filter(({ action }) => isJson(action.type))
      .map(({ table, action }) => targetOf(table, action.column)),
  ];
}
