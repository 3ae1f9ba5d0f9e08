import { pathAt } from '../../../sql/paths.js';
import { MYSQL_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';

/** What the catalog has once a statement has happened: an object that is there, or is not. */
export interface Effect {
  readonly view: CatalogView;
  /** The table, before it its database where it is given, behind it what belongs to it. */
  readonly path: readonly string[];
  readonly isThere: boolean;
}

export type CatalogView = 'tables' | 'columns' | 'statistics' | 'table_constraints';

/** What is known of the effects of a statement that changes the schema. */
export interface StatementEffects {
  /** In the order of the statement; `unknown` for a clause that leaves nothing which can be looked up by its name. */
  readonly effects: readonly (Effect | 'unknown')[];
  /** Whether it does the same when it runs again. */
  readonly isRepeatable: boolean;
}

/** Statements that do the same when they run again. */
const REPEATABLE = ['ANALYZE', 'OPTIMIZE', 'REPAIR', 'CHECK', 'SET', 'DO', 'GRANT', 'FLUSH', 'TRUNCATE'];

/** Keywords between the verb and the name of an object. */
const BEFORE_NAME = ['IF', 'NOT', 'EXISTS', 'COLUMN', 'UNIQUE', 'FULLTEXT', 'SPATIAL'];

/** The effects of a statement, as far as they follow from its text. */
export function effectsOf(sql: string): StatementEffects {
  const code = codeTokens(sql, MYSQL_SQL);
  const [verb, object] = code;
  if (verb === undefined || REPEATABLE.includes(verb.keyword)) return repeatable;
  // CREATE OR REPLACE does the same again.
  if (verb.is('CREATE') && object?.is('OR')) return repeatable;
  const isRelation = object?.is('TABLE') || object?.is('VIEW');
  if (verb.is('CREATE') && isRelation) return known(namesFrom(code, 2).slice(0, 1), true);
  if (verb.is('DROP') && isRelation) return known(namesFrom(code, 2), false);
  if (verb.is('RENAME') && object?.is('TABLE')) return renamedTables(code);
  return verb.is('ALTER') && object?.is('TABLE') ? ofAlterTable(code) : unknown;
}

const repeatable: StatementEffects = { effects: [], isRepeatable: true };
const unknown: StatementEffects = { effects: ['unknown'], isRepeatable: false };

function known(tables: readonly (readonly string[])[], isThere: boolean): StatementEffects {
  if (tables.length === 0) return unknown;
  return { effects: tables.map((path) => ({ view: 'tables', path, isThere })), isRepeatable: false };
}

interface Found {
  readonly path: readonly string[];
  readonly next: number;
}

function nameAt(code: readonly SqlToken[], from: number): Found | undefined {
  let at = from;
  while (code[at]?.kind === 'word' && BEFORE_NAME.includes(code[at]?.keyword ?? '')) at++;
  const path = pathAt(code, at);
  return path && { path: path.names.map(({ value }) => value), next: path.next };
}

/** Names with commas between them. */
function namesFrom(code: readonly SqlToken[], from: number): readonly (readonly string[])[] {
  const names: (readonly string[])[] = [];
  for (let found = nameAt(code, from); found !== undefined;) {
    names.push(found.path);
    found = code[found.next]?.is(',') ? nameAt(code, found.next + 1) : undefined;
  }
  return names;
}

/** The pairs of a RENAME TABLE, which are done one after the other: the last one that has a name decides about it. */
function renamedTables(code: readonly SqlToken[]): StatementEffects {
  const effects = new Map<string, Effect>();
  for (let from = nameAt(code, 2); from !== undefined;) {
    const to = code[from.next]?.is('TO') ? nameAt(code, from.next + 1) : undefined;
    if (to === undefined) return unknown;
    for (const [path, isThere] of [
      [from.path, false],
      [to.path, true],
    ] as const) {
      effects.set(path.join('\0'), { view: 'tables', path, isThere });
    }
    from = code[to.next]?.is(',') ? nameAt(code, to.next + 1) : undefined;
  }
  return { effects: [...effects.values()], isRepeatable: false };
}

/** Clauses that set something, and can run again. */
const SETTING = ['MODIFY', 'COMMENT', 'ENGINE', 'COLLATE', 'CONVERT', 'AUTO_INCREMENT', 'ROW_FORMAT', 'ORDER', 'FORCE'];

function ofAlterTable(code: readonly SqlToken[]): StatementEffects {
  const table = nameAt(code, 2);
  if (table === undefined) return unknown;
  const starts = clauseStarts(code, table.next);
  const renamed = starts.flatMap((at) => newTableName(code, at) ?? []);
  if (renamed.length > 0) {
    const [to] = renamed.slice(-1) as [Found];
    return { effects: [tableEffect(table.path, false), tableEffect(to.path, true)], isRepeatable: false };
  }
  const effects = starts.flatMap((at) => ofClause(code, at, table.path));
  return { effects, isRepeatable: effects.length === 0 };
}

function tableEffect(path: readonly string[], isThere: boolean): Effect {
  return { view: 'tables', path, isThere };
}

/** The name behind `RENAME TO`, `RENAME AS` and `RENAME`, of a clause that renames the table. */
function newTableName(code: readonly SqlToken[], at: number): Found | undefined {
  if (!code[at]?.is('RENAME')) return undefined;
  const next = code[at + 1];
  if (next?.is('TO') || next?.is('AS')) return nameAt(code, at + 2);
  return next?.kind === 'word' && ['COLUMN', 'INDEX', 'KEY'].includes(next.keyword) ? undefined : nameAt(code, at + 1);
}

/** What a clause is about, by its keyword, and how many keywords there are before the name. */
const OBJECTS: Readonly<Record<string, { readonly view: CatalogView; readonly skipped: number } | undefined>> = {
  COLUMN: { view: 'columns', skipped: 1 },
  INDEX: { view: 'statistics', skipped: 1 },
  'KIND INDEX': { view: 'statistics', skipped: 2 },
  CONSTRAINT: { view: 'table_constraints', skipped: 1 },
  'FOREIGN KEY': { view: 'table_constraints', skipped: 2 },
};

function ofClause(code: readonly SqlToken[], at: number, table: readonly string[]): readonly (Effect | 'unknown')[] {
  const verb = code[at]?.keyword ?? '';
  if (SETTING.includes(verb)) return [];
  const object = OBJECTS[objectKind(code, at + 1)];
  const name = object && nameAt(code, at + object.skipped + 1);
  const own = name?.path[0];
  if (object === undefined || own === undefined) return ['unknown'];
  const effect = (named: string, isThere: boolean): Effect => ({ view: object.view, path: [...table, named], isThere });
  if (verb === 'ADD') return [effect(own, true)];
  if (verb === 'DROP') return [effect(own, false)];
  if (verb !== 'RENAME') return ['unknown'];
  const to = code[name?.next ?? 0]?.is('TO') ? nameAt(code, (name?.next ?? 0) + 1)?.path[0] : undefined;
  return [effect(own, false), ...(to === undefined ? [] : [effect(to, true)])];
}

function objectKind(code: readonly SqlToken[], at: number): string {
  const [first, second] = [code[at]?.keyword ?? '', code[at + 1]?.keyword ?? ''];
  if (first === 'FOREIGN' && second === 'KEY') return 'FOREIGN KEY';
  return second === 'INDEX' && ['UNIQUE', 'FULLTEXT', 'SPATIAL'].includes(first) ? 'KIND INDEX' : first;
}

/** The tokens at which the clauses of an ALTER TABLE begin. */
function clauseStarts(code: readonly SqlToken[], from: number): number[] {
  const starts = [from];
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if (code[at]?.is('(')) depth++;
    if (code[at]?.is(')')) depth--;
    if (depth === 0 && code[at]?.is(',')) starts.push(at + 1);
  }
  return starts;
}
