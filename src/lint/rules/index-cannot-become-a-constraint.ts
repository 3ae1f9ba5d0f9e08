import type { IndexModel } from '../../schema/schema.model.js';
import { constraintsAdded } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf } from '../subject.js';

/** USING INDEX of an index that PostgreSQL does not take. */
export const rule: LintRule = {
  code: 'index-cannot-become-a-constraint',
  class: 'fails-in-transaction',
  level: 'error',
  summary: 'A constraint is to take over an index that cannot be one.',
  explanation: `ADD CONSTRAINT … USING INDEX takes a unique index of columns in the usual order, without condition and expression, of a table without
partitions. Any other is refused.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createIndex('book', { name: 'UQ_isbn', columnNames: ['isbn'], isUnique: true, where: 'pages > 0', isConcurrent: true });
await op.execute('ALTER TABLE "book" ADD CONSTRAINT "UQ_isbn" UNIQUE USING INDEX "UQ_isbn"');`,
    target: 'book',
    safe: [
      `await op.createIndex('book', { name: 'UQ_isbn', columnNames: ['isbn'], isUnique: true, isConcurrent: true });
await op.execute('ALTER TABLE "book" ADD CONSTRAINT "UQ_isbn" UNIQUE USING INDEX "UQ_isbn"');`,
    ],
  },
  statement: (statement, run) =>
    constraintsAdded(statement, run, 'primaryKey', 'unique').flatMap(({ table, constraint: { usingIndex } }) => {
      const model = tableOf(statement.call, table);
      const index = model?.indices.find(({ name }) => name === usingIndex);
      const problem =
        usingIndex !== undefined && model?.postgres?.partitionedBy !== undefined
          ? `${targetOf(table)} has partitions`
          : index && problemOf(index);
      return problem === undefined
        ? []
        : [
            {
              target: targetOf(table),
              message: `This fails: ${usingIndex ?? ''} cannot become a constraint, as ${problem}.`,
            },
          ];
    }),
};

function problemOf({ isUnique, where, expression, columnOptions, type }: IndexModel): string | undefined {
  if (isUnique !== true) return 'it is not unique';
  if (where !== undefined) return 'it has a condition';
  if (expression !== undefined) return 'it is of an expression';
  if (type !== undefined && type !== 'btree') return `it is a ${type} index`;
  const ordered = Object.entries(columnOptions ?? {}).find(
    ([, option]) => !/^\s*(?:ASC)?\s*(?:NULLS\s+LAST)?\s*$/i.test(option),
  );
  return ordered && `${ordered[0]} has an order, a collation or an operator class of its own in it`;
}
