import { edited, type SqlEdit } from '../sql/edit.js';
import { quoteLiteral } from '../sql/literals.js';
import { isNamed, isTypePlace, type NamePath, pathAt, pathsIn } from '../sql/paths.js';
import type { SqlRules } from '../sql/rules.js';
import { codeTokens, type SqlToken } from '../sql/scanner.js';
import { sourcePaths } from '../sql/sources.js';
import { mapExpressions } from './map-expressions.js';
import type { SchemaModel } from './schema.model.js';

/**
 * The SQL with names of the data source's own schema written without it.
 *
 * Entities are read on one data source, and their revision may run on another, with the schema of another tenant, where it must
 * mean that tenant's table. Columns are not changed, since the qualifier may be an alias that has the schema's name.
 *
 * @example withoutOwnSchema('SELECT n.id FROM "tenant_1"."note" n', 'tenant_1', rules) // SELECT n.id FROM "note" n
 */
export function withoutOwnSchema(sql: string, schema: string, rules: SqlRules): string {
  const code = codeTokens(sql, rules);
  const sources = new Set(sourcePaths(code).map(({ at }) => at));
  const cuts = pathsIn(code)
    .filter((path) => isNamed(path.names[0], schema) && (isOfSource(path, sources) || isOfSchema(path, code)))
    .map(({ names: [first, second] }) => ({ start: first?.start ?? 0, end: second?.start ?? 0, text: '' }));
  const references = code.flatMap((token, at) => referenceEdit(token, at, code, schema, rules));
  return edited(
    sql,
    [...cuts, ...references].sort((one, other) => one.start - other.start),
  );
}

/** The wanted schema with all its expressions written without the data source's own schema. */
export function describedWithoutOwnSchema(model: SchemaModel, schema: string, rules: SqlRules): SchemaModel {
  return mapExpressions(model, (sql) => withoutOwnSchema(sql, schema, rules));
}

/** Whether a path is a table or view with its schema: after FROM and JOIN a path of two names begins with a schema. */
function isOfSource({ at, names }: NamePath, sources: ReadonlySet<number>): boolean {
  return names.length === 2 && sources.has(at);
}

/**
 * Whether a path in any other place begins with a schema. Two names may be a column of a table, unless a call follows or a type is
 * expected there.
 */
function isOfSchema({ at, names, next }: NamePath, code: readonly SqlToken[]): boolean {
  return names.length > 2 || (names.length === 2 && (code[next]?.is('(') === true || isTypePlace(code[at - 1])));
}

/** The edit of a string that names a sequence, a table or a type with the schema, as in `nextval('s.seq')` and `'s.t'::regclass`. */
function referenceEdit(
  token: SqlToken,
  at: number,
  code: readonly SqlToken[],
  schema: string,
  rules: SqlRules,
): readonly SqlEdit[] {
  if (token.kind !== 'string') return [];
  const isArgument = code[at - 1]?.is('(') && /^(?:next|curr|set)val$/i.test(code[at - 2]?.value ?? '');
  const isCast = code[at + 1]?.is('::') && /^reg\w+$/i.test(code[at + 2]?.text ?? '');
  if (!isArgument && !isCast) return [];
  const { value, start, end } = token;
  const [first, second] = pathAt(codeTokens(value, rules), 0)?.names ?? [];
  if (second === undefined || first?.start !== 0 || !isNamed(first, schema)) return [];
  return [{ start, end, text: quoteLiteral(value.slice(second.start)) }];
}
