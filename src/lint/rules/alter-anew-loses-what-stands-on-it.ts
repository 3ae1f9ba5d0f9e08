import { isColumnReplaced } from '../around.js';
import { actionsOn } from '../parts.js';
import type { LintRule } from '../rule.js';
import { targetOf, columnOf, tableOf } from '../subject.js';

/** The version that changes the expression of a generated column in place. */
const IN_PLACE = 17;

/** A generated column that is dropped and added again. */
export const rule: LintRule = {
  code: 'alter-anew-loses-what-stands-on-it',
  class: 'breaks-old-code',
  level: 'warning',
  summary: 'A generated column is dropped and added again, and with it goes what depends on it.',
  explanation: `Before PostgreSQL 17 a generated column gets another expression only by being dropped and added again. Indexes, constraints, grants and
statistics of the column are gone with it, and its place among the columns is the last one. Create again what has to stay, or add a column of
another name and drop the old one in a later release.`,
  databases: ['postgres'],
  example: {
    facts: {
      scene: `await op.createTable({ name: 'book', columns: [
  { name: 'id', type: 'integer', isPrimary: true },
  { name: 'title', type: 'text' },
  { name: 'slug', type: 'text', isNullable: true, asExpression: 'lower(title)', generatedType: 'STORED' },
] });`,
      version: 16,
    },
    unsafe: `await op.alterColumn('book', 'slug', { asExpression: "replace(lower(title), ' ', '-')", generatedType: 'STORED' });`,
    target: 'book.slug',
  },
  statement: (statement, run) => {
    if ((run.facts.version ?? 0) >= IN_PLACE) return [];
    return actionsOn(statement, run, 'dropColumn').flatMap(({ table, action: { column } }) => {
      const { call } = statement;
      const was = columnOf(call, table, column);
      if (was?.generatedType !== 'STORED' || !isColumnReplaced(statement, table, column, run)) return [];
      const indexes = (tableOf(call, table)?.indices ?? []).filter(({ columnNames }) => columnNames.includes(column));
      const names = indexes.map(({ name }) => name).join(', ');
      return [
        {
          target: targetOf(table, column),
          message: `${targetOf(table, column)} is dropped and added again: ${names === '' ? 'what depends on it is' : `${names} and what else depends on it are`} gone.`,
        },
      ];
    });
  },
};
