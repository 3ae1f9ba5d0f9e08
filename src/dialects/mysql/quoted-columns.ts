import type { CheckModel, TableModel } from '../../schema/schema.model.js';
import { edited, instead } from '../../sql/edit.js';
import { MYSQL_SQL } from '../../sql/rules.js';
import { codeTokens } from '../../sql/scanner.js';
import { quote } from './text.js';

/**
 * A check with its columns in backticks where they are in double quotes, as other databases need them: here `"age" > 0` would
 * compare a string. Strings that are no name of a column stay.
 */
export function withQuotedColumns(check: CheckModel, { columns }: Pick<TableModel, 'columns'>): CheckModel {
  const names = new Set(columns.map(({ name }) => name));
  const edits = codeTokens(check.expression, MYSQL_SQL)
    .filter((token) => token.text.startsWith('"') && names.has(token.value))
    .map((token) => instead(token, quote(token.value)));
  return { ...check, expression: edited(check.expression, edits) };
}
