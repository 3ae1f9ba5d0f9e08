import { actionsOn, addedColumns, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintRun } from '../subject.js';

/** ADD COLUMN … STORED, and SET EXPRESSION of one. */
export const rule: LintRule = {
  code: 'stored-column-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A stored generated column is added or gets another expression, and the value of each row is written.',
  explanation: `The table is written again as a whole, and nobody may use it (PostgreSQL) or write it (MariaDB, MySQL) meanwhile. A virtual column is computed
when it is read and takes a moment: PostgreSQL has them since 18. Else a plain column, a trigger that keeps it, and the old rows in batches; or an
index on the expression, where only its search is wanted.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.addColumn('book', { name: 'twice', type: 'integer', asExpression: 'pages * 2', generatedType: 'STORED', isNullable: true });`,
    target: 'book.twice',
  },
  statement: (statement, run) => {
    const added = addedColumns(statement, run)
      .filter(({ column }) => column.generated === 'stored')
      .map(({ table, column }) => ({ table, column: column.name }));
    const changed = actionsOn(statement, run, 'setExpression').map(({ table, action }) => ({
      table,
      column: action.column,
    }));
    return [...added, ...changed]
      .filter(({ table, column }) => isRewritten(statement, table, column))
      .map(({ table, column }) => ({
        target: targetOf(table, column),
        message: `All rows of ${targetOf(table)} are written again with the value of ${column}.${hintOf(run)}`,
      }));
  },
};

function hintOf({ dialect: { rules }, facts: { version } }: LintRun): string {
  return rules.hasVirtualColumns(version) ? ' A VIRTUAL column is computed when it is read.' : '';
}
