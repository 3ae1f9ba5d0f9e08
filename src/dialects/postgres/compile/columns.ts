import type { ColumnModel, EnumModel, QualifiedName, TableModel } from '../../../schema/schema.model.js';
import type { Statement } from '../../dialect.js';
import { stringLiteral } from '../literal.js';
import { quote, quoteQualified } from '../names.js';
import { ownEnumName, typeName, typeText } from '../types.js';

const SERIAL: Readonly<Record<string, string>> = { bigint: 'BIGSERIAL', smallint: 'SMALLSERIAL', integer: 'SERIAL' };

/** A column as it stands in CREATE TABLE and ADD COLUMN. Its enum type and comment are statements of their own. */
export function columnDefinition(table: QualifiedName, column: ColumnModel): string {
  return [
    quote(column.name),
    isSerial(column) ? serialType(column) : typeText(withOwnEnum(table, column)),
    column.collation === undefined ? '' : `COLLATE ${quote(column.collation)}`,
    column.asExpression === undefined
      ? ''
      : `GENERATED ALWAYS AS (${column.asExpression}) ${column.generatedType ?? 'STORED'}`,
    column.generationStrategy === 'identity' ? identityClause(column.generatedIdentity) : '',
    column.default === undefined ? '' : `DEFAULT ${column.default}`,
    column.isNullable ? '' : 'NOT NULL',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** `GENERATED … AS IDENTITY`; BY DEFAULT, as TypeORM, when nothing else is said. */
export function identityClause(kind: ColumnModel['generatedIdentity']): string {
  return `GENERATED ${kind ?? 'BY DEFAULT'} AS IDENTITY`;
}

/** A column whose enum labels are its own, with the name of the type that they make. */
export function withOwnEnum<C extends Pick<ColumnModel, 'name' | 'type' | 'enum' | 'enumName'>>(
  table: QualifiedName,
  column: C,
): C & Pick<ColumnModel, 'enumName' | 'enumSchema'> {
  const own = ownEnum(table, column);
  return own === undefined ? column : { ...column, type: 'enum', enumName: own.name, enumSchema: own.schema };
}

/** The enum type that belongs to this column alone: labels without the name of a type, as TypeORM writes them. */
export function ownEnum(
  table: QualifiedName,
  column: Pick<ColumnModel, 'name' | 'enum' | 'enumName'>,
): EnumModel | undefined {
  if (column.enum === undefined || column.enumName !== undefined) return undefined;
  return { ...ownEnumName(table, column.name), values: column.enum };
}

/** Makes the types of the columns that bring their own. */
export function createOwnEnums(table: QualifiedName, columns: readonly ColumnModel[]): readonly Statement[] {
  return columns.flatMap((column) => {
    const own = ownEnum(table, column);
    return own === undefined ? [] : [createEnumType(own)];
  });
}

/** Takes the types of such columns away when the columns are gone. */
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
