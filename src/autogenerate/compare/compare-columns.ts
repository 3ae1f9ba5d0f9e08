import { isDeepStrictEqual } from 'node:util';
import { MYSQL_TYPE_FIELDS, TYPE_FIELDS } from '../../operations/apply/apply-column.js';
import type { ColumnChange, Operation, OperationOf } from '../../operations/operation.js';
import { partOf } from '../../schema/parts.js';
import { type ColumnModel, qualifiedNameOf, type QualifiedName, type TableModel } from '../../schema/schema.model.js';
import { addColumn } from '../render/added-columns.js';
import type { ColumnComparison, ComparedColumn } from './compare-options.js';
import type { CompareContext } from './compare-context.js';
import { withComputedApart } from './computed-columns.js';
import { updatedColumns, withGapsFilled } from './fill-gaps.js';
import { pairUp } from './matching.js';

/**
 * The operations that turn the columns of a table into the wanted ones; each changed column is one `alterColumn`.
 *
 * Before a column with a default stops taking NULL, the rows that hold it are given the default.
 */
export function compareColumns(actual: TableModel, wanted: TableModel, context: CompareContext): Operation[] {
  const table = qualifiedNameOf(wanted);
  const columns = context.inclusion.in(
    'column',
    pairUp(actual.columns, wanted.columns, ({ name }) => name),
  );
  const updated = updatedColumns(columns.pairs);
  const changes = columns.pairs.flatMap((pair) => alterColumn({ table, ...pair }, context, updated));
  return [
    ...columns.wantedOnly.flatMap((column) =>
      addColumn(table, column, wanted, context.rebuildsTables || context.batchesChanges === true),
    ),
    ...(context.generatedMustBePlain ? withComputedApart(changes, table, columns.pairs, context.sqlRules) : changes),
    ...columns.pairs.flatMap(({ actual, wanted }) => validateNotNull(table, actual, wanted)),
    ...columns.actualOnly.map((column): Operation => ({
      kind: 'dropColumn',
      table,
      column: column.name,
      was: column,
    })),
  ];
}

function alterColumn(column: ComparedColumn, context: CompareContext, updated: readonly string[]): Operation[] {
  const { table, actual, wanted } = column;
  const changes = [
    ...(differs(column, context.compareType, hasOtherType) ? [typeOf] : []),
    ...(nullable(actual) === nullable(wanted) ? [] : [nullabilityOf]),
    ...(differs(column, context.compareServerDefault, hasOtherDefault) ? [defaultOf] : []),
    ...(actual.comment === wanted.comment ? [] : [commentOf]),
    ...(isAlike(actual, wanted, GENERATION_FIELDS) ? [] : [generationOf]),
    ...(isAlike(actual, wanted, EXPRESSION_FIELDS) ? [] : [expressionOf]),
    ...MYSQL_FIELDS.filter((field) => actual.mysql?.[field] !== wanted.mysql?.[field]).map(mysqlFieldOf),
  ];
  if (changes.length === 0) return [];
  const fieldsOf = (side: ColumnModel): ColumnChange => changes.map((change) => change(side)).reduce(merged);
  const change: OperationOf<'alterColumn'> = {
    kind: 'alterColumn',
    table,
    column: wanted.name,
    to: fieldsOf(wanted),
    existing: fieldsOf(actual),
  };
  return withGapsFilled(change, wanted, context, updated);
}

/** Two changes as one. */
function merged(one: ColumnChange, other: ColumnChange): ColumnChange {
  const mysql = { ...one.mysql, ...other.mysql };
  return { ...one, ...other, ...(Object.keys(mysql).length > 0 && { mysql }) };
}

/** The validation of a NOT NULL that is not valid. A column whose expression changes may be re-created, and then it has another one. */
function validateNotNull(table: QualifiedName, actual: ColumnModel, wanted: ColumnModel): Operation[] {
  const name = actual.postgres?.notValidNotNull;
  if (name === undefined || nullable(wanted)) return [];
  const mayBeRecreated = !isAlike(actual, wanted, EXPRESSION_FIELDS);
  return [{ kind: 'validateConstraint', table, name, ...(mayBeRecreated && { ifExists: true }) }];
}

/** Whether the type of a column differs, and the option says that this is no difference. */
export function keepsType(column: ComparedColumn, compareType: CompareContext['compareType']): boolean {
  return hasOtherType(column) && !differs(column, compareType, hasOtherType);
}

