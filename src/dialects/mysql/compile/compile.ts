import type { Operation, TableOperation } from '../../../operations/operation.js';
import type { QualifiedName } from '../../../schema/schema.model.js';
import { insertRows, type InsertWriter } from '../../common/inserts.js';
import type { CompileContext, Statement } from '../../dialect.js';
import { refuseUnsupported } from '../refuse.js';
import { literal, quote, quoteQualified } from '../text.js';
import { alterTable } from './alter-table.js';
import { inBatches } from './batches.js';
import { askedOnline } from './online.js';
import { createTableSql } from './create-table.js';
import { dropSchema } from './drop-schema.js';
import { withOwnDatabase } from './own-database.js';
import { renameLabel } from './rename-label.js';
import { viewsFollowing } from './renamed-in-views.js';
import { alterView, createView, dropView } from './views.js';
import { hasZonedDefault, inZone } from './zone.js';

/** Values are written as literals: the driver would write dates in the zone of the process, and objects not as JSON. */
const insertWriter: InsertWriter = {
  quote,
  rowsPerStatement: 500,
  parametersPerStatement: Infinity,
  write: (value) => literal(value),
  writesDefault: true,
  emptyRow: '() VALUES ()',
};

/**
 * The statements of an operation, in order.
 *
 * @throws UnsupportedOperationError when MySQL does not support the operation or an option
 * @throws NullValuesError when rows would have no value in a NOT NULL column
 */
export async function compile(operation: Operation, context: CompileContext): Promise<readonly Statement[]> {
  refuseUnsupported(operation);
  switch (operation.kind) {
    case 'createTable':
      return [
        {
          sql: createTableSql(await withOwnDatabase(operation.table, context), operation.ifNotExists),
          ...inZone(operation.table.columns.some(hasZonedDefault)),
        },
      ];
    case 'dropTable':
      return [{ sql: `DROP TABLE ${operation.ifExists ? 'IF EXISTS ' : ''}${quoteQualified(operation.table)}` }];
    case 'renameTable':
      return [
        { sql: `RENAME TABLE ${quoteQualified(operation.table)} TO ${quoteQualified(operation.to)}` },
        ...(await viewsFollowing([operation], context)),
      ];
    case 'renameLabel':
      return renameLabel(operation, context);
    case 'renameView':
      return [{ sql: `RENAME TABLE ${quoteQualified(operation.view)} TO ${quoteQualified(operation.to)}` }];
    case 'createView':
      return createView(operation, context);
    case 'dropView':
      return dropView(operation, context);
    case 'alterView':
      return alterView(operation, context);
    case 'createSchema':
      return [{ sql: `CREATE DATABASE ${operation.ifNotExists ? 'IF NOT EXISTS ' : ''}${quote(operation.name)}` }];
    case 'dropSchema':
      return dropSchema(operation, context);
    case 'bulkInsert':
      return insertRows(quoteQualified(operation.table), operation.rows, insertWriter);
    case 'inBatches':
      return inBatches(operation, context);
    case 'execute': {
      const { sql, parameters } = operation;
      return [{ sql, ...(parameters && { parameters }) }];
    }
    case 'batch':
      for (const part of operation.operations) refuseUnsupported(part);
      return operation.isOnline
        ? askedOnline(await changeTable(operation.table, operation.operations, context), operation, context)
        : changeTable(operation.table, operation.operations, context);
    default:
      return changeTable(operation.table, [operation], context);
  }
}

async function changeTable(
  table: QualifiedName,
  operations: readonly TableOperation[],
  context: CompileContext,
): Promise<readonly Statement[]> {
  const renames = operations.flatMap((operation) =>
    operation.kind === 'renameColumn' ? [{ table, column: operation.from, to: { name: operation.to } }] : [],
  );
  return [...(await alterTable(table, operations, context)), ...(await viewsFollowing(renames, context))];
}
