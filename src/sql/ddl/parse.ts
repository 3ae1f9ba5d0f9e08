import type { SqlRules } from '../rules.js';
import { codeTokens, type SqlToken } from '../scanner.js';
import { createAt } from './create.js';
import { alterAt, dropAt } from './alter-drop.js';
import { objectAt } from './object-kind.js';
import { TokenCursor } from './cursor.js';
import { lockedTables, MAINTAINED, passWait } from './mysql-parts.js';
import type { RowStatement, SqlStatement } from './statement.js';
import { settingCall } from './setting-call.js';

/**
 * The statements of a SQL text, as far as they decide what it does to a schema and its rows.
 *
 * It reads what this package writes, and what people usually write by hand; it never refuses. What it does not know is `unknown`, so
 * that callers can report it.
 *
 * @example parseStatements('DROP TABLE a, b', POSTGRES_SQL) // [{ kind: 'drop', object: 'TABLE', names: [{ name: 'a' }, { name: 'b' }] }]
 */
export function parseStatements(sql: string, rules: SqlRules): readonly SqlStatement[] {
  return statementsOf(codeTokens(sql, rules)).map((tokens) =>
    parseStatement(new TokenCursor(tokens, sql, rules), rules),
  );
}

/** The tokens of each statement, without the semicolons between them. */
function statementsOf(code: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [];
  let open: SqlToken[] = [];
  // The bodies of triggers and routines have semicolons: BEGIN … END, and BEGIN ATOMIC … END.
  let depth = 0;
  for (const [at, token] of code.entries()) {
    if (token.is('BEGIN') && (depth > 0 || isWithBody(open))) depth++;
    else if (depth > 0 && token.is('CASE') && !code[at - 1]?.is('END')) depth++;
    else if (depth > 0 && token.is('END') && !ENDS_PART.has(code[at + 1]?.keyword ?? '')) depth--;
    if (depth > 0 || !token.is(';')) open.push(token);
    else {
      if (open.length > 0) statements.push(open);
      open = [];
    }
  }
  return open.length > 0 ? [...statements, open] : statements;
}

/** What follows END at the end of a part of a body that does not begin with BEGIN or CASE. */
const ENDS_PART = new Set(['IF', 'LOOP', 'WHILE', 'REPEAT', 'FOR']);
const WITH_BODY = new Set(['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT']);

/** Whether the tokens begin a statement that may have a body. */
function isWithBody([first, ...rest]: readonly SqlToken[]): boolean {
  return first?.is('CREATE') === true && rest.some(({ keyword }) => WITH_BODY.has(keyword));
}

const TRANSACTION = ['BEGIN', 'START', 'COMMIT', 'END', 'ROLLBACK', 'ABORT', 'SAVEPOINT', 'RELEASE', 'PREPARE'];
/** What changes neither a schema nor rows. */
const READS =
  'SELECT VALUES TABLE SHOW EXPLAIN DESCRIBE PRAGMA DECLARE FETCH MOVE CLOSE LISTEN UNLISTEN NOTIFY DISCARD CHECKPOINT DEALLOCATE UNLOCK USE CHECK HANDLER'.split(
    ' ',
  );

function parseStatement(cursor: TokenCursor, rules: SqlRules): SqlStatement {
  const verb = cursor.token?.keyword ?? '';
  const parser = PARSERS[verb];
  if (parser !== undefined) {
    cursor.skip();
    return parser(cursor, rules);
  }
  if (TRANSACTION.includes(verb)) return { kind: 'transaction', verb };
  if (verb === 'EXPLAIN' || verb === 'DESCRIBE') return explained(cursor, rules);
  if (verb === '(' || READS.includes(verb)) {
    return cursor.has('INTO') ? selectInto(cursor) : (settingCall(cursor, rules) ?? { kind: 'read' });
  }
  return verb === 'WITH' ? withQuery(cursor, rules) : { kind: 'unknown', verb };
}

