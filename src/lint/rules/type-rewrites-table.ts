import { convertedToEnum } from '../enums.js';
import { actionsOn, isRewritten } from '../parts.js';
import type { LintRule } from '../rule.js';
import { columnOf, targetOf } from '../subject.js';

/** A change of type that stores the values otherwise. */
export const rule: LintRule = {
  code: 'type-rewrites-table',
  class: 'rewrites',
  level: 'error',
  summary: 'A column gets a type whose values are stored otherwise, so that the table is written again.',
  explanation: `A longer varchar, text for varchar, more digits with the same scale take a moment. Most other changes write all rows and all indexes again, and
nobody may use the table (PostgreSQL) or write it (MariaDB, MySQL) meanwhile. In place of it: a new column of the new type, a trigger that keeps both,
the old rows in batches, and in a later release the old column goes. A table that is small may be written again: allow it there.`,
  databases: ['postgres', 'mysql'],
  example: {
    unsafe: `await op.alterColumn('book', 'pages', { type: 'bigint' });`,
    target: 'book.pages',
    safe: [`await op.alterColumn('book', 'title', { type: 'varchar', length: '300' });`],
  },
  statement: (statement, run) => {
    const ofEnums = new Set(convertedToEnum(statement, run).map(({ table, column }) => targetOf(table, column)));
    return [
      ...actionsOn(statement, run, 'setType').map(({ table, action }) => ({
        table,
        column: action.column,
        type: action.type,
      })),
      ...actionsOn(statement, run, 'changeColumn')
        .filter(() => statement.effects.locks.some(({ blocks }) => blocks !== 'nothing'))
        .map(({ table, action }) => ({ table, column: action.from, type: action.column.type })),
    ]
      .filter(({ table, column }) => isRewritten(statement, table, column) && !ofEnums.has(targetOf(table, column)))
      .map(({ table, column, type }) => ({
        target: targetOf(table, column),
        message: `All rows of ${targetOf(table)} are written again, as ${columnOf(statement.call, table, column)?.type ?? 'the old type'} is stored otherwise than ${type}.`,
      }));
  },
};
