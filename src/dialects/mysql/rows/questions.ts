import { changeColumn } from '../../../operations/apply/apply-column.js';
import type { AlterColumn, TableOperation } from '../../../operations/operation.js';
import {
  type CheckModel,
  type ColumnModel,
  displayName,
  type ForeignKeyModel,
  type IndexModel,
  type QualifiedName,
  type TableModel,
} from '../../../schema/schema.model.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { mentionedNames } from '../../../sql/sources.js';
import { closed } from '../../../sql/statements.js';
import { NullValuesError } from '../../common/errors.js';
import type { RowsBefore } from '../../common/rows-at-start.js';
import { UnfitRowsError } from '../errors.js';
import { quote } from '../text.js';
import { typeText } from '../types.js';
import { indexOfUnique } from '../unique-index.js';
import { withQuotedColumns } from '../quoted-columns.js';
import { type Conversion, conversionsOf } from './conversions.js';
import type { RowQuestion } from './question.js';
import { isAdded, rowsOf } from './rows-of.js';

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
      return [broken(table, withQuotedColumns(operation.check, table))];
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
    from: (before) => rowsOf(table, [], before),
    found: (rows) => new NullValuesError(displayName(table), column, rows, true, quote),
  };
}

function nulls(table: TableModel, column: string): RowQuestion {
  return {
    reads: [{ table, columns: [column] }],
    from: (before) => `${rowsOf(table, [column], before)} WHERE ${quote(column)} IS NULL`,
    found: (rows, _example, before) =>
      new NullValuesError(displayName(table), column, rows, isAdded(before.column(table, column)), quote),
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
    reads: [{ table, columns: [name], isTyped: true }],
    from: (before) => `${rowsOf(table, [name, ...keyOf(table)], before)} WHERE ${condition(quote(name))}`,
    shown: (before) => shownRow(table, [name], before),
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
  const valueOf = (column: string): string => {
    const prefix = /^\((\d+)\)/.exec(columnOptions[column] ?? '')?.[1];
    const collation = collations.get(column);
    const value = prefix === undefined ? quote(column) : `LEFT(${quote(column)}, ${prefix})`;
    return collation === undefined ? value : `${value} COLLATE ${collation}`;
  };
  const isThere = columnNames.map((column) => `${quote(column)} IS NOT NULL`).join(' AND ');
  const shown = columnNames.map((column) => `MIN(${quote(column)})`);
  const where = { table: displayName(table), columns: columnNames };
  return {
    reads: [{ table, columns: columnNames }],
    from: (before) =>
      `(SELECT ${shownText(columnNames, shown)} AS shown FROM ${rowsOf(table, columnNames, before)} WHERE ${isThere} ` +
      `GROUP BY ${columnNames.map(valueOf).join(', ')} HAVING count(*) > 1) AS found`,
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
  const isThere = columnNames.map((column) => `child.${quote(column)} IS NOT NULL`);
  const equal = columnNames.map(
    (column, at) => `parent.${quote(referencedColumnNames[at] ?? '')} = child.${quote(column)}`,
  );
  return {
    reads: [
      { table, columns: columnNames },
      { table: parent, columns: referencedColumnNames },
    ],
    from: (before) => {
      const parents = `${rowsOf(parent, referencedColumnNames, before, 'parent')} WHERE ${equal.join(' AND ')}`;
      const conditions = [...isThere, `NOT EXISTS (SELECT 1 FROM ${parents})`];
      const children = rowsOf(table, [...columnNames, ...keyOf(table)], before, 'child');
      return `${children} WHERE ${conditions.join(' AND ')}`;
    },
    shown: (before) => shownRow(table, columnNames, before, 'child'),
    found: (rows, example) =>
      new UnfitRowsError({ table: displayName(table), columns: columnNames }, rows, example, {
        change: `cannot refer to '${displayName(parent)}' (${name})`,
        fault: `${have(rows)} a value that no row there has`,
        remedy: 'Correct or delete these rows first',
      }),
  };
}

function broken(table: TableModel, { name = 'the check', expression }: CheckModel): RowQuestion {
  const mentioned = new Set([...mentionedNames(expression, MYSQL_SQL)].map((word) => word.toLowerCase()));
  const columns = table.columns.flatMap((column) => (mentioned.has(column.name.toLowerCase()) ? column.name : []));
  return {
    reads: [{ table, columns, isTyped: true }],
    from: (before) =>
      `${rowsOf(table, [...columns, ...keyOf(table)], before)} WHERE NOT (${closed(expression, MYSQL_SQL)})`,
    ...(table.primaryKey && { shown: (before) => shownRow(table, [], before) }),
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
function shownRow(
  table: TableModel,
  columns: readonly string[],
  before: RowsBefore,
  alias?: string,
): string | undefined {
  const keys = keyOf(table).filter((name) => !columns.includes(name) && before.column(table, name) !== undefined);
  const all = [...columns, ...keys];
  const values = all.map((name) => `${alias === undefined ? '' : `${alias}.`}${quote(name)}`);
  return all.length === 0 ? undefined : shownText(all, values);
}

function keyOf({ primaryKey }: TableModel): readonly string[] {
  return primaryKey?.columnNames ?? [];
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
