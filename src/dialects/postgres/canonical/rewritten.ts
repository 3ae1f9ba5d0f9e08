import { mentionsColumn } from '../../../sql/columns.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { qualifiedKey, type SchemaModel, type TableModel } from '../../../schema/schema.model.js';
import type { SecondPrint } from './settle.js';

/**
 * Tells of a text whether a column in it gets another length or collation.
 *
 * No text says them, but PostgreSQL reads all texts on the column again when it changes: what it prints for `IN` on a
 * varchar is then another text, and stays so on the way back.
 */
function mentionsReshaped(wanted: TableModel, standing: TableModel): (text: string | undefined) => boolean {
  const columns = new Map(standing.columns.map((column) => [column.name, column]));
  const reshaped = wanted.columns.filter(({ name, length, collation }) => {
    const had = columns.get(name);
    return had !== undefined && (had.length !== length || had.collation !== collation);
  });
  return (text = '') => reshaped.some(({ name }) => mentionsColumn(text, name, POSTGRES_SQL));
}

/** Tables with a check, an exclusion, a predicate or a generated column that may be read again. */
export function rereadPart(wanted: SchemaModel, actual: SchemaModel): ReadonlySet<string> {
  const standing = byKey(actual.tables);
  const isReread = (table: TableModel): boolean => {
    const counterpart = standing.get(qualifiedKey(table));
    if (counterpart === undefined || counterpart === table) return false;
    const isMeant = mentionsReshaped(table, counterpart);
    const texts = [...table.checks, ...table.exclusions].map(({ expression }) => expression);
    const others = [
      ...table.indices.map(({ where }) => where),
      ...table.columns.map(({ asExpression }) => asExpression),
    ];
    return [...texts, ...others].some(isMeant);
  };
  return new Set(wanted.tables.filter(isReread).map(qualifiedKey));
}

/** Gives each text that would be another one when it is read again the words of then, so that it is made anew instead. */
export function withRewritten(settled: SchemaModel, actual: SchemaModel, second: SecondPrint): SchemaModel {
  const [standing, again, actualAgain] = [
    byKey(actual.tables),
    byKey(second.again.tables),
    byKey(second.actualAgain.tables),
  ];
  return {
    ...settled,
    tables: settled.tables.map((table) => {
      const key = qualifiedKey(table);
      const [had, then, hadThen] = [standing.get(key), again.get(key), actualAgain.get(key)];
      return had && then && hadThen ? rewritten(table, had, then, hadThen) : table;
    }),
  };
}

function rewritten(table: TableModel, had: TableModel, then: TableModel, hadThen: TableModel): TableModel {
  const isMeant = mentionsReshaped(table, had);
  const reread = <T extends Named>(listOf: (table: TableModel) => readonly T[], textOf: (item: T) => Text): T[] =>
    listOf(table).map((item) => {
      const textIn = (other: TableModel): Text => {
        const found = listOf(other).find(({ name }) => name === item.name);
        return found && textOf(found);
      };
      const isKept = textOf(item) === textIn(had);
      if (!isKept || textIn(had) === textIn(hadThen) || !isMeant(textOf(item))) return item;
      return listOf(then).find(({ name }) => name === item.name) ?? item;
    });
  return {
    ...table,
    columns: reread(
      (one) => one.columns,
      (column) => column.asExpression,
    ),
    checks: reread(
      (one) => one.checks,
      (check) => check.expression,
    ),
    exclusions: reread(
      (one) => one.exclusions,
      (exclusion) => exclusion.expression,
    ),
    indices: reread(
      (one) => one.indices,
      (index) => index.where,
    ),
  };
}

type Text = string | undefined;
interface Named {
  readonly name?: string;
}

function byKey(tables: readonly TableModel[]): ReadonlyMap<string, TableModel> {
  return new Map(tables.map((table) => [qualifiedKey(table), table]));
}
