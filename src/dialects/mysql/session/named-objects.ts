import { pathAt } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';

/** An object that a statement names: its kind, as in SHOW CREATE, and its name behind that of its database. */
export interface NamedObject {
  readonly kind: ObjectKind;
  readonly path: readonly string[];
}

const KINDS = ['TABLE', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'DATABASE'] as const;
export type ObjectKind = (typeof KINDS)[number];

/** What SHOW CREATE TABLE shows as well, and another word for a database. */
const ALSO: Readonly<Record<string, ObjectKind | undefined>> = { VIEW: 'TABLE', SEQUENCE: 'TABLE', SCHEMA: 'DATABASE' };

const CONDITION = ['IF', 'NOT', 'EXISTS'];

/** The objects that a statement that changes the schema creates, changes, renames or drops; none for other statements. */
export function objectsNamedIn(sql: string): readonly NamedObject[] {
  const code = codeTokens(sql, MYSQL_SQL);
  const [verb] = code;
  if (verb?.is('TRUNCATE')) return tablesAt(code, code[1]?.is('TABLE') ? 2 : 1);
  if (verb === undefined || !['CREATE', 'ALTER', 'DROP', 'RENAME'].includes(verb.keyword)) return [];
  const at = code.findIndex((token, index) => index > 0 && isKind(token));
  const word = code[at]?.keyword;
  if (word === undefined) return [];
  if (word === 'INDEX') return tablesAt(code, code.findIndex((token, index) => index > at && token.is('ON')) + 1);
  const kind = ALSO[word] ?? (word as ObjectKind);
  if (kind !== 'TABLE') return namedAt(code, at + 1, kind);
  return [...tablesAt(code, at + 1), ...(verb.is('ALTER') ? newNames(code, at + 1) : [])];
}

function isKind(token: SqlToken): boolean {
  return token.kind === 'word' && [...KINDS, ...Object.keys(ALSO), 'INDEX'].includes(token.keyword);
}

/** The tables from a token on, with commas or TO between them. */
function tablesAt(code: readonly SqlToken[], at: number): readonly NamedObject[] {
  const [table] = namedAt(code, at, 'TABLE');
  if (table === undefined) return [];
  const next = nextOf(code, at);
  const isFollowed = code[next]?.is(',') || code[next]?.is('TO');
  return [table, ...(isFollowed ? tablesAt(code, next + 1) : [])];
}

function namedAt(code: readonly SqlToken[], at: number, kind: ObjectKind): readonly NamedObject[] {
  const path = pathAt(code, startOf(code, at));
  return path === undefined ? [] : [{ kind, path: path.names.map(({ value }) => value) }];
}

function nextOf(code: readonly SqlToken[], at: number): number {
  return pathAt(code, startOf(code, at))?.next ?? code.length;
}

function startOf(code: readonly SqlToken[], at: number): number {
  let start = at;
  while (code[start]?.kind === 'word' && CONDITION.includes(code[start]?.keyword ?? '')) start++;
  return start;
}

/** The new names in the clauses of an ALTER TABLE that rename the table. */
function newNames(code: readonly SqlToken[], from: number): readonly NamedObject[] {
  return code.flatMap((token, index) => {
    const next = code[index + 1];
    const renames = index > from && token.is('RENAME') && (next?.is('TO') || next?.is('AS'));
    return renames === true ? namedAt(code, index + 2, 'TABLE') : [];
  });
}
