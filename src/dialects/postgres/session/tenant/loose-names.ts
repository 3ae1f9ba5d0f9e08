import { pathAt } from '../../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../../sql/scanner.js';

/** A name without a schema of something that a statement changes, or refers to in a change. */
export interface LooseName {
  readonly kind: 'relation' | 'type' | 'function';
  readonly name: string;
  /** What it is called afterwards, where the statement renames it. */
  readonly renamed?: string;
}

const VERBS = ['ALTER', 'DROP', 'CREATE', 'TRUNCATE', 'COMMENT', 'REINDEX', 'REFRESH'];

/** Keywords behind which such a statement has a name. */
const BEFORE: Readonly<Record<LooseName['kind'], readonly string[]>> = {
  relation: ['TABLE', 'INDEX', 'VIEW', 'SEQUENCE', 'ON', 'REFERENCES', 'TRUNCATE'],
  type: ['TYPE', 'DOMAIN'],
  function: ['FUNCTION', 'PROCEDURE', 'ROUTINE', 'AGGREGATE'],
};

/** What SQL has that alters something of these kinds, in this order. */
const MAY_ALTER_UNSEEN = new RegExp(`ALTER[^]*(?:${[...BEFORE.type, ...BEFORE.function].join('|')})`, 'i');

/** Keywords between one of these and the name. */
const BETWEEN = ['IF', 'NOT', 'EXISTS', 'ONLY', 'CONCURRENTLY', 'TABLE'];

/** The names without a schema in the statements of SQL that change the schema. */
export function looseNames(sql: string): readonly LooseName[] {
  return statementsOf(sql)
    .filter(([verb]) => VERBS.includes(verb?.keyword ?? ''))
    .flatMap((code) => (['relation', 'type', 'function'] as const).flatMap((kind) => namesIn(code, kind)));
}

/** What SQL alters without a lock by which that would be found: types, domains and functions. */
export function alteredUnseen(sql: string): readonly LooseName[] {
  // To scan it takes far longer, and each tenant has all the texts of a run.
  if (!MAY_ALTER_UNSEEN.test(sql)) return [];
  return statementsOf(sql)
    .filter(([verb]) => verb?.is('ALTER'))
    .flatMap((code) => {
      const renamed = renamedTo(code);
      // What follows the name may name other things.
      const head = code.slice(0, 3);
      return (['type', 'function'] as const)
        .flatMap((kind) =>
          BEFORE[kind].includes(code[1]?.keyword ?? '') && !code[3]?.is('.') ? namesIn(head, kind) : [],
        )
        .map((found) => ({ ...found, ...(renamed !== undefined && { renamed }) }));
    });
}

function statementsOf(sql: string): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [[]];
  for (const token of codeTokens(sql, POSTGRES_SQL)) {
    if (token.is(';')) statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements;
}

function namesIn(code: readonly SqlToken[], kind: LooseName['kind']): readonly LooseName[] {
  return code.flatMap((token, at) => {
    if (!BEFORE[kind].includes(token.keyword)) return [];
    let next = at + 1;
    while (BETWEEN.includes(code[next]?.keyword ?? '')) next += 1;
    const [only, ...others] = pathAt(code, next)?.names ?? [];
    return only === undefined || others.length > 0 ? [] : [{ kind, name: nameOf(only) }];
  });
}

function renamedTo(code: readonly SqlToken[]): string | undefined {
  const at = code.findIndex((token, index) => token.is('RENAME') && code[index + 1]?.is('TO') === true);
  const to = code[at + 2];
  return at < 0 || to === undefined ? undefined : nameOf(to);
}

/** A name as the catalog has it. */
function nameOf(token: SqlToken): string {
  return token.kind === 'quoted' ? token.value : token.value.toLowerCase();
}
