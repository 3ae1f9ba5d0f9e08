import { qualifiedKey } from '../../schema/schema.model.js';
import { constraintsOf } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, type LintedStatement, type LintRun } from '../subject.js';

/** Two foreign keys between different tables in one transaction. */
export const rule: LintRule = {
  code: 'several-foreign-keys-at-once',
  class: 'lock-held-long',
  level: 'warning',
  summary:
    'Foreign keys between different tables are added in one transaction, so that writers of all of them wait for the last one.',
  explanation: `Each foreign key locks two tables until the transaction ends. With several of them writers of the first tables wait while the rows of the
last are checked, and two applications that lock the same tables in another order can deadlock. One for each transaction, NOT VALID first.`,
  databases: ['postgres'],
  example: {
    unsafe: `await op.createForeignKey('book', {
  name: 'FK_book_author', columnNames: ['authorId'], referencedTableName: 'author', referencedColumnNames: ['id'],
});
await op.createForeignKey('loan', {
  name: 'FK_loan_reader', columnNames: ['id'], referencedTableName: 'book', referencedColumnNames: ['id'],
});`,
    target: 'loan',
  },
  statement: (statement, run) =>
    pairs(statement, run).flatMap(({ table, tables }) => {
      const others = run
        .inTransaction(statement.transaction)
        .flatMap((earlier) => (earlier === statement ? [] : pairs(earlier, run)))
        .filter((pair) => pair.tables !== tables);
      if (others.length === 0) return [];
      return [
        {
          target: targetOf(table),
          message: `Writers of ${[...new Set(others.map((pair) => targetOf(pair.table)))].join(', ')} wait for this as well: an earlier foreign key of the transaction has locked it.`,
        },
      ];
    }),
};

interface Pair {
  readonly table: { readonly schema?: string; readonly name: string };
  /** Equal for keys between the same tables. */
  readonly tables: string;
}

const known = new WeakMap<LintedStatement, readonly Pair[]>();

/** The foreign keys that a statement adds: without a look at the rows, too, they lock both tables. */
function pairs(statement: LintedStatement, run: LintRun): readonly Pair[] {
  const found = known.get(statement) ?? pairsOf(statement, run);
  known.set(statement, found);
  return found;
}

function pairsOf(statement: LintedStatement, run: LintRun): readonly Pair[] {
  return constraintsOf(statement, run, 'foreignKey')
    .filter(({ newColumn }) => newColumn === undefined || statement.effects.work.length > 0)
    .map(({ table, constraint: { referenced } }) => ({
      table,
      tables: `${qualifiedKey(table)} ${referenced === undefined ? '' : qualifiedKey(run.nameOf(referenced))}`,
    }));
}
