import type { ColumnChange, Operation, OperationOf } from '../operations/operation.js';
import { type ColumnModel, displayName, type QualifiedName, type SchemaModel } from '../schema/schema.model.js';
import { columnKey } from './enum-users.js';

/** What a person should know before running an operation that autogenerate wrote. */
export interface Warning {
  readonly operation: Operation;
  readonly message: string;
}

/** The warnings that operations deserve by themselves, at most one for each; those of a batch are of the operations in it. */
export function warningsOf(operations: readonly Operation[], wanted: SchemaModel): Warning[] {
  const filled = columnsWithDefault(wanted);
  const flat = operations.flatMap((operation): readonly Operation[] =>
    operation.kind === 'batch' ? operation.operations : [operation],
  );
  return flat.flatMap((operation) => {
    const messages = messagesOf(operation, filled);
    return messages.length === 0 ? [] : [{ operation, message: messages.join('; ') }];
  });
}

function columnsWithDefault({ tables }: SchemaModel): Set<string> {
  return new Set(
    tables.flatMap((table) =>
      table.columns.flatMap((column) => (column.default === undefined ? [] : [columnKey(table, column.name)])),
    ),
  );
}

function messagesOf(operation: Operation, filled: ReadonlySet<string>): string[] {
  switch (operation.kind) {
    case 'dropTable':
      return [`drops the table "${displayName(operation.table)}" with all its rows`];
    case 'dropColumn':
      return operation.was?.asExpression === undefined ? [`drops ${nameOf(operation)} with all its values`] : [];
    case 'addColumn':
      return isRefusedByRows(operation.column) ? [messageForAddedColumn(operation)] : [];
    case 'alterColumn':
      return messagesForAlteredColumn(operation, filled.has(columnKey(operation.table, operation.column)));
    case 'alterEnum':
      return messagesForAlteredEnum(operation);
    default:
      return [];
  }
}

function nameOf({ table, column }: { readonly table: QualifiedName; readonly column: string }): string {
  return `"${displayName(table)}.${column}"`;
}

function isRefusedByRows({ isNullable, default: sql, asExpression, generationStrategy }: ColumnModel): boolean {
  return !isNullable && sql === undefined && asExpression === undefined && generationStrategy === undefined;
}

function messageForAddedColumn({ table, column }: OperationOf<'addColumn'>): string {
  const name = nameOf({ table, column: column.name });
  return `${name} is NOT NULL and has no default: this fails on a table with rows. Add it as nullable, fill it, then make it NOT NULL`;
}

function messagesForAlteredColumn(operation: OperationOf<'alterColumn'>, hasDefault: boolean): string[] {
  const { to, existing } = operation;
  const name = nameOf(operation);
  const risk = existing && conversionRisk(existing, to);
  return [
    ...(risk === undefined ? [] : [`${name} ${risk}`]),
    ...(to.isNullable === false && existing?.isNullable === true && !hasDefault
      ? [`${name} becomes NOT NULL: this fails while rows hold NULL`]
      : []),
    ...(typeof to.asExpression === 'string' && existing?.asExpression === null
      ? [`${name} becomes generated: its values are replaced by those of the expression`]
      : []),
  ];
}

function messagesForAlteredEnum({ enum: type, values, existing }: OperationOf<'alterEnum'>): string[] {
  const removed = existing?.filter((value) => !values.includes(value)) ?? [];
  if (removed.length === 0) return [];
  const list = removed.map((value) => `'${value}'`).join(', ');
  return [
    `the enum "${displayName(type)}" loses ${list}: this fails while rows hold ${removed.length > 1 ? 'them' : 'it'}`,
  ];
}

/** Types of one family from narrow to wide: each holds all values of those before it. */
const WIDENING: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric'],
  ['real', 'double precision'],
  ['character', 'character varying', 'text'],
  ['varchar', 'text'],
  ['json', 'jsonb'],
  ['date', 'timestamp without time zone'],
];

const TEXT = /^(text|varchar|character varying)$/;

/** What may go wrong with the values of a column whose type changes; undefined when nothing can. */
function conversionRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  if (from.type === undefined || to.type === undefined) return undefined;
  if (from.type === to.type && from.isArray === to.isArray) return sizeRisk(from, to);
  if (TEXT.test(to.type) && !to.isArray && to.length === undefined) return undefined;
  const isWider = WIDENING.some((family) => {
    const place = family.indexOf(from.type ?? '');
    return place >= 0 && family.indexOf(to.type ?? '') > place;
  });
  if (isWider && from.isArray === to.isArray) return sizeRisk(from, to);
  if (from.type === to.type && to.isArray) return undefined;
  return `changes from ${typeName(from)} to ${typeName(to)}: this fails, or loses precision, where a value is no ${typeName(to)}`;
}

function sizeRisk(from: ColumnChange, to: ColumnChange): string | undefined {
  const isShorter = to.length !== undefined && Number(to.length) < Number(from.length ?? Infinity);
  if (isShorter) return `gets shorter, ${typeName(from)} to ${typeName(to)}: this fails where a value does not fit`;
  const isCoarser = isLess(to.precision, from.precision) || isLess(to.scale, from.scale);
  return isCoarser
    ? `gets coarser, ${typeName(from)} to ${typeName(to)}: values are rounded, or do not fit`
    : undefined;
}

function isLess(to: number | undefined, from: number | undefined): boolean {
  return to !== undefined && to < (from ?? Infinity);
}

function typeName({ type, length, precision, scale, isArray, enumName }: ColumnChange): string {
  const size = [length ?? precision, scale].filter((part) => part !== undefined).join(',');
  return `${enumName ?? type}${size && `(${size})`}${isArray ? '[]' : ''}`;
}