/** Whether the default of a column differs, and the option says that this is no difference. */
export function keepsDefault(column: ComparedColumn, option: CompareContext['compareServerDefault']): boolean {
  return hasOtherDefault(column) && !differs(column, option, hasOtherDefault);
}

/** The answer of the option; that of the built-in comparison where the option gives none. */
function differs(
  column: ComparedColumn,
  option: boolean | ColumnComparison | undefined,
  builtIn: (column: ComparedColumn) => boolean,
): boolean {
  if (option === false) return false;
  const answer = typeof option === 'function' ? option(column) : undefined;
  return answer ?? builtIn(column);
}

function hasOtherType({ actual, wanted }: ComparedColumn): boolean {
  const isSameOnMysql = MYSQL_TYPE_FIELDS.every((field) => actual.mysql?.[field] === wanted.mysql?.[field]);
  return !isAlike(actual, wanted, TYPE_FIELDS) || !isSameOnMysql || hasOtherKind(actual, wanted);
}

/** Whether a text is to hold something else; unknown and unspecified kinds do not count. */
function hasOtherKind({ textKind: actual }: ColumnModel, { textKind: wanted }: ColumnModel): boolean {
  return actual !== undefined && wanted !== undefined && actual !== wanted;
}

const GENERATION_FIELDS = ['generationStrategy', 'generatedIdentity'] as const;
const EXPRESSION_FIELDS = ['asExpression', 'generatedType'] as const;
/** What only MySQL has in a column, and what is not part of its type. */
const MYSQL_FIELDS = ['onUpdate', 'invisible', 'check'] as const;

/** Whether all of these fields are equal in two columns; identity is tested first, as most fields are equal and there are many. */
function isAlike(actual: ColumnModel, wanted: ColumnModel, fields: readonly (keyof ColumnModel)[]): boolean {
  return fields.every((field) => {
    const [one, other] = [actual[field], wanted[field]];
    return one === other || (typeof one === 'object' && isDeepStrictEqual(one, other));
  });
}

function hasOtherDefault({ actual, wanted }: ComparedColumn): boolean {
  return actual.default !== wanted.default;
}

/** All fields of a column's type: an operation that alters a type sets all of them. */
export function typeOf(column: ColumnModel): ColumnChange {
  const { type, length, precision, scale, isArray, enumName, enumSchema, spatialFeatureType, srid, collation } = column;
  return {
    type: column.textKind ?? type,
    ...(length !== undefined && { length }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
    ...(isArray && { isArray }),
    ...(column.enum && { enum: column.enum }),
    ...(enumName !== undefined && { enumName }),
    ...(enumSchema !== undefined && { enumSchema }),
    ...(spatialFeatureType !== undefined && { spatialFeatureType }),
    ...(srid !== undefined && { srid }),
    ...(collation !== undefined && { collation }),
    ...partOf('mysql', Object.fromEntries(MYSQL_TYPE_FIELDS.map((field) => [field, column.mysql?.[field]]))),
  };
}

function mysqlFieldOf(field: (typeof MYSQL_FIELDS)[number]): (column: ColumnModel) => ColumnChange {
  const none = field === 'invisible' ? false : null;
  return ({ mysql }) => ({ mysql: { [field]: mysql?.[field] ?? none } });
}

function nullable(column: ColumnModel): boolean {
  return column.isNullable ?? false;
}

function nullabilityOf(column: ColumnModel): ColumnChange {
  return { isNullable: nullable(column) };
}

function defaultOf(column: ColumnModel): ColumnChange {
  return { default: column.default ?? null };
}

function commentOf(column: ColumnModel): ColumnChange {
  return { comment: column.comment ?? null };
}

function generationOf({ generationStrategy, generatedIdentity }: ColumnModel): ColumnChange {
  return {
    generationStrategy: generationStrategy ?? null,
    ...(generationStrategy === 'identity' && { generatedIdentity: generatedIdentity ?? 'BY DEFAULT' }),
  };
}

function expressionOf({ asExpression, generatedType }: ColumnModel): ColumnChange {
  return {
    asExpression: asExpression ?? null,
    ...(asExpression !== undefined && generatedType !== undefined && { generatedType }),
  };
}
