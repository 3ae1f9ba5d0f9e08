import { edited } from '../../../sql/edit.js';
import { isNamed, pathsIn } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens } from '../../../sql/scanner.js';
import { quote } from '../names.js';

/**
 * An expression with the columns of a table qualified by only its name, so that it is valid for the table of that name in
 * another schema.
 *
 * @example withoutSchema('public.t.age > 0', { schema: 'public', name: 't' }) // '"t".age > 0'
 */
export function withoutSchema(sql: string, table: { readonly schema: string; readonly name: string }): string {
  if (!sql.includes('.')) return sql;
  const code = codeTokens(sql, POSTGRES_SQL);
  const edits = pathsIn(code).flatMap(({ at, names: [schema, name, column] }) =>
    schema && column && isNamed(schema, table.schema) && isNamed(name, table.name)
      ? [{ start: schema.start, end: code[at + 3]?.end ?? column.start, text: `${quote(table.name)}.` }]
      : [],
  );
  return edited(sql, edits);
}
