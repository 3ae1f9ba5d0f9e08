import type { Dialect } from '../../dialects/dialect.js';
import { flatOperations } from '../../operations/flat-operations.js';
import type { Operation, OperationOf } from '../../operations/operation.js';
import {
  type ColumnModel,
  displayName,
  qualifiedKey,
  type QualifiedName,
  type SchemaModel,
} from '../../schema/schema.model.js';
import { stringLiteral } from '../render/source.js';
import { notNullStepsIn, isRefusedByRows } from '../render/added-columns.js';
import { widenedKeyMessages } from './widened-keys.js';
import { columnKey } from '../compare/column-key.js';

/** A warning about an operation that autogenerate wrote: what a person should know before running it. */
export interface Warning {
  readonly operation: Operation;
  readonly message: string;
}

/** What the warnings are derived from. */
export interface WarningSources extends Pick<WarningContext, 'conversionRisk' | 'quote' | 'rebuildsTables'> {
  readonly actual: SchemaModel;
  readonly wanted: SchemaModel;
}

/** The warnings about operations, at most one for each; the warnings of a batch are those about its members. */
export function warningsOf(
  operations: readonly Operation[],
  { actual, wanted, conversionRisk, quote, rebuildsTables }: WarningSources,
): Warning[] {
  if (operations.length === 0) return [];
  const flat = flatOperations(operations);
  const context = {
    defaults: defaultsIn(wanted),
    domains: domainsIn(actual),
    notConcurrent: concurrentOnPartitioned(actual, wanted),
    created: new Set(flat.flatMap((one) => (one.kind === 'createView' ? [qualifiedKey(one.view)] : []))),
    computed: columnsMadePlain(flat),
    notNullSteps: notNullStepsIn(flat),
    conversionRisk,
    quote,
    rebuildsTables,
  };
  return flat.flatMap((operation) => {
    const messages =
      operation.kind === 'createForeignKey'
        ? widenedKeyMessages(operation, flat, actual, quote)
        : messagesOf(operation, context);
    return messages.length === 0 ? [] : [{ operation, message: messages.join('; ') }];
  });
}

function defaultsIn({ tables }: SchemaModel): ReadonlyMap<string, string> {
  return new Map(
    tables.flatMap((table) =>
      table.columns.flatMap((column) =>
        column.default === undefined ? [] : [[columnKey(table, column.name), column.default] as const],
      ),
    ),
  );
}

function domainsIn({ tables }: SchemaModel): ReadonlyMap<string, ColumnModel> {
  return new Map(
    tables.flatMap((table) =>
      table.columns.flatMap((column) =>
        column.postgres?.domain === undefined ? [] : [[columnKey(table, column.name), column] as const],
      ),
    ),
  );
}

/** The keys of the indexes that are to be built concurrently on a partitioned table, which PostgreSQL cannot do. */
function concurrentOnPartitioned(actual: SchemaModel, wanted: SchemaModel): ReadonlySet<string> {
  const partitioned = new Set(
    actual.tables.flatMap((table) => (table.postgres?.partitionedBy === undefined ? [] : [qualifiedKey(table)])),
  );
  return new Set(
    wanted.tables
      .filter((table) => partitioned.has(qualifiedKey(table)))
      .flatMap((table) =>
        table.indices.flatMap(({ name, isConcurrent }) => (isConcurrent ? [columnKey(table, name)] : [])),
      ),
  );
}

function columnsMadePlain(operations: readonly Operation[]): Set<string> {
  return new Set(
    operations.flatMap((operation) =>
      operation.kind === 'alterColumn' && operation.to.asExpression === null
        ? [columnKey(operation.table, operation.column)]
        : [],
    ),
  );
}

interface WarningContext {
  /** The defaults of the columns that have one. */
  readonly defaults: ReadonlyMap<string, string>;
  /** The columns that are of a domain. */
  readonly domains: ReadonlyMap<string, ColumnModel>;
  /** The keys of views that are created, some of which are dropped before. */
  readonly created: ReadonlySet<string>;
  /** The keys of indexes that are to be built concurrently and cannot be. */
  readonly notConcurrent: ReadonlySet<string>;
  /** Columns that were generated before the operations. */
  readonly computed: ReadonlySet<string>;
  /** The operations that make an added column NOT NULL. */
  readonly notNullSteps: ReadonlySet<Operation>;
  readonly conversionRisk: Dialect['conversionRisk'];
  readonly quote: Dialect['quote'];
  /** Tables are rebuilt: NULL is replaced by the default as the rows are copied. */
  readonly rebuildsTables: boolean;
}

function messagesOf(operation: Operation, context: WarningContext): string[] {
  switch (operation.kind) {
    case 'dropTable':
      return [messageForDroppedTable(operation)];
    case 'dropColumn':
      return operation.was?.asExpression === undefined ? [`drops ${nameOf(operation)} with all its values`] : [];
    case 'addColumn':
      return isRefusedByRows(operation.column)
        ? [refusedByRows(nameOf({ table: operation.table, column: operation.column.name }))]
        : [];
    case 'alterColumn':
      return context.notNullSteps.has(operation)
        ? [messageForAddedColumn(operation, context)]
        : messagesForAlteredColumn(operation, context);
    case 'dropView':
      return context.created.has(qualifiedKey(operation.view)) ? [] : [messageForDroppedView(operation)];
    case 'validateConstraint':
      return [
        `the constraint "${operation.name}" on "${displayName(operation.table)}" is NOT VALID, so that rows from before it may not meet it: validating it fails while there are such rows`,
      ];
    case 'createIndex':
      return context.notConcurrent.has(columnKey(operation.table, operation.index.name))
        ? [messageForNotConcurrent(operation)]
        : [];
    case 'alterEnum':
      return messagesForAlteredEnum(operation);
    default:
      return [];
  }
}

