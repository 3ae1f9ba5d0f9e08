import { MigrateError } from '../../../errors/migrate.error.js';
import { UnknownTableError } from '../../../errors/operations.errors.js';
import type { Operation, OperationOf, TableOperation } from '../../../operations/operation.js';
import { qualifiedKey, type TableModel } from '../../../schema/schema.model.js';
import { batchPlace } from '../../../sql/batch-condition.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import type { CompileContext, LockTaken } from '../../dialect.js';
import type { OnlineFacts, OnlineForm } from '../../online.js';
import { compile } from '../compile/compile.js';
import { effects } from '../effects/effects.js';
import { quote } from '../text.js';

const ASKED =
  'The server is asked to let others read and write the table meanwhile: it refuses the change rather than copy the table.';
const FILLED = 'In batches, each in a transaction of its own.';

/** Rows of a batch. */
const SIZE = 1000;

/** A change of a table in use, for which the server is asked not to keep others waiting. */
export async function onlineForm(
  operations: readonly Operation[],
  facts: OnlineFacts,
): Promise<OnlineForm | undefined> {
  const [first] = operations;
  if (first === undefined) return undefined;
  if (first.kind === 'execute') return filled(first, facts);
  const changes = changesOf(first);
  const table = changes && tableOf(first, facts);
  if (changes === undefined || table === undefined || facts.isNew(table)) return undefined;
  const locks = await locksOf(first, facts);
  const blocking = locks.find(({ blocks }) => blocks !== 'nothing');
  if (blocking !== undefined) {
    const whom = blocking.blocks === 'reads' ? 'everybody' : 'writers';
    const why = `No online form: ${whom} of '${table.name}' wait for it (${blocking.mode}).`;
    return { taken: 1, operations: [first], why, isPlain: true };
  }
  if (locks.length === 0) return undefined;
  const { name, schema } = table;
  const asked: Operation = {
    kind: 'batch',
    table: schema === undefined ? { name } : { schema, name },
    operations: changes,
    isOnline: true,
  };
  return { taken: 1, operations: [asked], why: ASKED };
}

function changesOf(operation: Operation): readonly TableOperation[] | undefined {
  if (operation.kind === 'batch') return operation.isOnline ? undefined : operation.operations;
  return CHANGES.has(operation.kind) ? [operation as TableOperation] : undefined;
}

const CHANGES: ReadonlySet<string> = new Set([
  'addColumn',
  'dropColumn',
  'renameColumn',
  'alterColumn',
  'createPrimaryKey',
  'createUnique',
  'dropUnique',
  'createCheck',
  'dropCheck',
  'createForeignKey',
  'dropForeignKey',
  'createIndex',
  'dropIndex',
  'renameIndex',
]);

/** An UPDATE that fills a column, in batches. */
function filled({ sql, parameters }: OperationOf<'execute'>, facts: OnlineFacts): OnlineForm | undefined {
  const [statement, ...others] = parseStatements(sql, MYSQL_SQL);
  if (statement?.kind !== 'update' || others.length > 0 || parameters !== undefined) return undefined;
  const table = facts.schema.tables.find((one) => qualifiedKey(one) === qualifiedKey(statement.table));
  if (table?.primaryKey === undefined || facts.isNew(table)) return undefined;
  if (batchPlace(sql, MYSQL_SQL, quote(table.name)) === undefined) return undefined;
  return { taken: 1, operations: [{ kind: 'inBatches', table: statement.table, sql, size: SIZE }], why: FILLED };
}

/** The locks of the statements of a change; none where it cannot be compiled without a database. */
async function locksOf(operation: Operation, { schema, server }: OnlineFacts): Promise<readonly LockTaken[]> {
  const context: CompileContext = {
    offline: true,
    kept: new Map(),
    schema: async () => schema,
    operations: async () => [],
    query: async () => [],
    table: async (name) => {
      const found = schema.tables.find((table) => qualifiedKey(table) === qualifiedKey(name));
      if (found === undefined) throw new UnknownTableError(name, schema.tables);
      return found;
    },
  };
  try {
    const statements = await compile(operation, context);
    return statements.flatMap(({ sql }) =>
      parseStatements(sql, MYSQL_SQL).flatMap(
        (statement) => effects(statement, { ...server, schema, operation }).locks,
      ),
    );
  } catch (error) {
    if (error instanceof MigrateError) return [];
    throw error;
  }
}

function tableOf(operation: Operation, { schema }: OnlineFacts): TableModel | undefined {
  if (!('table' in operation)) return undefined;
  const key = qualifiedKey(operation.table);
  return schema.tables.find((table) => qualifiedKey(table) === key);
}
