import type { TableModel } from '../../../schema/schema.model.js';
import { withoutQualifier } from '../expression.js';

/** A table with checks and indexes that do not contain its name, so that they are equal whatever its name is. */
export function withPlainExpressions(table: TableModel): TableModel {
  const plain = (sql: string): string => withoutQualifier(sql, table.name);
  return {
    ...table,
    checks: table.checks.map((check) => ({ ...check, expression: plain(check.expression) })),
    indices: table.indices.map(({ where, expression, ...index }) => ({
      ...index,
      ...(expression !== undefined && { expression: plain(expression) }),
      ...(where !== undefined && { where: plain(where) }),
    })),
  };
}
