import { type NamePath, pathAt, pathsIn } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, type SqlToken } from './scanner.js';

/** Keywords that end the FROM list of a query. */
const FROM_ENDS = new Set(
  'SELECT WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH FOR WINDOW UNION INTERSECT EXCEPT RETURNING'.split(' '),
);

/** A table or view as a query names it: with its schema only where that is specified. */
export type Source = readonly [name: string] | readonly [schema: string, name: string];

/** The tables and views that a query reads: the names after FROM and JOIN. */
export function sourcesIn(sql: string, rules: SqlRules): Source[] {
  return sourcePaths(codeTokens(sql, rules)).map(({ names }) => {
    const [name = '', schema] = names.map(({ value }) => value).reverse();
    return schema === undefined ? [name] : [schema, name];
  });
}

/** The tables and views that a query reads, as paths of its tokens. */
export function sourcePaths(code: readonly SqlToken[]): NamePath[] {
  const found: NamePath[] = [];
  const outer: boolean[] = [];
  /** Whether a comma is followed by one more, and whether the next name is one. */
  let [isList, isNext] = [false, false];
  for (let at = 0; at < code.length; at++) {
    const token = code[at] as SqlToken;
    if (token.is('FROM') || token.is('JOIN')) [isList, isNext] = [true, true];
    else if (FROM_ENDS.has(token.keyword)) [isList, isNext] = [false, false];
    else if (token.is(',')) isNext = isList;
    else if (token.is(')')) [isList, isNext] = [outer.pop() ?? false, false];
    else if (token.is('(')) {
      outer.push(isList);
      isList = isNext;
    } else {
      const path = pathAt(code, at);
      if (path === undefined) continue;
      if (isNext && !token.is('LATERAL') && !token.is('ONLY')) {
        found.push(path);
        isNext = false;
      }
      at = path.next - 1;
    }
  }
  return found;
}

/** Whether a query reads a table or view of this name, in any capitalization. */
export function readsRelation(sql: string, name: string, rules: SqlRules): boolean {
  return sourcesIn(sql, rules).some((source) => source.at(-1)?.toLowerCase() === name.toLowerCase());
}

/** Whether a query qualifies a column by its table or an alias of it: `p.nick` in `FROM person AS p`. */
export function qualifiesColumn(sql: string, table: string, column: string, rules: SqlRules): boolean {
  const code = codeTokens(sql, rules);
  const paths = pathsIn(code);
  const isCalled = (token: SqlToken | undefined, name: string): boolean =>
    token?.isName === true && token.value.toLowerCase() === name.toLowerCase();
  const aliases = paths
    .filter(({ names }) => isCalled(names.at(-1), table))
    .flatMap(({ next }) => code[code[next]?.is('AS') ? next + 1 : next] ?? []);
  const qualifiers = [table, ...aliases.filter(({ isName }) => isName).map(({ value }) => value)];
  return paths.some(({ names }) =>
    names.some((name, at) => isCalled(names[at + 1], column) && qualifiers.some((one) => isCalled(name, one))),
  );
}

/** All names in the SQL, and all that its strings may hold: whatever it mentions is among them. */
export function mentionedNames(sql: string, rules: SqlRules): Set<string> {
  return new Set(
    codeTokens(sql, rules).flatMap((token) =>
      token.kind === 'string' ? (token.value.match(/[\p{L}\p{N}_$]+/gu) ?? []) : token.isName ? [token.value] : [],
    ),
  );
}
