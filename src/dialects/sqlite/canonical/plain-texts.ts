import type { TableModel } from '../../../schema/schema.model.js';
import { withoutQualifier } from '../expression.js';

/** A table whose checks and indexes do not name it: they are to be true under any name that it has. */
export function withPlainTexts(table: TableModel): TableModel {
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
