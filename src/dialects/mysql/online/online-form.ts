import type { Operation, OperationOf, TableOperation } from '../../../operations/operation.js';
import { flatOperations } from '../../../operations/flat-operations.js';
import { qualifiedKey, type TableModel } from '../../../schema/schema.model.js';
import { batchPlace } from '../../../sql/batch-condition.js';
import { mentionsColumn } from '../../../sql/columns.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { compiledEffects } from '../../common/effects/compiled-effects.js';
import type { LockTaken } from '../../dialect.js';
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
  if (first.kind === 'execute') return filled(first, operations.slice(1), facts);
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

/**
 * An UPDATE that fills a column, in batches. Where the column becomes NOT NULL behind it, it gets its default before it: rows that are
 * written meanwhile must have a value too.
 */
function filled(
  { sql, parameters }: OperationOf<'execute'>,
  following: readonly Operation[],
  facts: OnlineFacts,
): OnlineForm | undefined {
  const [statement, ...others] = parseStatements(sql, MYSQL_SQL);
  if (statement?.kind !== 'update' || others.length > 0 || parameters !== undefined) return undefined;
  const table = facts.schema.tables.find((one) => qualifiedKey(one) === qualifiedKey(statement.table));
  if (table?.primaryKey === undefined || facts.isNew(table)) return undefined;
  if (batchPlace(sql, MYSQL_SQL, quote(table.name)) === undefined) return undefined;
  const batches: Operation = { kind: 'inBatches', table: statement.table, sql, size: SIZE };
  return { taken: 1, operations: [...defaultBefore(sql, following, table), batches], why: FILLED };
}

/** The default of a column that an UPDATE fills and that becomes NOT NULL behind it, as a change of its own. */
function defaultBefore(sql: string, following: readonly Operation[], table: TableModel): readonly Operation[] {
  const changes = flatOperations(following).flatMap((operation): readonly TableOperation[] => {
    if (operation.kind !== 'alterColumn' || qualifiedKey(operation.table) !== qualifiedKey(table)) return [];
    const { column, to, existing } = operation;
    const isFilled = to.isNullable === false && to.type === undefined && mentionsColumn(sql, column, MYSQL_SQL);
    if (!isFilled || to.default === undefined || to.default === null) return [];
    const was = existing && { existing: { default: existing.default ?? null } };
    return [{ kind: 'alterColumn', table: operation.table, column, to: { default: to.default }, ...was }];
  });
  const [first] = changes;
  return first === undefined ? [] : [{ kind: 'batch', table: first.table, operations: changes, isOnline: true }];
}

/** The locks of the statements of a change; none where it cannot be compiled without a database. */
async function locksOf(operation: Operation, facts: OnlineFacts): Promise<readonly LockTaken[]> {
  const found = await compiledEffects(operation, facts, { compile, effects, sqlRules: MYSQL_SQL });
  return found.flatMap(({ locks }) => locks);
}

function tableOf(operation: Operation, { schema }: OnlineFacts): TableModel | undefined {
  if (!('table' in operation)) return undefined;
  const key = qualifiedKey(operation.table);
  return schema.tables.find((table) => qualifiedKey(table) === key);
}
