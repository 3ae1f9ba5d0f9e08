import type { Operation, OperationOf, TableOperation } from '../../../operations/operation.js';
import { qualifiedKey, type QualifiedName, type TableModel } from '../../../schema/schema.model.js';
import type { OnlineFacts, OnlineForm } from '../../online.js';
import { adviceOn } from './advice.js';
import { addedColumn, alteredColumn, filledColumn } from './columns.js';
import { exchanged } from './exchanged.js';
import { onlineIndex, onlineKey, onlineUnique, validatedLater } from './constraints.js';
import { workOf } from './work.js';

/** The online form of a change of a table that others read and write meanwhile. */
export async function onlineForm(
  operations: readonly Operation[],
  facts: OnlineFacts,
): Promise<OnlineForm | undefined> {
  const [first] = operations;
  if (first === undefined) return undefined;
  if (first.kind === 'execute') return filledColumn(first, operations[1], facts);
  if (first.kind === 'alterEnum') return rewritten(first, facts);
  const table = ownerOf(first, facts);
  if (table === undefined || facts.isNew(table)) return undefined;
  // Foreign keys come before the key that they refer to.
  const key = operations.find(({ kind }) => kind !== 'dropForeignKey');
  const keyTable = key && ownerOf(key, facts);
  const isExchangeable = keyTable !== undefined && !isPartitioned(keyTable) && !facts.isNew(keyTable);
  const exchange = isExchangeable ? exchanged(operations) : undefined;
  return exchange ?? formOf(first as TableOperation, table, facts);
}

async function formOf(
  operation: TableOperation,
  table: TableModel,
  facts: OnlineFacts,
): Promise<OnlineForm | undefined> {
  switch (operation.kind) {
    case 'createIndex':
    case 'dropIndex':
      return isPartitioned(table) ? rewritten(operation, facts) : onlineIndex(operation);
    case 'createUnique':
      return isPartitioned(table) ? rewritten(operation, facts) : onlineUnique(operation);
    case 'createPrimaryKey':
      return isPartitioned(table) || facts.hasLostKey(table) ? rewritten(operation, facts) : onlineKey(operation);
    case 'createForeignKey':
      return isPartitioned(table) && (facts.server.version ?? 0) < 18
        ? rewritten(operation, facts)
        : validatedLater(operation);
    case 'createCheck':
    case 'validateConstraint':
      return validatedLater(operation);
    case 'alterColumn':
      return (await alteredColumn(operation, table, facts)) ?? rewritten(operation, facts);
    case 'addColumn':
      return (await addedColumn(operation, table, facts)) ?? rewritten(operation, facts);
    case 'createExclusion':
      return rewritten(operation, facts);
    default:
      return undefined;
  }
}

/** Its constraints and indexes are those of its partitions too, which PostgreSQL builds in no other way. */
function isPartitioned({ postgres }: TableModel): boolean {
  return postgres?.partitionedBy !== undefined;
}

const WORK = { scan: 'reads', build: 'indexes', rewrite: 'writes again' };

/** An operation without an online form, where it works on the rows of tables in use while it locks them. */
async function rewritten(operation: Operation, facts: OnlineFacts): Promise<OnlineForm | undefined> {
  const work = (await workOf(operation, facts)).filter(({ table }) => !facts.isNew(table));
  const [heaviest] = [...work].sort((one, other) => RANK.indexOf(other.kind) - RANK.indexOf(one.kind));
  if (heaviest === undefined) return undefined;
  const { kind, table, reason } = heaviest;
  const because = reason === undefined ? '' : ` (${reason})`;
  const why = `No online form: it ${WORK[kind]} all rows of '${table.name}' while others wait${because}.`;
  const advice = adviceOn(operation, ownerOf(operation, facts));
  return {
    taken: 1,
    operations: [operation],
    why: [why, advice].filter((one) => one !== '').join('\n'),
    isPlain: true,
  };
}

const RANK = ['scan', 'build', 'rewrite'];

/** The table of an operation as it is before it; undefined for operations on other things. */
function ownerOf(operation: Operation, { schema }: OnlineFacts): TableModel | undefined {
  if (!('table' in operation) || !isOnTable(operation)) return undefined;
  const key = qualifiedKey(operation.table as QualifiedName);
  return schema.tables.find((table) => qualifiedKey(table) === key);
}

const OTHERS = ['createTable', 'dropTable', 'renameTable', 'batch', 'bulkInsert', 'inBatches'] as const;

function isOnTable(operation: Operation): operation is Exclude<TableOperation, OperationOf<(typeof OTHERS)[number]>> {
  return !(OTHERS as readonly string[]).includes(operation.kind);
}
