import { closingIndex } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';

/** What only SHOW CREATE TABLE prints of a temporary table, which is in no view of information_schema. */
export interface ShownTable {
  readonly columns: ReadonlyMap<string, ShownColumn>;
  readonly checks: readonly ShownCheck[];
}

/** Parts of a column as they are printed. */
export interface ShownColumn {
  /** The SQL after DEFAULT. */
  readonly default?: string;
  /** The expression of a generated column. */
  readonly expression?: string;
  /** The check in the definition. */
  readonly check?: string;
}

export interface ShownCheck {
  readonly name: string;
  readonly clause: string;
}

/** Keywords that end the default of a column, which is an expression in parentheses, a call or a literal. */
const AFTER_DEFAULT = ['ON', 'COMMENT', 'CHECK', 'INVISIBLE', 'AUTO_INCREMENT'];

/** Reads the columns and checks of a statement that SHOW CREATE TABLE has printed. */
export function parseShowCreate(sql: string): ShownTable {
  const code = codeTokens(sql, MYSQL_SQL);
  const open = code.findIndex((token) => token.is('('));
  const members = listMembers(code.slice(open + 1, closingIndex(code, open)));
  const columns = members.filter(([first]) => first?.kind === 'quoted');
  return {
    columns: new Map(columns.map((member) => [member[0]?.value ?? '', columnOf(member, sql)])),
    checks: members.flatMap((member) => checkOf(member, sql)),
  };
}

/** The tokens between the commas that are in no parentheses. */
function listMembers(code: readonly SqlToken[]): SqlToken[][] {
  const members: SqlToken[][] = [[]];
  for (let at = 0; at < code.length; at++) {
    const token = code[at] as SqlToken;
    if (token.is(',')) {
      members.push([]);
      continue;
    }
    const end = token.is('(') ? closingIndex(code, at) : at;
    members.at(-1)?.push(...code.slice(at, end + 1));
    at = end;
  }
  return members;
}

function columnOf(code: readonly SqlToken[], sql: string): ShownColumn {
  const found: { -readonly [F in keyof ShownColumn]: ShownColumn[F] } = {};
  for (let at = 1; at < code.length; at++) {
    const token = code[at] as SqlToken;
    if (token.is('(')) {
      at = closingIndex(code, at);
    } else if (token.is('DEFAULT')) {
      const end = defaultEnd(code, at + 1);
      found.default = textOf(code.slice(at + 1, end), sql);
      at = end - 1;
    } else if ((token.is('AS') || token.is('CHECK')) && code[at + 1]?.is('(')) {
      const close = closingIndex(code, at + 1);
      found[token.is('AS') ? 'expression' : 'check'] = textOf(code.slice(at + 2, close), sql);
      at = close;
    }
  }
  return found;
}

function defaultEnd(code: readonly SqlToken[], from: number): number {
  let at = from;
  while (at < code.length && !AFTER_DEFAULT.includes(code[at]?.keyword ?? '')) {
    at = code[at]?.is('(') ? closingIndex(code, at) + 1 : at + 1;
  }
  return at;
}

function checkOf(code: readonly SqlToken[], sql: string): ShownCheck[] {
  const [constraint, name, check, open] = code;
  if (!constraint?.is('CONSTRAINT') || !check?.is('CHECK') || !open?.is('(')) return [];
  return [{ name: name?.value ?? '', clause: textOf(code.slice(4, closingIndex(code, 3)), sql) }];
}

function textOf(code: readonly SqlToken[], sql: string): string {
  return sql.slice(code[0]?.start, code.at(-1)?.end);
}
