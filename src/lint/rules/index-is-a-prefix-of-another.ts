import { type IndexModel, qualifiedKey, type QualifiedName } from '../../schema/schema.model.js';
import type { SqlStatement } from '../../sql/ddl/statement.js';
import { laterIn } from '../around.js';
import { statementsIn } from '../parts.js';
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
  statement: (statement, run) =>
    statementsIn(statement.parsed)
      .flatMap(createdBy)
      .flatMap((created) => {
        const table = run.nameOf(created.table);
        const other = isPlain(statement) ? otherOf(statement, created, table, run) : undefined;
        if (other === undefined) return [];
        return [
          {
            target: targetOf(table),
            message: `The index ${other.name} (${other.columnNames.join(', ')}) of ${targetOf(table)} begins with the same columns, so that this one adds nothing.`,
          },
        ];
      }),
};

/** An index that only finds rows. */
interface CreatedIndex {
  readonly table: QualifiedName;
  readonly name: string | undefined;
  readonly columns: readonly (string | undefined)[];
}

/** The indexes that a statement creates, by CREATE INDEX or by MySQL's ADD INDEX. */
function createdBy(parsed: SqlStatement): readonly CreatedIndex[] {
  if (parsed.kind === 'alterTable') {
    return parsed.actions.flatMap((action) =>
      action.action === 'addIndex' && action.type === undefined
        ? [{ table: parsed.table, name: action.name, columns: action.columns }]
        : [],
    );
  }
  return parsed.kind === 'createIndex' && !parsed.isUnique && parsed.where === undefined
    ? [{ table: parsed.table, name: parsed.index?.name, columns: parsed.columns }]
    : [];
}

/** Another index of the table that begins with the same columns. */
function otherOf(
  statement: LintedStatement,
  { name: own, columns }: CreatedIndex,
  table: QualifiedName,
  run: LintRun,
): IndexModel | undefined {
  if (columns.length === 0 || columns.includes(undefined)) return undefined;
  return (tableOf(statement.call, table)?.indices ?? []).find(
    ({ name, columnNames, ...rest }) =>
      name !== own &&
      OTHER_KINDS.every((part) => rest[part] === undefined) &&
      columns.every((column, at) => columnNames[at] === column) &&
      !isDropped(statement, table, name, run),
  );
}

/** What makes an index another kind of thing than one that finds rows by columns. */
const OTHER_KINDS = ['where', 'type', 'expression', 'isFulltext', 'isSpatial', 'columnOptions'] as const;

/** A tree in ascending order, without anything else in it. */
function isPlain({ call: { operation, byHand }, sql }: LintedStatement): boolean {
  if (byHand) return !/\bUSING\s+(?!"?btree)|\bDESC\b|\bINCLUDE\b|_ops\b|\b(?:FULLTEXT|SPATIAL)\b/i.test(sql);
  if (operation.kind !== 'createIndex') return true;
  const { type, include, columnOptions, isFulltext, isSpatial } = operation.index;
  return [type, include, columnOptions, isFulltext, isSpatial].every((part) => part === undefined);
}

/** Whether the statement drops the other index as well, or the revision does so later. */
function isDropped(statement: LintedStatement, table: QualifiedName, index: string, run: LintRun): boolean {
  const isTable = (name: QualifiedName): boolean => qualifiedKey(run.nameOf(name)) === qualifiedKey(table);
  return [statement, ...laterIn(statement, run)].some(({ parsed, call: { operation } }) => {
    if (operation.kind === 'dropIndex' && operation.name === index && isTable(operation.table)) return true;
    return statementsIn(parsed).some((one) =>
      one.kind === 'alterTable'
        ? isTable(one.table) && one.actions.some((each) => each.action === 'dropIndex' && each.name === index)
        : one.kind === 'drop' && one.object === 'INDEX' && one.names.some(({ name }) => name === index),
    );
  });
}