function messageForNotConcurrent({ table, index }: OperationOf<'createIndex'>): string {
  return `the index "${index.name}" is not built concurrently, since "${displayName(table)}" is partitioned: nothing can be written to the table meanwhile`;
}

function nameOf({ table, column }: { readonly table: QualifiedName; readonly column: string }): string {
  return `"${displayName(table)}.${column}"`;
}

function refusedByRows(name: string): string {
  return `${name} is NOT NULL and has no default: this fails on a table with rows`;
}

/** The warning about an added column, with the statement that fills its rows, as code to complete. */
function messageForAddedColumn({ table, column }: OperationOf<'alterColumn'>, { quote }: WarningContext): string {
  const path = [...(table.schema === undefined ? [] : [table.schema]), table.name].map(quote).join('.');
  const sql = `UPDATE ${path} SET ${quote(column)} = … WHERE ${quote(column)} IS NULL`;
  const code = sql.includes('`') ? stringLiteral(sql) : `\`${sql}\``;
  return `${refusedByRows(nameOf({ table, column }))} unless each gets a value here:\nawait op.execute(${code});`;
}

function messagesForAlteredColumn(operation: OperationOf<'alterColumn'>, context: WarningContext): string[] {
  const { to, existing } = operation;
  const name = nameOf(operation);
  const key = columnKey(operation.table, operation.column);
  const domain = to.type === undefined ? undefined : context.domains.get(key);
  const risk = existing && context.conversionRisk({ ...existing, ...domain?.postgres?.domain?.base }, to);
  const isGenerated = typeof to.asExpression === 'string' && existing?.asExpression === null;
  return [
    ...(risk === undefined ? [] : [`${name} ${risk}`]),
    ...(domain === undefined ? [] : [messageForDomain(name, domain)]),
    ...gapMessages(operation, context.defaults.get(key), context.rebuildsTables),
    ...(isGenerated && !context.computed.has(key)
      ? [`${name} becomes generated: its values are replaced by those of the expression`]
      : []),
  ];
}

function messageForDomain(name: string, { type, postgres }: ColumnModel): string {
  const rules = postgres?.domain?.rules ?? [];
  const lost =
    rules.length === 0
      ? ''
      : `, and loses what that specifies: ${rules.join(', ')}. Add to the entity what is to be kept`;
  return `${name} is no longer of the domain ${type}${lost}`;
}

function messageForDroppedTable({ table, was }: OperationOf<'dropTable'>): string {
  const name = displayName(table);
  if (was?.postgres?.partitionedBy !== undefined) {
    return `drops the table "${name}" with its partitions and all their rows; the downgrade creates one that is not PARTITIONED BY ${was.postgres.partitionedBy}, without the partitions`;
  }
  const parents = (was?.postgres?.inherits ?? []).map((parent) => `"${displayName(parent)}"`).join(', ');
  return parents === ''
    ? `drops the table "${name}" with all its rows`
    : `drops the table "${name}" with all its rows; the downgrade creates one that does not inherit from ${parents}`;
}

function messageForDroppedView({ view, materialized }: OperationOf<'dropView'>): string {
  const kind = materialized ? 'materialized view' : 'view';
  return `drops the ${kind} "${displayName(view)}", which no entity has; the downgrade makes it again, without what else it has, such as privileges and comments`;
}

/**
 * Warnings about rows that hold NULL in a column that becomes NOT NULL.
 *
 * @param value its default, which rows are given: by the rebuild, or by an UPDATE among the operations, of which nobody is warned
 */
function gapMessages(operation: OperationOf<'alterColumn'>, value: string | undefined, rebuilds: boolean): string[] {
  const { to, existing } = operation;
  if (to.isNullable !== false || existing?.isNullable !== true) return [];
  if (value === undefined) return [`${nameOf(operation)} becomes NOT NULL: this fails while rows hold NULL`];
  return rebuilds ? [`${nameOf(operation)} becomes NOT NULL: rows that hold NULL are given its default, ${value}`] : [];
}

/** Warnings about rows that a rebuild gives a default in the downgrade. */
export function gapsFilledByDowngrade(downgrade: readonly Operation[], actual: SchemaModel): Warning[] {
  if (downgrade.length === 0) return [];
  const defaults = defaultsIn(actual);
  return flatOperations(downgrade).flatMap((operation) => {
    if (operation.kind !== 'alterColumn') return [];
    const value = defaults.get(columnKey(operation.table, operation.column));
    if (value === undefined) return [];
    return gapMessages(operation, value, true).map((message) => ({ operation, message }));
  });
}

function messagesForAlteredEnum({ enum: type, values, existing }: OperationOf<'alterEnum'>): string[] {
  const removed = existing?.filter((value) => !values.includes(value)) ?? [];
  if (removed.length === 0) return [];
  const list = removed.map((value) => `'${value}'`).join(', ');
  return [
    `the enum "${displayName(type)}" loses ${list}: this fails while rows hold ${removed.length > 1 ? 'them' : 'it'}`,
  ];
}
