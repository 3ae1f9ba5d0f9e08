import type { ColumnModel } from '../../../schema/schema.model.js';
import { isLiteral } from '../../../sql/literals.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { closed } from '../../../sql/statements.js';
import { quote, quoteString } from '../text.js';
import { isText, typeName, typeText } from '../types.js';

/** How a column is written, where that depends on more than the column. */
export interface ColumnStyle {
  /** Whether NULL may follow the expression of a generated column: MariaDB refuses it. @default false */
  readonly nullsGenerated?: boolean;
}

/**
 * The definition of a column, for CREATE TABLE, ADD, MODIFY and CHANGE.
 *
 * It is whole: MODIFY forgets what is not written. The order of the clauses is the one that MySQL and MariaDB both accept.
 */
export function columnSql(column: ColumnModel, style: ColumnStyle = {}): string {
  return `${quote(column.name)} ${definitionSql(column, style)}`;
}

/** The same without the name. */
export function definitionSql(column: ColumnModel, { nullsGenerated = false }: ColumnStyle = {}): string {
  const { asExpression, generatedType, mysql = {} } = column;
  const isGenerated = asExpression !== undefined;
  const parts = [
    typeText(column),
    characterSetSql(column),
    isGenerated && `GENERATED ALWAYS AS (${closed(asExpression, MYSQL_SQL)}) ${generatedType ?? 'VIRTUAL'}`,
    (!isGenerated || nullsGenerated) && (column.isNullable ? 'NULL' : 'NOT NULL'),
    !isGenerated && column.default !== undefined && `DEFAULT ${defaultSql(column.default, column.type)}`,
    mysql.onUpdate && `ON UPDATE ${mysql.onUpdate}`,
    column.generationStrategy === 'increment' && 'AUTO_INCREMENT',
    mysql.invisible && 'INVISIBLE',
    column.comment !== undefined && `COMMENT ${quoteString(column.comment)}`,
    mysql.check !== undefined && `CHECK (${closed(mysql.check, MYSQL_SQL)})`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** The character set and the collation; after the labels of an enum, where both servers expect it. */
function characterSetSql({ type, collation, mysql }: ColumnModel): string | undefined {
  const charset = mysql?.charset;
  if (!isText(type) || (charset === undefined && collation === undefined)) return undefined;
  return [charset && `CHARACTER SET ${charset}`, collation && `COLLATE ${collation}`].filter(Boolean).join(' ');
}

/**
 * A default as in DDL. Expressions are in parentheses, which MySQL requires and MariaDB accepts; but for the present time, which
 * MySQL has as a function only without them, and for literals where the type takes them.
 */
export function defaultSql(sql: string, type: string): string {
  const isBare = isLiteral(sql, MYSQL_SQL) && (!needsExpression(type) || /^null$/i.test(sql));
  return isBare || isPresentTime(sql) ? sql : `(${closed(sql, MYSQL_SQL)})`;
}

/** Whether it is a function of the present time, which a column may also have ON UPDATE. */
export function isPresentTime(sql: string): boolean {
  return /^(?:current_timestamp|now|localtime|localtimestamp)(?:\s*\(\s*\d*\s*\))?$/i.test(sql.trim());
}

/** Whether the default of a type must be an expression on MySQL: texts, blobs, JSON and shapes have no literal there. */
function needsExpression(type: string): boolean {
  return /text$|blob$|^json$|^geometry|point$|string$|polygon$|collection$/.test(typeName(type));
}
