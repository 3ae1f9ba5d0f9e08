import { changeColumn } from '../../../operations/apply/apply-column.js';
import type { AlterColumn, TableOperation } from '../../../operations/operation.js';
import {
  type ColumnModel,
  displayName,
  type ForeignKeyModel,
  type IndexModel,
  type QualifiedName,
  qualifiedNameOf,
  type TableModel,
} from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { NullValuesError } from '../../common/errors.js';
import type { StartNames } from '../../common/rows-at-start.js';
import { UnfitRowsError } from '../errors.js';
import { quote, quoteQualified } from '../text.js';
import { typeText } from '../types.js';
import { indexOfUnique } from '../unique-index.js';
import { type Conversion, conversionsOf } from './conversions.js';
import type { RowQuestion } from './question.js';

/**
 * What the rows of a table have to be asked about before a change of it: what the server would refuse, and what it would change
 * without an error.
 *
 * @param table as it is before the change
 */
export function questionsOf(operation: TableOperation, table: TableModel): readonly RowQuestion[] {
  switch (operation.kind) {
    case 'addColumn':
      return hasNoValue(operation.column) ? [anyRow(table, operation.column.name)] : [];
    case 'alterColumn':
      return ofColumn(operation, table);
    case 'createPrimaryKey': {
      const { columnNames } = operation.primaryKey;
      const nullable = columnNames.filter((name) => columnOf(table, name)?.isNullable === true);
      return [
        ...nullable.map((name) => nulls(table, name)),
        duplicates(table, { name: 'the primary key', columnNames }),
      ];
    }
    case 'createUnique':
      return [duplicates(table, indexOfUnique(operation.unique))];
    case 'createIndex':
      return operation.index.isUnique && operation.index.expression === undefined
        ? [duplicates(table, operation.index)]
        : [];
    case 'createForeignKey':
      return [orphans(table, operation.foreignKey)];
    case 'createCheck':
      return [broken(table, operation.check.name ?? 'the check', operation.check.expression)];
    default:
      return [];
  }
}

/** Whether rows would get a value of the server's own in a new column. */
function hasNoValue(column: ColumnModel): boolean {
  return (
    !column.isNullable &&
    column.default === undefined &&
    column.asExpression === undefined &&
    column.generationStrategy === undefined
  );
}

function ofColumn({ column: name, to }: AlterColumn, table: TableModel): readonly RowQuestion[] {
  const actual = columnOf(table, name);
  if (actual === undefined) return [];
  const wanted = changeColumn(actual, to);
  const isFilled = actual.isNullable === true && !wanted.isNullable && wanted.asExpression === undefined;
  const questions = to.type === undefined && to.mysql === undefined ? [] : conversionsOf(actual, wanted);
  const isRecollated = wanted.collation !== undefined && wanted.collation !== actual.collation;
  const indexes = isRecollated ? uniqueIndexesOn(table, name) : [];
  return [
    ...(isFilled ? [nulls(table, name)] : []),
    ...questions.map((one) => converted(table, actual, wanted, one)),
    ...indexes.map((index) => duplicates(table, index, new Map([[name, wanted.collation ?? '']]))),
  ];
}

function uniqueIndexesOn(table: TableModel, column: string): readonly Unique[] {
  const { primaryKey, indices, uniques } = table;
  const all: Unique[] = [
    ...(primaryKey ? [{ name: 'the primary key', columnNames: primaryKey.columnNames }] : []),
    ...uniques.map(indexOfUnique),
    ...indices.filter(({ isUnique, expression }) => isUnique && expression === undefined),
  ];
  return all.filter(({ columnNames }) => columnNames.includes(column));
}

