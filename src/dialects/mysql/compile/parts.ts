import { isScript } from '../../common/is-script.js';
import type { TableOperation } from '../../../operations/operation.js';
import type { ForeignKeyModel, IndexModel, TableModel } from '../../../schema/schema.model.js';
import { constraintsToDrop } from '../../../operations/call/dropped-constraint.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import type { CompileContext } from '../../dialect.js';
import { UnsupportedOperationError } from '../../../errors/operations.errors.js';
import { withQuotedColumns } from '../quoted-columns.js';
import { quote, quoteString } from '../text.js';
import { alterColumnParts } from './alter-column.js';
import { clauses, indexClause, indexedColumns, serves } from './clauses.js';
import { columnSql } from './column-sql.js';
import type { AlterPart } from './part.js';
import { fillsByZone } from './zone.js';

/** The names of the indexes that foreign keys have brought, looked up where they matter. */
export type FindImplicit = () => Promise<ReadonlySet<string>>;

/**
 * The parts of ALTER TABLE that do an operation on a table as it is before it.
 *
 * @param implicit those of the table as it is before the first operation
 */
export async function partsOf(
  operation: TableOperation,
  table: TableModel,
  context: CompileContext,
  implicit: FindImplicit,
): Promise<readonly AlterPart[]> {
  switch (operation.kind) {
    case 'addColumn': {
      const { column } = operation;
      return addColumn(column, table, context);
    }
    case 'dropColumn':
      return [dropColumn(operation.column, table)];
    case 'renameColumn': {
      const { from, to } = operation;
      return [{ clauses: [`RENAME COLUMN ${quote(from)} TO ${quote(to)}`], columns: [from, to], moved: [from, to] }];
    }
    case 'alterColumn':
      return alterColumnParts(operation, table);
    case 'createPrimaryKey':
      return [{ clauses: [`ADD ${clauses.primaryKey(operation.primaryKey)}`], uses: operation.primaryKey.columnNames }];
    case 'dropPrimaryKey':
      return [{ clauses: ['DROP PRIMARY KEY'] }];
    case 'createCheck':
      return [{ clauses: [`ADD ${clauses.check(withQuotedColumns(operation.check, table))}`], isZoned: true }];
    case 'dropCheck':
      return [
        {
          clauses: constraintsToDrop(table, operation, MYSQL_SQL).map(
            ({ name = '' }) => `DROP CONSTRAINT ${quote(name)}`,
          ),
        },
      ];
    case 'createForeignKey':
      return [createForeignKey(operation.foreignKey)];
    case 'dropForeignKey': {
      const keys = constraintsToDrop(table, operation, MYSQL_SQL) as readonly ForeignKeyModel[];
      return [dropForeignKeys(keys, table, await implicit())];
    }
    case 'renameConstraint':
      return renameConstraint(operation, table, implicit);
    case 'createIndex':
      return [await createIndex(operation.index, table, implicit)];
    case 'dropIndex':
      return [
        {
          clauses: [`DROP INDEX ${quote(operation.name)}`, ...stillNeeded(operation.name, table)],
          indexes: [operation.name],
        },
      ];
    case 'renameIndex':
      return [
        {
          clauses: [`RENAME INDEX ${quote(operation.from)} TO ${quote(operation.to)}`],
          renamedIndexes: [operation.from, operation.to],
        },
      ];
    case 'setTableComment':
      return [{ clauses: [`COMMENT = ${quoteString(operation.comment ?? '')}`] }];
    case 'setTableEngine':
      return [{ clauses: [`ENGINE = ${quote(operation.engine)}`] }];
    default:
      throw new UnsupportedOperationError(operation.kind, 'MySQL', 'it has no such thing');
  }
}

async function addColumn(
  column: Extract<TableOperation, { kind: 'addColumn' }>['column'],
  table: TableModel,
  context: CompileContext,
): Promise<readonly AlterPart[]> {
  const hasNoValue =
    !column.isNullable &&
    column.default === undefined &&
    column.asExpression === undefined &&
    column.generationStrategy === undefined;
  const part = (definition: string): AlterPart => ({
    clauses: [definition],
    columns: [column.name],
    isZoned: fillsByZone(column),
  });
  if (!hasNoValue) {
    // A column that counts must be a key from the beginning.
    const isKey = column.generationStrategy === 'increment' && table.primaryKey === undefined;
    return [{ ...part(`ADD COLUMN ${columnSql(column)}`), ...(isKey && { uses: [] }) }];
  }
  if (isScript(context)) {
    // The server would give rows a value of its own; this way the second statement fails where there are any.
    return [
      part(`ADD COLUMN ${columnSql({ ...column, isNullable: true })}`),
      part(`MODIFY COLUMN ${columnSql(column)}`),
    ];
  }
  return [part(`ADD COLUMN ${columnSql(column)}`)];
}

