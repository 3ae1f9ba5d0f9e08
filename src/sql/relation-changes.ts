import { pathAt } from './paths.js';
import type { SqlRules } from './rules.js';
import { codeTokens, type SqlToken } from './scanner.js';

/** What SQL does to a table or a view, or to a schema; names are as the catalog has them. */
export type RelationChange =
  | { readonly kind: 'create'; readonly schema: string; readonly name: string }
  | { readonly kind: 'drop'; readonly schema: string; readonly name: string }
  /** The schema is absent where the SQL does not name it. */
  | { readonly kind: 'rename'; readonly schema?: string; readonly name: string; readonly to: string }
  | { readonly kind: 'move'; readonly schema?: string; readonly name: string; readonly to: string }
  | { readonly kind: 'renameSchema'; readonly from: string; readonly to: string };

/** Keywords between the verb, or TABLE and VIEW, and what follows. */
const BETWEEN = ['IF', 'NOT', 'EXISTS', 'ONLY'];
/** How many words may be between the verb and TABLE or VIEW: `CREATE OR REPLACE TEMPORARY VIEW`. */
const MOST_WORDS = 3;

/**
 * The tables and views that SQL creates or drops by a name with a schema, and those that it renames or moves; also in the body of
 * a DO block.
 *
 * `DROP … IF EXISTS` is none: it does not require that they exist.
 *
 * @example relationChanges('CREATE TABLE sales."Order" (id int)', rules); // [{ kind: 'create', schema: 'sales', name: 'Order' }]
 */
export function relationChanges(sql: string, rules: SqlRules): readonly RelationChange[] {
  if (!/\b(?:create|alter|drop)\s/i.test(sql)) return [];
  const code = codeTokens(sql, rules);
  return code.flatMap((token, at): readonly RelationChange[] => {
    if (token.kind === 'string' && token.text.startsWith('$')) return relationChanges(token.value, rules);
    if (token.is('CREATE') || token.is('DROP')) return createdOrDropped(code, at);
    return token.is('ALTER') ? altered(code, at) : [];
  });
}

function createdOrDropped(code: readonly SqlToken[], at: number): readonly RelationChange[] {
  const kind = code[at]?.is('CREATE') ? 'create' : 'drop';
  let from = afterRelation(code, at);
  if (from === undefined || (kind === 'drop' && code[from]?.is('IF'))) return [];
  const changes: RelationChange[] = [];
  do {
    const path = pathAt(code, skip(code, from));
    const [schema, name] = path?.names.slice(-2).map(nameOf) ?? [];
    if (schema !== undefined && name !== undefined) changes.push({ kind, schema, name });
    from = (path?.next ?? code.length) + 1;
  } while (code[from - 1]?.is(','));
  return changes;
}

function altered(code: readonly SqlToken[], at: number): readonly RelationChange[] {
  if (code[at + 1]?.is('SCHEMA')) {
    const [from, to] = [code[at + 2], code[at + 5]];
    const isRename = code[at + 3]?.is('RENAME') && code[at + 4]?.is('TO');
    return isRename && from && to ? [{ kind: 'renameSchema', from: nameOf(from), to: nameOf(to) }] : [];
  }
  const from = afterRelation(code, at);
  const path = from === undefined ? undefined : pathAt(code, skip(code, from));
  const [name, schema] = path?.names.slice(-2).map(nameOf).toReversed() ?? [];
  if (path === undefined || name === undefined) return [];
  const [verb, noun, to] = code.slice(path.next);
  const isRename = verb?.is('RENAME') && noun?.is('TO');
  const isMove = verb?.is('SET') && noun?.is('SCHEMA');
  if (to === undefined || (!isRename && !isMove)) return [];
  return [{ kind: isRename ? 'rename' : 'move', ...(schema !== undefined && { schema }), name, to: nameOf(to) }];
}

/** Index after the TABLE or VIEW of a statement; undefined for any other statement. */
function afterRelation(code: readonly SqlToken[], verb: number): number | undefined {
  const words = code.slice(verb + 1, verb + 2 + MOST_WORDS);
  const place = words.findIndex((word) => word.is('TABLE') || word.is('VIEW'));
  return place < 0 || words.slice(0, place).some(({ kind }) => kind !== 'word') ? undefined : verb + 2 + place;
}

function skip(code: readonly SqlToken[], from: number): number {
  let at = from;
  while (BETWEEN.includes(code[at]?.keyword ?? '')) at++;
  return at;
}

/** The name as the catalog has it: an unquoted one in lower case. */
function nameOf({ kind, value }: SqlToken): string {
  return kind === 'quoted' ? value : value.toLowerCase();
}
