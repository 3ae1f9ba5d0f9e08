import type { AlterColumn, Operation, OperationOf } from '../../../operations/operation.js';
import { qualifiedKey, type TableModel } from '../../../schema/schema.model.js';
import { batchPlace } from '../../../sql/batch-condition.js';
import { parseStatements } from '../../../sql/ddl/parse.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import type { OnlineFacts, OnlineForm } from '../../online.js';
import { identityClause } from '../compile/columns.js';
import { doBlock, stringLiteral } from '../literal.js';
import { identifier, quote, quoteQualified, sequenceName } from '../names.js';
import { typeName } from '../types.js';
import { Known } from '../effects/facts.js';
import { behindVacuum } from './twins.js';
import { workOf } from './work.js';

const PROVED = 'A check is validated while others use the table, so that SET NOT NULL reads no row.';
const FILLED = 'In batches, each in a transaction of its own.';
const VOLATILE = 'The default is another value for each row: new rows get it at once, those that are there in batches.';

/** Rows of a batch: some milliseconds each. */
const SIZE = 1000;

/** SET NOT NULL behind a check that proves it, and the other changes before it. Undefined where the type changes too. */
export async function alteredColumn(
  operation: AlterColumn,
  table: TableModel,
  facts: OnlineFacts,
): Promise<OnlineForm | undefined> {
  if (operation.to.isNullable !== false) return undefined;
  const column = table.columns.find(({ name }) => name === operation.column);
  if (column !== undefined && column.isNullable !== true) return undefined;
  const work = await workOf(operation, facts);
  if (work.length === 0 || work.some(({ kind }) => kind !== 'scan')) return undefined;
  return { taken: 1, operations: [...withoutNullability(operation), ...notNull(operation, table)], why: PROVED };
}

/**
 * An UPDATE that fills a column, in batches. Where the column becomes NOT NULL behind it, it gets its default before it: new rows must
 * have a value too.
 */
export function filledColumn(
  { sql, parameters }: OperationOf<'execute'>,
  next: Operation | undefined,
  facts: OnlineFacts,
): OnlineForm | undefined {
  const [statement, ...others] = parseStatements(sql, POSTGRES_SQL);
  if (statement?.kind !== 'update' || others.length > 0 || parameters !== undefined) return undefined;
  const name = new Known({ schema: facts.schema }).nameOf(statement.table);
  const table = facts.schema.tables.find((one) => qualifiedKey(one) === qualifiedKey(name));
  if (table?.primaryKey === undefined || facts.isNew(table)) return undefined;
  if (batchPlace(sql, POSTGRES_SQL, quote(name.name)) === undefined) return undefined;
  const batches: Operation = { kind: 'inBatches', table: name, sql, size: SIZE };
  const isBehind =
    next?.kind === 'alterColumn' &&
    next.to.isNullable === false &&
    next.to.type === undefined &&
    qualifiedKey(next.table) === qualifiedKey(name);
  if (!isBehind) return { taken: 1, operations: [batches], why: FILLED };
  const operations = [...withoutNullability(next), batches, ...notNull(next, table)];
  return { taken: 2, operations, why: `${FILLED} ${PROVED}` };
}

/** A column whose default differs from row to row: first without values, then with the default, then the rows in batches. */
export async function addedColumn(
  operation: OperationOf<'addColumn'>,
  table: TableModel,
  facts: OnlineFacts,
): Promise<OnlineForm | undefined> {
  const { column, table: name } = operation;
  const { default: value, generationStrategy, generatedIdentity: _kind, ...rest } = column;
  const isIdentity = generationStrategy === 'identity';
  const isCounting = (generationStrategy === 'increment' || isIdentity) && value === undefined;
  const isPlain = generationStrategy === undefined && value !== undefined && column.asExpression === undefined;
  if ((!isPlain && !isCounting) || table.primaryKey === undefined) return undefined;
  const added: Operation = { ...operation, column: { ...rest, isNullable: true } };
  const withDefault = await workOf(operation, facts);
  // What remains without the default is the work of its type.
  if (withDefault.length === 0 || (await workOf(added, facts)).length > 0) return undefined;
  const quoted = quote(column.name);
  const fill = `UPDATE ${quoteQualified(name)} SET ${quoted} = DEFAULT WHERE ${quoted} IS NULL`;
  const required: AlterColumn = {
    kind: 'alterColumn',
    table: name,
    column: column.name,
    to: { isNullable: false },
    existing: { isNullable: true },
  };
  return {
    taken: 1,
    operations: [
      added,
      ...(value === undefined ? counted(operation) : [withDefaultOf(operation, value)]),
      { kind: 'inBatches', table: name, sql: fill, size: SIZE },
      ...(column.isNullable ? [] : notNull(required, table)),
      ...(isIdentity ? [becomesIdentity(operation)] : []),
    ],
    why: VOLATILE,
  };
}

