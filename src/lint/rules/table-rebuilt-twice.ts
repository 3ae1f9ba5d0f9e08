import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation, TableOperation } from '../../operations/operation.js';
import { asCode, steps } from '../fix.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedCall, type LintRun } from '../subject.js';
import { rebuiltBy } from './table-rebuilt.js';

/** Calls in a row that each make the same table again. */
export const rule: LintRule = {
  code: 'table-rebuilt-twice',
  class: 'rebuilds-twice',
  level: 'warning',
  summary: 'Two calls in a row make SQLite copy the same table twice; a batch copies it once.',
  explanation: `Each call that SQLite cannot carry out in place copies all rows of the table. \`op.batch\` does several changes of a table with one copy.`,
  databases: ['sqlite'],
  example: {
    unsafe: `await op.alterColumn('book', 'title', { type: 'text' });
await op.createUniqueConstraint('book', { name: 'UQ_book_isbn', columnNames: ['isbn'] });`,
    target: 'book',
  },
  call: (call, run) => {
    const table = call.byHand ? undefined : rebuiltIn(call);
    const earlier = table === undefined ? [] : earlierRebuilds(call, table, run);
    if (table === undefined || earlier.length === 0) return [];
    const operations = flatOperations([...earlier, call].map(({ operation }) => operation)).filter(isOfTable);
    return [
      {
        target: table,
        message: `All rows of ${table} are copied again, as in the call before.`,
        ...(operations[0] !== undefined && {
          fix: steps(
            `// In place of ${earlier.length === 1 ? 'both calls' : `all ${earlier.length + 1} calls`}:`,
            asCode({ kind: 'batch', table: operations[0].table, operations }),
          ),
        }),
      },
    ];
  },
};

/** The name of the table that a call makes again. */
function rebuiltIn({ statements }: LintedCall): string | undefined {
  const [table] = statements.flatMap(rebuiltBy);
  return table && targetOf(table);
}

/** The earlier calls that make the table again, with none between that could depend on them. */
function earlierRebuilds(call: LintedCall, table: string, run: LintRun): readonly LintedCall[] {
  const found: LintedCall[] = [];
  for (let at = call.index - 1; at >= 0; at--) {
    const earlier = run.calls[at];
    if (earlier === undefined || earlier.revision !== call.revision || earlier.byHand) break;
    if (rebuiltIn(earlier) === table) found.unshift(earlier);
  }
  return found;
}

function isOfTable(operation: Operation): operation is TableOperation {
  return (
    'table' in operation &&
    !['createTable', 'dropTable', 'renameTable', 'bulkInsert', 'inBatches', 'batch'].includes(operation.kind)
  );
}
