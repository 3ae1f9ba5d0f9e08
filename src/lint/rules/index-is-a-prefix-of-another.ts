import { qualifiedKey } from '../../schema/schema.model.js';
import { laterIn } from '../around.js';
import type { LintRule } from '../rule.js';
import { targetOf, tableOf, type LintedStatement, type LintRun } from '../subject.js';

/** An index whose columns another one begins with. */
export const rule: LintRule = {
  code: 'index-is-a-prefix-of-another',
  class: 'style',
  level: 'note',
  summary: 'An index is created on columns that another index of the table begins with.',
  explanation: `An index on (a, b) finds rows by a as well as one on (a) does. The second one costs each INSERT and takes space, and is hardly ever faster. Unique and partial
indexes, and those of another method, are something else, and not found.`,
  example: {
    unsafe: `await op.createIndex('loan', { name: 'IDX_loan_again', columnNames: ['bookId'], isConcurrent: true });`,
    target: 'loan',
  },
  statement: (statement, run) => {
    const { parsed, call } = statement;
    if (parsed.kind !== 'createIndex' || parsed.isUnique || parsed.where !== undefined || !isPlain(statement))
      return [];
    const table = run.nameOf(parsed.table);
    const columns = parsed.columns.filter((column) => column !== undefined);
    if (columns.length === 0 || columns.length < parsed.columns.length) return [];
    const model = tableOf(call, table);
    const others = (model?.indices ?? [])
      .filter(
        ({ name, where, type, expression, isFulltext, isSpatial, columnOptions }) =>
          name !== parsed.index?.name &&
          where === undefined &&
          expression === undefined &&
          type === undefined &&
          !isFulltext &&
          !isSpatial &&
          columnOptions === undefined,
      )
      .filter(({ columnNames }) => columns.every((column, at) => columnNames[at] === column));
    const other = others.find(({ name }) => !isDropped(statement, table, name, run));
    if (other === undefined) return [];
    return [
      {
        target: targetOf(table),
        message: `The index ${other.name} (${other.columnNames.join(', ')}) of ${targetOf(table)} begins with the same columns, so that this one adds nothing.`,
      },
    ];
  },
};

/** A tree in ascending order, without anything else in it. */
function isPlain({ call: { operation, byHand }, sql }: LintedStatement): boolean {
  if (byHand) return !/\bUSING\s+(?!"?btree)|\bDESC\b|\bINCLUDE\b|_ops\b|\b(?:FULLTEXT|SPATIAL)\b/i.test(sql);
  if (operation.kind !== 'createIndex') return true;
  const { type, include, columnOptions, isFulltext, isSpatial } = operation.index;
  return [type, include, columnOptions, isFulltext, isSpatial].every((part) => part === undefined);
}

/** Whether the revision drops the other index later. */
function isDropped(
  statement: LintedStatement,
  table: Parameters<LintRun['nameOf']>[0],
  index: string,
  run: LintRun,
): boolean {
  return laterIn(statement, run).some(
    ({ parsed, call: { operation } }) =>
      (operation.kind === 'dropIndex' &&
        operation.name === index &&
        qualifiedKey(run.nameOf(operation.table)) === qualifiedKey(table)) ||
      (parsed.kind === 'drop' && parsed.object === 'INDEX' && parsed.names.some(({ name }) => name === index)),
  );
}
