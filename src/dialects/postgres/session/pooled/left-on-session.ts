import { closingIndex } from '../../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../../sql/scanner.js';

/** What a statement leaves on the session of the server, which a pooler then gives to other clients. */
export interface LeftOnSession {
  /** For people: `SET search_path`. */
  readonly what: string;
  /** What to write in its place. */
  readonly instead: string;
}

/** What may be one, before it is looked at closely: each statement of a run is. */
const CANDIDATE =
  /\b(?:SET|RESET|LISTEN|PREPARE|LOAD|HOLD|TEMP|TEMPORARY|set_config|pg_(?:try_)?advisory_lock(?:_shared)?)\b/i;

/** What SQL of one statement or several leaves on its session when it is committed. */
export function leftOnSession(sql: string): readonly LeftOnSession[] {
  if (!CANDIDATE.test(sql)) return [];
  const left: LeftOnSession[] = [];
  let statement: SqlToken[] = [];
  for (const token of codeTokens(sql, POSTGRES_SQL)) {
    if (token.is(';')) {
      left.push(...leftBy(statement));
      statement = [];
    } else statement.push(token);
  }
  return [...left, ...leftBy(statement)];
}

function leftBy(code: readonly SqlToken[]): readonly LeftOnSession[] {
  const [verb, next] = code;
  switch (verb?.keyword) {
    case 'SET':
      return leftBySet(code);
    case 'RESET':
      return [{ what: `RESET ${next?.text ?? ''}`, instead: `SET LOCAL ${next?.text ?? ''} TO DEFAULT` }];
    case 'LISTEN':
      return [{ what: 'LISTEN', instead: 'a connection to the server itself, outside of revisions' }];
    case 'PREPARE':
      return next?.is('TRANSACTION') === true ? [] : [{ what: 'PREPARE', instead: 'the statement itself' }];
    case 'LOAD':
      return [{ what: 'LOAD', instead: 'session_preload_libraries' }];
    case 'DECLARE':
      return code.some((token, at) => token.is('WITH') && code[at + 1]?.is('HOLD') === true)
        ? [{ what: 'a cursor WITH HOLD', instead: 'a cursor without it' }]
        : [];
    case 'CREATE':
      return leftByCreate(code);
    default:
      return leftByCalls(code);
  }
}

/** The settings of a transaction, and what sets none. */
const NOT_OF_SESSION = ['LOCAL', 'TRANSACTION', 'CONSTRAINTS'];

function leftBySet([, ...rest]: readonly SqlToken[]): readonly LeftOnSession[] {
  if (NOT_OF_SESSION.some((word) => rest[0]?.is(word))) return [];
  const isSpelledOut = rest[0]?.is('SESSION') === true && rest[1]?.is('AUTHORIZATION') !== true;
  const named = isSpelledOut ? rest.slice(1) : rest;
  // Of the transactions to come: SET SESSION CHARACTERISTICS AS TRANSACTION.
  if (named[0]?.is('CHARACTERISTICS') === true) {
    return [{ what: 'SET SESSION CHARACTERISTICS', instead: 'SET TRANSACTION' }];
  }
  const name = nameOfSetting(named);
  return [{ what: `SET ${name}`, instead: `SET LOCAL ${name}` }];
}

/** A setting may have a name with a dot; ROLE, TIME ZONE and SESSION AUTHORIZATION have no sign between them and the value. */
function nameOfSetting(code: readonly SqlToken[]): string {
  const end = code.findIndex((token) => token.is('=') || token.is('TO'));
  const text = (tokens: readonly SqlToken[], between: string): string => tokens.map(({ text }) => text).join(between);
  if (end > 0) return text(code.slice(0, end), '');
  return text(code.slice(0, ['SESSION', 'TIME'].some((word) => code[0]?.is(word)) ? 2 : 1), ' ');
}

function leftByCreate(code: readonly SqlToken[]): readonly LeftOnSession[] {
  const isTemporary = code.slice(1, 3).some((token) => token.is('TEMP') || token.is('TEMPORARY'));
  if (!isTemporary || !code.some((token) => token.is('TABLE'))) return [];
  const isDropped = code.some((token, at) => token.is('COMMIT') && code[at + 1]?.is('DROP') === true);
  return isDropped ? [] : [{ what: 'a temporary table', instead: 'ON COMMIT DROP' }];
}

const SESSION_LOCKS = /^pg_(?:try_)?advisory_lock(?:_shared)?$/i;

function leftByCalls(code: readonly SqlToken[]): readonly LeftOnSession[] {
  return code.flatMap((token, at) => {
    if (code[at + 1]?.is('(') !== true) return [];
    const name = token.text.toLowerCase();
    if (SESSION_LOCKS.test(name)) return [{ what: name, instead: name.replace('lock', 'xact_lock') }];
    if (name !== 'set_config') return [];
    const last = code[closingIndex(code, at + 1) - 1];
    return last?.is('FALSE') === true ? [{ what: 'set_config(…, false)', instead: 'set_config(…, true)' }] : [];
  });
}

/** The sentence about it. */
export function noticeOf({ what, instead }: LeftOnSession): string {
  return (
    `A revision has used ${what}, which stays on a connection of the pooler, where other clients find it. ` +
    `Use ${instead}; and have the pooler forget that connection: RECONNECT in the console of PgBouncer.`
  );
}