function withDefaultOf({ table, column }: OperationOf<'addColumn'>, value: string): Operation {
  return { kind: 'alterColumn', table, column: column.name, to: { default: value }, existing: { default: null } };
}

function sequenceOf({ table, column }: OperationOf<'addColumn'>): string {
  return quoteQualified({ ...table, name: sequenceName(table.name, column.name) });
}

/** The sequence of a counting column, as PostgreSQL itself makes it. */
function counted(operation: OperationOf<'addColumn'>): readonly Operation[] {
  const { table, column } = operation;
  const sequence = sequenceOf(operation);
  const type = ['smallint', 'integer', 'bigint'].find((one) => one === typeName(column.type)) ?? 'bigint';
  const owner = `${quoteQualified(table)}.${quote(column.name)}`;
  const next = `nextval(${stringLiteral(sequence)}::regclass)`;
  return [
    { kind: 'execute', sql: `CREATE SEQUENCE ${sequence} AS ${type} OWNED BY ${owner}` },
    {
      kind: 'execute',
      sql: `ALTER TABLE ${quoteQualified(table)} ALTER COLUMN ${quote(column.name)} SET DEFAULT ${next}`,
    },
  ];
}

/** A block that gives a counting column an identity in the place of its sequence, which goes on with the next number. */
function becomesIdentity(operation: OperationOf<'addColumn'>): Operation {
  const { table, column } = operation;
  const sequence = sequenceOf(operation);
  const alter = `ALTER TABLE ${quoteQualified(table)} ALTER COLUMN ${quote(column.name)}`;
  const owned = `pg_catalog.pg_get_serial_sequence(${stringLiteral(quoteQualified(table))}, ${stringLiteral(identifier(column.name))})`;
  const body = [
    'DECLARE following bigint;',
    'BEGIN',
    `  ${alter} DROP DEFAULT;`,
    `  following := nextval(${stringLiteral(sequence)}::regclass);`,
    `  DROP SEQUENCE ${sequence};`,
    `  ${alter} ADD ${identityClause(column.generatedIdentity)};`,
    `  PERFORM setval(${owned}::regclass, following, false);`,
    'END',
  ];
  return { kind: 'execute', sql: doBlock(body.join('\n')) };
}

/** SET NOT NULL in steps that read no row under a lock that others wait for. */
function notNull({ table, column }: Pick<AlterColumn, 'table' | 'column'>, model: TableModel): readonly Operation[] {
  const name = checkName(column, model);
  const check = { name, expression: `${quote(column)} IS NOT NULL`, isNotValid: true } as const;
  return [
    behindVacuum(table),
    { kind: 'createCheck', table, check },
    { kind: 'validateConstraint', table, name, isConcurrent: true },
    { kind: 'alterColumn', table, column, to: { isNullable: false }, existing: { isNullable: true } },
    { kind: 'dropCheck', table, name, was: { name, expression: check.expression } },
  ];
}

/** The longest name that is not cut, in bytes. */
const MAX_NAME = 63;

/** A name that no constraint of the table has. */
function checkName(column: string, { checks }: TableModel): string {
  for (let number = 0; ; number += 1) {
    const suffix = number === 0 ? '_is_not_null' : `_is_not_null_${number}`;
    let start = column;
    while (Buffer.byteLength(start + suffix) > MAX_NAME) start = start.slice(0, -1);
    const name = start + suffix;
    if (!checks.some((check) => check.name === name)) return name;
  }
}

/** The other changes of a column, without that of NOT NULL. */
function withoutNullability(operation: AlterColumn): readonly Operation[] {
  const { isNullable: _isNullable, ...to } = operation.to;
  if (Object.keys(to).length === 0) return [];
  if (operation.existing === undefined) return [{ ...operation, to }];
  const { isNullable: _wasNullable, ...existing } = operation.existing;
  return [{ ...operation, to, existing }];
}
