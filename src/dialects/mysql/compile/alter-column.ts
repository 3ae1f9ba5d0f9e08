import { UnknownColumnError } from '../../../errors/operations.errors.js';
import { changeColumn } from '../../../operations/apply/apply-column.js';
import type { AlterColumn } from '../../../operations/operation.js';
import { type ColumnModel, qualifiedNameOf, type TableModel } from '../../../schema/schema.model.js';
import { partOf } from '../../../schema/parts.js';
import { mentionsColumn } from '../../../sql/columns.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { quote } from '../text.js';
import { isBytes, isText } from '../types.js';
import { indexClause } from './clauses.js';
import { columnSql } from './column-sql.js';
import type { AlterPart } from './part.js';
import { convertsByZone } from './zone.js';

/**
 * Changes a column by MODIFY, which keeps its values and its place. The definition is whole, with what only the catalog knows:
 * MODIFY forgets the rest.
 */
export async function alterColumnParts(
  { column: name, to }: AlterColumn,
  table: TableModel,
): Promise<readonly AlterPart[]> {
  const actual = table.columns.find((column) => column.name === name);
  if (actual === undefined) {
    const known = table.columns.map((column) => column.name);
    throw new UnknownColumnError(qualifiedNameOf(table), name, known);
  }
  const wanted = changeColumn(actual, to);
  const isVirtual = actual.asExpression !== undefined && actual.generatedType !== 'STORED';
  const becomesVirtual = wanted.asExpression !== undefined && wanted.generatedType !== 'STORED';
  if (becomesVirtual || (isVirtual && wanted.asExpression !== undefined)) return [remade(wanted, table)];
  if (isVirtual) {
    // The only way to keep what it computes: the column stores it, and is then a plain one.
    return [{ ...remade(storing(actual, table), table), isZoned: true }, modified(actual, wanted)];
  }
  const isWrong = isByNumber(actual, wanted) || isByBytes(actual, wanted);
  const text = asText(actual);
  return isWrong ? [modified(actual, text), modified(text, wanted)] : [modified(actual, wanted)];
}

/**
 * A virtual column as one that stores what it computes. MariaDB stores nothing that depends on settings of the session, as what is computed
 * from a `char` or a `timestamp` does (error 1901): as a default the same expression is computed once for each row.
 */
function storing(column: ColumnModel, { columns }: TableModel): ColumnModel {
  const { asExpression = '', generatedType: _type, ...plain } = column;
  const isOfSession = columns.some(
    ({ name, type }) => /^(?:char|timestamp)$/.test(type) && mentionsColumn(asExpression, name, MYSQL_SQL),
  );
  return isOfSession
    ? { ...plain, isNullable: true, default: `(${asExpression})` }
    : { ...column, generatedType: 'STORED' };
}

/** Whether the server would take labels for their numbers: the label '20' would become 2, and the number 2 the second label. */
function isByNumber(actual: ColumnModel, wanted: ColumnModel): boolean {
  const [one, other] = [actual, wanted].map(({ type, enum: labels }) =>
    labels !== undefined ? 'labels' : isText(type) || isBytes(type) || type === 'json' ? 'text' : 'other',
  );
  return one !== other && [one, other].every((kind) => kind !== 'text');
}

/** Whether the server would take the bits of a column for the bytes of a text. */
function isByBytes(actual: ColumnModel, wanted: ColumnModel): boolean {
  return actual.type === 'bit' && (wanted.type.endsWith('text') || wanted.type === 'json');
}

/** A column as the text of its values, on the way to another type. */
function asText({ name, isNullable, enum: labels = [], collation, mysql }: ColumnModel): ColumnModel {
  const length = Math.max(255, labels.join(',').length);
  const { charset } = mysql ?? {};
  return {
    name,
    type: 'varchar',
    length: String(length),
    ...(isNullable && { isNullable }),
    ...(collation !== undefined && { collation }),
    ...partOf('mysql', { charset }),
  };
}

function modified(actual: ColumnModel, column: ColumnModel): AlterPart {
  return {
    clauses: [`MODIFY COLUMN ${columnSql(column)}`],
    columns: [column.name],
    isZoned: convertsByZone(actual, column),
  };
}

/**
 * Drops a column and adds it again in its place, with the indexes that it is in: no MODIFY makes a column VIRTUAL, or changes one
 * (error 1907). Its values are computed, so none is lost.
 */
function remade(column: ColumnModel, table: TableModel): AlterPart {
  const { name } = column;
  const at = table.columns.findIndex((other) => other.name === name);
  const before = table.columns[at - 1];
  const indexes = table.indices.filter(({ columnNames }) => columnNames.includes(name));
  return {
    clauses: [
      ...indexes.map((index) => `DROP INDEX ${quote(index.name)}`),
      `DROP COLUMN ${quote(name)}`,
      `ADD COLUMN ${columnSql(column)} ${before === undefined ? 'FIRST' : `AFTER ${quote(before.name)}`}`,
      ...indexes.map((index) => `ADD ${indexClause(index)}`),
    ],
    columns: [name],
    ...(before !== undefined && { after: [before.name] }),
  };
}