const PARSERS: Readonly<Record<string, (cursor: TokenCursor, rules: SqlRules) => SqlStatement>> = {
  CREATE: createAt,
  ALTER: alterAt,
  DROP: dropAt,
  INSERT: (cursor) => rows('insert', cursor, ['INTO']),
  REPLACE: (cursor) => rows('insert', cursor, ['INTO']),
  UPDATE: (cursor) => rows('update', cursor, ['ONLY']),
  DELETE: (cursor) => rows('delete', cursor, ['FROM ONLY', 'FROM']),
  MERGE: (cursor) => ({
    ...rows(cursor.has('DELETE') ? 'delete' : 'update', cursor, ['INTO ONLY', 'INTO']),
    hasCondition: true,
  }),
  COPY: (cursor, rules) => {
    const query = cursor.group();
    if (query !== undefined) return changeIn(query, rules);
    return cursor.has('TO') ? { kind: 'read' } : rows('copy', cursor, []);
  },
  TRUNCATE: (cursor) => {
    cursor.take('TABLE');
    cursor.take('ONLY');
    return {
      kind: 'truncate',
      tables: cursor.paths(),
      ...(cursor.has('CASCADE') && { isCascade: true }),
      ...(cursor.has('RESTART') && { restartsIdentity: true }),
    };
  },
  REINDEX: (cursor) => {
    const options = cursor.group()?.has('CONCURRENTLY') === true;
    const object = objectAt(cursor);
    const isConcurrent = cursor.take('CONCURRENTLY') || options;
    const name = cursor.path();
    return { kind: 'reindex', object, ...(name && { name }), ...(isConcurrent && { isConcurrent }) };
  },
  REFRESH: (cursor) => {
    cursor.take('MATERIALIZED VIEW');
    const isConcurrent = cursor.take('CONCURRENTLY');
    const view = cursor.path() ?? { name: '' };
    return {
      kind: 'refresh',
      view,
      ...(isConcurrent && { isConcurrent }),
      ...(cursor.is('WITH NO DATA') && { isWithoutData: true }),
    };
  },
  LOCK: (cursor) => {
    if (cursor.takeOneOf(['TABLES', 'TABLE']) === 'TABLES') return joinedStatements(lockedTables(cursor));
    cursor.take('ONLY');
    const tables = cursor.paths();
    const mode = cursor.take('IN') ? cursor.until(['MODE']).toUpperCase().replace(/\s+/g, ' ') : 'ACCESS EXCLUSIVE';
    return { kind: 'lock', tables, mode };
  },
  VACUUM: (cursor) => {
    const isFull = cursor.group()?.has('FULL') === true;
    const words = cursor.takeAll(['FULL', 'FREEZE', 'VERBOSE', 'ANALYZE', 'INTO']);
    return { kind: 'vacuum', tables: cursor.paths(), ...((isFull || words.has('FULL')) && { isFull: true }) };
  },
  CLUSTER: (cursor) => ({ kind: 'cluster', tables: cursor.paths() }),
  ANALYZE: (cursor, rules) => {
    if (cursor.is('FORMAT') || CHANGES.some((verb) => cursor.is(verb))) return changeIn(cursor, rules);
    cursor.group();
    cursor.takeOneOf(['VERBOSE', ...MAINTAINED]);
    return { kind: 'analyze', tables: cursor.paths() };
  },
  COMMENT: (cursor) => {
    cursor.take('ON');
    const object = objectAt(cursor);
    const path = object === 'COLUMN' ? cursor.pathBeforeLast() : cursor.path();
    const name = cursor.take('ON') ? cursor.path() : path;
    return { kind: 'comment', object, ...(name && { name }) };
  },
  LOAD: (cursor) => {
    cursor.until(['INTO TABLE']);
    return cursor.take('INTO TABLE') ? rows('insert', cursor, []) : { kind: 'read' };
  },
  FLUSH: (cursor) => {
    cursor.takeOneOf(MAINTAINED);
    const tables = cursor.is('WITH') ? [] : cursor.paths();
    return cursor.has('LOCK') ? { kind: 'lock', tables, mode: 'READ' } : { kind: 'read' };
  },
  OPTIMIZE: (cursor) => {
    cursor.takeOneOf(MAINTAINED);
    return { kind: 'optimize', tables: cursor.paths() };
  },
  GRANT: () => ({ kind: 'grant' }),
  REVOKE: () => ({ kind: 'grant' }),
  RENAME: (cursor) => {
    if (cursor.takeOneOf(['TABLE', 'TABLES']) === undefined) return { kind: 'unknown', verb: 'RENAME' };
    const renames: SqlStatement[] = [];
    do {
      cursor.take('IF EXISTS');
      const name = cursor.path() ?? { name: '' };
      passWait(cursor);
      cursor.take('TO');
      renames.push({ kind: 'rename', object: 'TABLE', name, to: cursor.path()?.name ?? '' });
    } while (cursor.take(','));
    return joinedStatements(renames);
  },
  SET: (cursor) => {
    cursor.takeOneOf(['LOCAL', 'SESSION', 'GLOBAL']);
    if (cursor.take('TIME ZONE')) return { kind: 'set', setting: 'timezone', value: cursor.rest() };
    const setting = cursor.path();
    cursor.takeOneOf(['TO', '=']);
    const name =
      setting === undefined ? '' : [setting.schema, setting.name].filter((part) => part !== undefined).join('.');
    return { kind: 'set', setting: name, value: cursor.rest() };
  },
  RESET: (cursor) => ({ kind: 'set', setting: cursor.path()?.name ?? '', value: 'DEFAULT' }),
  PERFORM: (cursor, rules) => settingCall(cursor, rules) ?? { kind: 'read' },
  DO: (cursor, rules) => blockOf(cursor, rules),
  CALL: (cursor) => ({ kind: 'call', name: cursor.path() ?? { name: '' } }),
};

