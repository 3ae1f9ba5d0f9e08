import { UnsupportedOperationError } from '../../errors/operations.errors.js';
import type { OperationOf } from '../../operations/operation.js';
import { type ColumnModel, displayName, type QualifiedName, type TableModel } from '../../schema/schema.model.js';
import { batchPlace, type BatchPlace } from '../../sql/batch-condition.js';
import type { SqlRules } from '../../sql/rules.js';
import type { Batches, CompileContext } from '../writer.js';

/** What differs between databases in a statement that runs in batches. */
export interface BatchStyle {
  /** The database, for messages. */
  readonly database: string;
  readonly sqlRules: SqlRules;
  quote(name: string): string;
  quoteQualified(name: QualifiedName): string;
  /** SQL of the text of a literal that has the value of a key column. */
  literalOf(quoted: string, column: ColumnModel | undefined): string;
  /** Whether `(a, b) >= (1, 2)` uses an index. */
  readonly comparesRows: boolean;
  /** The columns that every table has which is made without a primary key. */
  readonly hiddenKey?: readonly string[];
}

/** An operation in batches, with the names that its SQL needs. */
export interface BatchedSql {
  /** The quoted table. */
  readonly table: string;
  /** The quoted columns of the key. */
  readonly key: readonly string[];
  readonly place: BatchPlace;
  readonly batches: Batches;
}

/**
 * The SQL of an operation in batches.
 *
 * @throws UnsupportedOperationError where nothing orders the rows, or the statement has no place for the condition
 */
export async function batchedSql(
  { table: name, sql, size, pause = 0, key: given }: OperationOf<'inBatches'>,
  context: CompileContext,
  style: BatchStyle,
): Promise<BatchedSql> {
  const table = await context.table(name);
  const columns = given ?? table.primaryKey?.columnNames ?? hiddenKeyOf(table, style);
  if (columns === undefined) {
    refuse(
      style,
      `'${displayName(name)}' has no primary key to go through its rows by`,
      "Name columns that are NOT NULL and unique together: key: ['code'].",
    );
  }
  const nullable = given?.find((name) => table.columns.some((one) => one.name === name && one.isNullable === true));
  if (nullable !== undefined) {
    refuse(
      style,
      `'${nullable}' of '${displayName(name)}' can be NULL, and the batches would pass over the rows where it is`,
      "Name columns that are NOT NULL and unique together: key: ['code'].",
    );
  }
  const place = batchPlace(sql, style.sqlRules, style.quote(name.name));
  if (place === undefined) {
    refuse(
      style,
      'the statement has no place for the condition that makes a batch',
      'It must be one UPDATE or DELETE of one table, or have {batch} where the condition belongs: … WHERE {batch}.',
    );
  }
  const key = columns.map(style.quote);
  const quoted = style.quoteQualified(name);
  const models = columns.map((column) => table.columns.find((one) => one.name === column));
  const literals = key.map((column, at) => `${style.literalOf(column, models[at])} AS ${style.quote(`key_${at + 1}`)}`);
  const inStatement = key.map((column) => `${place.qualifier}.${column}`);
  const compared = (names: readonly string[], sign: Sign, values: readonly string[]): string =>
    comparison(names, sign, values, style);
  return {
    table: quoted,
    key,
    place,
    batches: {
      pause,
      // Behind the key where the batch begins: where many rows have it, a batch has them all.
      next: (from) =>
        `SELECT ${literals.join(', ')} FROM ${quoted}` +
        (from === undefined ? '' : ` WHERE ${compared(key, '>', from)}`) +
        ` ORDER BY ${key.join(', ')} LIMIT 1 OFFSET ${from === undefined ? size : size - 1}`,
      statement: (from, to) => {
        const conditions = [
          ...(from === undefined ? [] : [compared(inStatement, '>=', from)]),
          ...(to === undefined ? [] : [compared(inStatement, '<', to)]),
        ];
        return conditions.length === 0 ? place.whole : place.with(conditions.join(' AND '));
      },
    },
  };
}

type Sign = '>=' | '>' | '<';

/** A comparison of columns with values, as rows are compared. */
export function comparison(
  names: readonly string[],
  sign: Sign,
  values: readonly string[],
  { comparesRows }: Pick<BatchStyle, 'comparesRows'>,
): string {
  if (names.length === 1) return `${names[0]} ${sign} ${values[0]}`;
  if (comparesRows) return `(${names.join(', ')}) ${sign} (${values.join(', ')})`;
  const strict = sign === '<' ? '<' : '>';
  const cases = names.map((name, at) => {
    const isLast = at === names.length - 1;
    const equal = names.slice(0, at).map((before, index) => `${before} = ${values[index]}`);
    return [...equal, `${name} ${isLast ? sign : strict} ${values[at]}`].join(' AND ');
  });
  return `(${cases.map((one) => `(${one})`).join(' OR ')})`;
}

function hiddenKeyOf({ sqlite }: TableModel, { hiddenKey }: BatchStyle): readonly string[] | undefined {
  return sqlite?.withoutRowid ? undefined : hiddenKey;
}

function refuse({ database }: BatchStyle, subject: string, hint: string): never {
  throw new UnsupportedOperationError('inBatches', database, subject, hint);
}