/** Drops a column, and the indexes that it is in with others: the server would make them shorter ones. */
function dropColumn(column: string, table: TableModel): AlterPart {
  const shortened = table.indices.filter(({ columnNames }) => columnNames.length > 1 && columnNames.includes(column));
  return {
    clauses: [...shortened.map(({ name }) => `DROP INDEX ${quote(name)}`), `DROP COLUMN ${quote(column)}`],
    columns: [column],
  };
}

function createForeignKey(key: ForeignKeyModel): AlterPart {
  return {
    clauses: [`ADD ${clauses.foreignKey(key)}`],
    uses: key.columnNames,
    ...(key.name !== undefined && { addedKeys: [key.name] }),
  };
}

/** Drops foreign keys, and the indexes that they have brought: those stay otherwise, and no entity has them. */
function dropForeignKeys(
  keys: readonly ForeignKeyModel[],
  table: TableModel,
  implicit: ReadonlySet<string>,
): AlterPart {
  const others = table.foreignKeys.filter((key) => !keys.includes(key));
  const own = indexedColumns(table);
  const isNeeded = (key: ForeignKeyModel): boolean =>
    others.some(
      (other) => serves(key.columnNames, other) && ![...own.values()].some((columnNames) => serves(columnNames, other)),
    );
  const indexes = keys.filter((key) => key.name !== undefined && implicit.has(key.name) && !isNeeded(key));
  return {
    clauses: [
      ...keys.map(({ name = '' }) => `DROP FOREIGN KEY ${quote(name)}`),
      ...indexes.map(({ name = '' }) => `DROP INDEX ${quote(name)}`),
    ],
    droppedKeys: keys.map(({ name = '' }) => name),
  };
}

/** Creates an index in place of those that foreign keys have brought, and that it makes superfluous. */
async function createIndex(index: IndexModel, table: TableModel, implicit: FindImplicit): Promise<AlterPart> {
  const isPlain = !index.isFulltext && !index.isSpatial && index.expression === undefined;
  const served = isPlain ? table.foreignKeys.filter((key) => serves(index.columnNames, key)) : [];
  const names = served.length === 0 ? undefined : await implicit();
  const replaced = served.filter(({ name }) => name !== undefined && name !== index.name && names?.has(name));
  return {
    clauses: [...replaced.map(({ name = '' }) => `DROP INDEX ${quote(name)}`), `ADD ${indexClause(index)}`],
    uses: index.columnNames,
    indexes: [index.name],
  };
}

/** Indexes in place of one that is dropped, for the foreign keys that need it; with the names that the server would give them. */
function stillNeeded(dropped: string, table: TableModel): readonly string[] {
  const columns = indexedColumns(table);
  const lost = columns.get(dropped);
  if (lost === undefined) return [];
  const others = [...columns].filter(([name]) => name !== dropped).map(([, columnNames]) => columnNames);
  return table.foreignKeys
    .filter((key) => serves(lost, key) && !others.some((columnNames) => serves(columnNames, key)))
    .map(({ name = '', columnNames }) => `ADD ${indexClause({ name, columnNames })}`);
}

/** The servers rename no constraint: it is dropped, and created under its new name in the same statement. */
async function renameConstraint(
  { kind, from, to }: Extract<TableOperation, { kind: 'renameConstraint' }>,
  table: TableModel,
  implicit: FindImplicit,
): Promise<readonly AlterPart[]> {
  const key = table.foreignKeys.find(({ name }) => name === from);
  if (key !== undefined) {
    const drop = dropForeignKeys([key], table, await implicit());
    return [
      {
        ...createForeignKey({ ...key, name: to }),
        clauses: [...drop.clauses, `ADD ${clauses.foreignKey({ ...key, name: to })}`],
        droppedKeys: [from],
      },
    ];
  }
  const check = table.checks.find(({ name }) => name === from);
  if (check === undefined)
    throw new UnsupportedOperationError(kind, 'MySQL', `it has no constraint '${from}' that could be renamed`);
  return [{ clauses: [`DROP CONSTRAINT ${quote(from)}`, `ADD ${clauses.check({ ...check, name: to })}`] }];
}