function rows(kind: RowStatement['kind'], cursor: TokenCursor, before: readonly string[]): RowStatement {
  cursor.takeOneOf(before);
  const named = cursor.path() ?? { name: '' };
  // MySQL's `DELETE a FROM author a JOIN …`, and `UPDATE author JOIN … SET`.
  const table = kind === 'delete' && cursor.take('FROM') ? (cursor.path() ?? named) : named;
  const isJoined = kind === 'delete' ? cursor.has('JOIN') : /\bJOIN\b/i.test(cursor.textUntil(['SET']));
  const hasCondition = isJoined || isLimited(cursor) || (kind === 'insert' && cursor.has('SELECT'));
  return { kind, table, ...(hasCondition && { hasCondition: true }) };
}

/** Whether a condition follows that need not be true of every row; those of queries in parentheses are about other rows. */
function isLimited(cursor: TokenCursor): boolean {
  cursor.until(['WHERE', 'LIMIT']);
  if (!cursor.take('WHERE')) return !cursor.isAtEnd;
  const isTrue = ALWAYS_TRUE.test(cursor.until(['RETURNING', 'ORDER', 'LIMIT']));
  return !isTrue || cursor.has('LIMIT');
}

const ALWAYS_TRUE = /^\(*\s*(?:true|1|(\d+)\s*=\s*\1)\s*\)*$/i;

function selectInto(cursor: TokenCursor): SqlStatement {
  cursor.until(['INTO']);
  cursor.take('INTO');
  const isTemporary = cursor.takeAll(['TEMPORARY', 'TEMP', 'UNLOGGED', 'TABLE', 'LOCAL', 'GLOBAL']);
  const table = cursor.path();
  if (table === undefined) return { kind: 'read' };
  return {
    kind: 'createTable',
    table,
    columns: [],
    constraints: [],
    asQuery: true,
    ...((isTemporary.has('TEMP') || isTemporary.has('TEMPORARY')) && { isTemporary: true }),
  };
}

const CHANGES = ['WITH', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'MERGE'];

/** EXPLAIN, which with ANALYZE runs the statement. */
function explained(cursor: TokenCursor, rules: SqlRules): SqlStatement {
  cursor.skip();
  const options = cursor.group()?.has('ANALYZE') === true;
  return options || cursor.take('ANALYZE') ? changeIn(cursor, rules) : { kind: 'read' };
}

/** The change of rows that begins at the first verb of one; without any it reads. */
function changeIn(cursor: TokenCursor, rules: SqlRules): SqlStatement {
  cursor.until([...CHANGES, 'SELECT', 'CREATE']);
  return cursor.isAtEnd ? { kind: 'read' } : parseStatement(cursor, rules);
}

/** `WITH … UPDATE`: the statement behind its common tables. */
function withQuery(cursor: TokenCursor, rules: SqlRules): SqlStatement {
  const verbs = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE'];
  const statements: SqlStatement[] = [];
  while (!cursor.isAtEnd && !verbs.some((verb) => cursor.is(verb))) {
    const group = cursor.group();
    if (group === undefined) cursor.skip();
    else if (verbs.some((verb) => group.is(verb))) statements.push(parseStatement(group, rules));
  }
  statements.push(parseStatement(cursor, rules));
  return joinedStatements(statements.filter(({ kind }) => kind !== 'read'));
}

/** Several statements as one. */
function joinedStatements(statements: readonly SqlStatement[]): SqlStatement {
  const [first, ...others] = statements;
  if (first === undefined) return { kind: 'read' };
  return others.length === 0 ? first : { kind: 'block', statements };
}

/** What ends a statement in a block, or begins one, besides the semicolon. */
const BLOCK_WORDS = new Set(['BEGIN', 'THEN', 'ELSE', 'LOOP', 'DO']);

function blockOf(cursor: TokenCursor, rules: SqlRules): SqlStatement {
  let body: string | undefined;
  while (!cursor.isAtEnd && body === undefined) {
    const token = cursor.skip();
    if (token?.kind === 'string') body = token.value;
  }
  const code = codeTokens(body ?? '', rules);
  const isDynamic = code.some((token) => token.is('EXECUTE')) && { isDynamic: true as const };
  const statements: SqlStatement[] = [];
  for (const [at, token] of code.entries()) {
    const before = code[at - 1];
    const isStart = before === undefined || before.is(';') || BLOCK_WORDS.has(before.keyword);
    if (!isStart || PARSERS[token.keyword] === undefined) continue;
    const end = code.findIndex((each, index) => index > at && each.is(';'));
    const own = code.slice(at, end < 0 ? undefined : end);
    statements.push(parseStatement(new TokenCursor(own, body ?? '', rules), rules));
  }
  return { kind: 'block', statements, ...isDynamic };
}