function columnOf(table: TableModel, name: string): ColumnModel | undefined {
  return table.columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

function anyRow(table: TableModel, column: string): RowQuestion {
  return {
    reads: [{ table, columns: [] }],
    from: (names) => quoteQualified(names.table(table)),
    found: (rows) => new NullValuesError(displayName(table), column, rows, true, quote),
  };
}

function nulls(table: TableModel, column: string): RowQuestion {
  return {
    reads: [{ table, columns: [column] }],
    from: (names) => `${quoteQualified(names.table(table))} WHERE ${quote(names.column(table, column))} IS NULL`,
    found: (rows) => new NullValuesError(displayName(table), column, rows, false, quote),
  };
}

function converted(
  table: TableModel,
  { name }: ColumnModel,
  wanted: ColumnModel,
  { condition, fault, loss }: Conversion,
): RowQuestion {
  const type = typeText(wanted);
  const where = { table: displayName(table), columns: [name] };
  return {
    reads: [{ table, columns: [name] }],
    from: (names) => `${quoteQualified(names.table(table))} WHERE ${condition(quote(names.column(table, name)))}`,
    shown: (names) => shownRow(table, [name], names),
    found: (rows, example) =>
      loss === undefined
        ? new UnfitRowsError(where, rows, example, {
            change: `cannot become ${type}`,
            fault: `${have(rows)} a value that ${fault}`,
            remedy: 'Change these values first',
          })
        : `In ${counted(rows)} of '${displayName(table)}' the value of '${name}' ${loss}, as it becomes ${type}` +
          `${example === undefined ? '' : `, for example ${example}`}.`,
  };
}

type Unique = Pick<IndexModel, 'name' | 'columnNames' | 'columnOptions'>;

/** The groups of rows that are one to a unique index, under the collations of its columns. */
function duplicates(
  table: TableModel,
  { name, columnNames, columnOptions = {} }: Unique,
  collations: ReadonlyMap<string, string> = new Map(),
): RowQuestion {
  const valueOf = (column: string, names: StartNames): string => {
    const prefix = /^\((\d+)\)/.exec(columnOptions[column] ?? '')?.[1];
    const collation = collations.get(column);
    const sql = quote(names.column(table, column));
    const value = prefix === undefined ? sql : `LEFT(${sql}, ${prefix})`;
    return collation === undefined ? value : `${value} COLLATE ${collation}`;
  };
  const from = (names: StartNames): string => {
    const values = columnNames.map((column) => valueOf(column, names));
    const isThere = columnNames.map((column) => `${quote(names.column(table, column))} IS NOT NULL`).join(' AND ');
    const shown = columnNames.map((column) => `MIN(${quote(names.column(table, column))})`);
    return (
      `(SELECT ${shownText(columnNames, shown)} AS shown FROM ${quoteQualified(names.table(table))} WHERE ${isThere} ` +
      `GROUP BY ${values.join(', ')} HAVING count(*) > 1) AS found`
    );
  };
  const where = { table: displayName(table), columns: columnNames };
  return {
    reads: [{ table, columns: columnNames }],
    from,
    shown: () => 'found.shown',
    found: (rows, example) =>
      new UnfitRowsError(where, rows, example, {
        change: `cannot be unique (${name})`,
        fault: `${rows === 1 ? '1 value is' : `${rows} values are`} in more than one row`,
        remedy: 'Change or delete all rows but one of each value first',
      }),
  };
}

/** Rows that refer to none. */
function orphans(table: TableModel, key: ForeignKeyModel): RowQuestion {
  const { columnNames, referencedColumnNames, referencedSchema, referencedTableName, name = 'the key' } = key;
  const parent: QualifiedName = {
    ...(referencedSchema !== undefined && { schema: referencedSchema }),
    name: referencedTableName,
  };
  const pairs = columnNames.map((column, at) => [column, referencedColumnNames[at] ?? ''] as const);
  return {
    reads: [
      { table, columns: columnNames },
      { table: parent, columns: referencedColumnNames },
    ],
    from: (names) => {
      const own = (column: string): string => `child.${quote(names.column(table, column))}`;
      const equal = pairs.map(([column, other]) => `parent.${quote(names.column(parent, other))} = ${own(column)}`);
      const conditions = [
        ...columnNames.map((column) => `${own(column)} IS NOT NULL`),
        `NOT EXISTS (SELECT 1 FROM ${quoteQualified(names.table(parent))} AS parent WHERE ${equal.join(' AND ')})`,
      ];
      return `${quoteQualified(names.table(table))} AS child WHERE ${conditions.join(' AND ')}`;
    },
    shown: (names) => shownRow(table, columnNames, names, 'child'),
    found: (rows, example) =>
      new UnfitRowsError({ table: displayName(table), columns: columnNames }, rows, example, {
        change: `cannot refer to '${displayName(parent)}' (${name})`,
        fault: `${have(rows)} a value that no row there has`,
        remedy: 'Correct or delete these rows first',
      }),
  };
}

function broken(table: TableModel, name: string, expression: string): RowQuestion {
  const own = qualifiedNameOf(table);
  return {
    reads: [{ table, columns: 'all' }],
    from: (names) => `${quoteQualified(names.table(own))} WHERE NOT (${closed(expression, MYSQL_SQL)})`,
    ...(table.primaryKey && { shown: (names) => shownRow(table, [], names) }),
    found: (rows, example) =>
      new UnfitRowsError({ table: displayName(table), columns: [] }, rows, example, {
        change: `cannot have the check ${name} (${expression})`,
        fault: `${counted(rows)} ${rows === 1 ? 'breaks' : 'break'} it`,
        remedy: 'Correct these rows first',
      }),
  };
}

/** Characters of a value that an example has. */
const MOST_SHOWN = 40;

/** SQL that shows values of a row and its primary key: `name = abc, id = 7`. */
function shownRow(table: TableModel, columns: readonly string[], names: StartNames, alias?: string): string {
  const keys = (table.primaryKey?.columnNames ?? []).filter((name) => !columns.includes(name));
  const all = [...columns, ...keys];
  const values = all.map((name) => `${alias === undefined ? '' : `${alias}.`}${quote(names.column(table, name))}`);
  return shownText(all, values);
}

function shownText(names: readonly string[], values: readonly string[]): string {
  const parts = names.map((name, at) => {
    const label = `${name} = `.replaceAll('\\', '\\\\').replaceAll("'", "''");
    return `'${label}', LEFT(CAST(${values[at]} AS CHAR CHARACTER SET utf8mb4), ${MOST_SHOWN})`;
  });
  return `CONCAT(${parts.join(`, ', ', `)})`;
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`;
}

function have(rows: number): string {
  return `${counted(rows)} ${rows === 1 ? 'has' : 'have'}`;
}
