import type { ColumnModel, EnumModel, QualifiedName, TableModel } from '../../../schema/schema.model.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import type { Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { quote, quoteQualified } from '../names.js';
import { defaultClause } from './default-clause.js';
import { ownEnumName, typeName, typeText } from '../types.js';

const SERIAL: Readonly<Record<string, string>> = { bigint: 'BIGSERIAL', smallint: 'SMALLSERIAL', integer: 'SERIAL' };

/**
 * The definition of a column for CREATE TABLE and ADD COLUMN, without its enum type and comment, which are separate
 * statements.
 */
export function columnDefinition(table: QualifiedName, column: ColumnModel): string {
  return [
    quote(column.name),
    isSerial(column) ? serialType(column) : typeText(withOwnEnum(table, column)),
    column.collation === undefined ? '' : `COLLATE ${quote(column.collation)}`,
    column.asExpression === undefined
      ? ''
      : `GENERATED ALWAYS AS (${closed(column.asExpression, POSTGRES_SQL)}) ${column.generatedType ?? 'STORED'}`,
    column.generationStrategy === 'identity' ? identityClause(column.generatedIdentity) : '',
    column.default === undefined ? '' : defaultClause(column.default),
    column.isNullable ? '' : 'NOT NULL',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `GENERATED … AS IDENTITY`; BY DEFAULT when the kind is not specified, as in TypeORM. */
export function identityClause(kind: ColumnModel['generatedIdentity']): string {
  return `GENERATED ${kind ?? 'BY DEFAULT'} AS IDENTITY`;
}

/** The column with the name of its own enum type, if it has one; else the column as it is. */
export function withOwnEnum<C extends Pick<ColumnModel, 'name' | 'type' | 'enum' | 'enumName'>>(
  table: QualifiedName,
  column: C,
): C & Pick<ColumnModel, 'enumName' | 'enumSchema'> {
  const own = ownEnum(table, column);
  return own === undefined ? column : { ...column, type: 'enum', enumName: own.name, enumSchema: own.schema };
}

/**
 * The enum type that belongs to this column only. A column has one when it specifies labels (`enum`) and no `enumName`; its
 * name is then the one that TypeORM gives it, such as `user_role_enum`.
 */
export function ownEnum(
  table: QualifiedName,
  column: Pick<ColumnModel, 'name' | 'enum' | 'enumName'>,
): EnumModel | undefined {
  if (column.enum === undefined || column.enumName !== undefined) return undefined;
  return { ...ownEnumName(table, column.name), values: column.enum };
}

/** Creates the enum types that belong to one of the columns only. */
export function createOwnEnums(table: QualifiedName, columns: readonly ColumnModel[]): readonly Statement[] {
  return columns.flatMap((column) => {
    const own = ownEnum(table, column);
    return own === undefined ? [] : [createEnumType(own)];
  });
}

/** Drops the enum types that belong to one of the columns only, after the columns are dropped. */
export function dropOwnEnums(table: QualifiedName, columns: readonly ColumnModel[]): readonly Statement[] {
  return columns.flatMap((column) => {
    const own = ownEnum(table, column);
    return own === undefined ? [] : [{ sql: `DROP TYPE IF EXISTS ${quoteQualified(own)}` }];
  });
}

export function createEnumType(type: EnumModel): Statement {
  return { sql: `CREATE TYPE ${quoteQualified(type)} AS ENUM (${type.values.map(stringLiteral).join(', ')})` };
}

export function commentOnColumn(table: QualifiedName, column: string, comment: string | null): Statement {
  return { sql: `COMMENT ON COLUMN ${quoteQualified(table)}.${quote(column)} IS ${commentText(comment)}` };
}

export function commentOnTable(table: QualifiedName, comment: string | null): Statement {
  return { sql: `COMMENT ON TABLE ${quoteQualified(table)} IS ${commentText(comment)}` };
}

/** The comments of a new table and of its columns. */
export function commentsOf(table: TableModel): readonly Statement[] {
  const onColumns = table.columns.flatMap(({ name, comment }) =>
    comment === undefined ? [] : [commentOnColumn(table, name, comment)],
  );
  return table.comment === undefined ? onColumns : [commentOnTable(table, table.comment), ...onColumns];
}

function commentText(comment: string | null): string {
  return comment === null || comment === '' ? 'NULL' : stringLiteral(comment);
}

function isSerial(column: ColumnModel): boolean {
  return column.generationStrategy === 'increment' && column.default === undefined;
}

function serialType(column: ColumnModel): string {
  return SERIAL[typeName(column.type)] ?? 'SERIAL';
}
