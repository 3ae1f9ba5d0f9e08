import type { SqlRules } from '../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../sql/scanner.js';
import type { StatementPlace } from '../writer.js';

/** The verbs of a database: the first keywords of its statements. */
export interface PlaceRules {
  readonly rules: SqlRules;
  readonly session: ReadonlySet<string>;
  readonly anywhere: ReadonlySet<string>;
  /** Refines the place of a statement by its tokens; undefined where its verb decides. */
  readonly refine: (code: readonly SqlToken[]) => StatementPlace | undefined;
}

/** Tokens of a statement that are looked at: what decides is at its beginning. */
const MOST_TOKENS = 40;

/** Objects whose definitions have statements in them. */
const BODIES = ['TRIGGER', 'FUNCTION', 'PROCEDURE'];

/** Where SQL can run: several statements in one text where all of them can. */
export function statementPlace(sql: string, place: PlaceRules): StatementPlace {
  const places = new Set(statementsOf(sql, place.rules).map((code) => placeOfOne(code, place)));
  if (places.size === 1) return [...places][0] as StatementPlace;
  return places.has('alone') ? 'alone' : 'anywhere';
}

function placeOfOne(code: readonly SqlToken[], { session, anywhere, refine }: PlaceRules): StatementPlace {
  const refined = refine(code);
  if (refined !== undefined) return refined;
  const verb = code[0]?.keyword ?? '';
  if (session.has(verb)) return 'session';
  return anywhere.has(verb) ? 'anywhere' : 'alone';
}

/** The beginnings of the statements of a text. */
function statementsOf(sql: string, rules: SqlRules): readonly (readonly SqlToken[])[] {
  const first = codeTokens(sql, rules, MOST_TOKENS);
  const body = first.slice(0, 5).some(({ keyword }) => BODIES.includes(keyword));
  if (body || !sql.includes(';')) return [first];
  const statements: SqlToken[][] = [[]];
  for (const token of codeTokens(sql, rules)) {
    if (token.is(';')) statements.push([]);
    else if ((statements.at(-1)?.length ?? 0) < MOST_TOKENS) statements.at(-1)?.push(token);
  }
  return statements.filter((tokens) => tokens.length > 0);
}
