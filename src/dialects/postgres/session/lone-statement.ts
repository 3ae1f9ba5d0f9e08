import { closingIndex, pathAt } from '../../../sql/paths.js';
import { POSTGRES_SQL } from '../../../sql/rules.js';
import { codeTokens, type SqlToken } from '../../../sql/scanner.js';
import { nameLimit } from '../names.js';

/**
 * A statement that PostgreSQL runs only outside a transaction, and that nobody waits behind: it takes locks that let the
 * application read and write. Names are SQL, as written.
 */
export type LoneStatement =
  | {
      readonly kind: 'build';
      readonly table: string;
      /** Absent where PostgreSQL chooses the name. */
      readonly name?: string;
      readonly chosen?: ChosenName;
    }
  | { readonly kind: 'drop'; readonly name: string }
  | { readonly kind: 'reindex'; readonly of: string; readonly name: string | undefined }
  | { readonly kind: 'detach'; readonly table: string; readonly partition: string; readonly start: string }
  | { readonly kind: 'vacuum' };

/** The name that PostgreSQL chooses for an index, without the number that it may add. */
export interface ChosenName {
  /** A regular expression for it. */
  readonly pattern: string;
  /** The indexed columns, in their order; an expression is empty. */
  readonly columns: readonly string[];
  /** Whether it is known for certain: not where the index is of an expression, or where the name is cut. */
  readonly isCertain: boolean;
}

/** The lone statement that SQL is; undefined for any other. Comments and capitals do not matter. */
export function loneStatement(sql: string): LoneStatement | undefined {
  const first = codeTokens(sql, POSTGRES_SQL, 1)[0]?.keyword;
  if (first === undefined || !['CREATE', 'DROP', 'REINDEX', 'ALTER', 'VACUUM'].includes(first)) return undefined;
  const reader = new Reader(sql);
  switch (first) {
    case 'CREATE':
      return readBuild(reader);
    case 'DROP':
      return readDrop(reader);
    case 'REINDEX':
      return readReindex(reader);
    case 'ALTER':
      return readDetach(reader);
    default:
      return reader.options().includes('FULL') ? undefined : { kind: 'vacuum' };
  }
}

/** Reads a statement from left to right. */
class Reader {
  private readonly code: readonly SqlToken[];
  private at = 0;

  constructor(readonly sql: string) {
    this.code = codeTokens(sql, POSTGRES_SQL);
  }

  /** Goes past these keywords where they are next. */
  accept(...words: readonly string[]): boolean {
    const isThere = words.every((word, ahead) => this.code[this.at + ahead]?.is(word));
    if (isThere) this.at += words.length;
    return isThere;
  }

  isAt(word: string): boolean {
    return this.code[this.at]?.is(word) === true;
  }

  /** Goes past a name, which may be qualified. */
  name(): string | undefined {
    const path = pathAt(this.code, this.at);
    this.at = path?.next ?? this.at;
    return path && this.sql.slice(path.names[0]?.start, path.names.at(-1)?.end);
  }

  /** The statement up to here. */
  get before(): string {
    return this.sql.slice(0, this.code[this.at - 1]?.end ?? 0);
  }

  /** The keywords behind the verb that are its options, as `VACUUM FULL` or `REINDEX (VERBOSE, CONCURRENTLY)`. */
  options(): readonly string[] {
    const found: string[] = [];
    this.at = 1;
    const isList = this.isAt('(');
    const end = isList ? closingIndex(this.code, 1) : this.code.length;
    for (; this.at < end; this.at += 1) {
      const { keyword = '' } = this.code[this.at] ?? {};
      if (!isList && !VACUUM_OPTIONS.has(keyword)) break;
      if (isOn(this.code, this.at)) found.push(keyword);
    }
    if (isList) this.at += 1;
    return found;
  }

  /** The parts of the list in parentheses that is next: a name by itself as PostgreSQL reads it, else undefined. */
  list(): readonly (string | undefined)[] {
    const open = this.code.findIndex((token, index) => index >= this.at && token.is('('));
    const end = closingIndex(this.code, open);
    const parts: SqlToken[][] = [[]];
    let depth = 0;
    for (const token of this.code.slice(open + 1, end)) {
      if (token.is('(')) depth += 1;
      if (token.is(')')) depth -= 1;
      if (depth === 0 && token.is(',')) parts.push([]);
      else parts.at(-1)?.push(token);
    }
    return parts.map(columnName);
  }
}

const VACUUM_OPTIONS = new Set(['FULL', 'FREEZE', 'VERBOSE', 'ANALYZE', 'ANALYSE']);

/** Whether an option of a list is switched on: by itself, or by its value. */
function isOn(code: readonly SqlToken[], at: number): boolean {
  const value = code[at + 1];
  return !['FALSE', 'OFF', '0'].includes(value?.kind === 'number' ? value.text : (value?.value.toUpperCase() ?? ''));
}

/** The name of an indexed column; undefined for an expression. What comes behind the name is its order and operator class. */
function columnName([first, next]: readonly SqlToken[]): string | undefined {
  if (first?.isName !== true || next?.is('(') || next?.is('.')) return undefined;
  return first.kind === 'quoted' ? first.value : first.value.toLowerCase();
}

function readBuild(reader: Reader): LoneStatement | undefined {
  const isBuild =
    reader.accept('CREATE', 'UNIQUE', 'INDEX', 'CONCURRENTLY') || reader.accept('CREATE', 'INDEX', 'CONCURRENTLY');
  if (!isBuild) return undefined;
  reader.accept('IF', 'NOT', 'EXISTS');
  const name = reader.isAt('ON') ? undefined : reader.name();
  if (!reader.accept('ON')) return undefined;
  reader.accept('ONLY');
  const table = reader.name();
  if (table === undefined) return undefined;
  return name === undefined
    ? { kind: 'build', table, chosen: chosenName(table, reader.list()) }
    : { kind: 'build', table, name };
}

function chosenName(table: string, columns: readonly (string | undefined)[]): ChosenName {
  const last = codeTokens(table, POSTGRES_SQL).at(-1);
  const parts = [last && columnName([last]), ...columns, 'idx'];
  const isCertain = parts.every((part) => part !== undefined) && Buffer.byteLength(parts.join('_')) <= nameLimit.length;
  const [bare = ''] = parts;
  // A name that is too long is cut in its middle, and an expression has the name of its function.
  const isShort = Buffer.byteLength(bare) < nameLimit.length / 2;
  const pattern =
    isCertain || isShort ? parts.map((part) => (part === undefined ? '.+' : literal(part))) : ['.+', 'idx'];
  return { pattern: pattern.join('_'), columns: columns.map((name = '') => name), isCertain };
}

/** The regular expression of PostgreSQL for a text. */
function literal(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_]/gu, String.raw`\$&`);
}

function readDrop(reader: Reader): LoneStatement | undefined {
  if (!reader.accept('DROP', 'INDEX', 'CONCURRENTLY')) return undefined;
  reader.accept('IF', 'EXISTS');
  const name = reader.name();
  return name === undefined ? undefined : { kind: 'drop', name };
}

function readReindex(reader: Reader): LoneStatement | undefined {
  const options = reader.options();
  const of = ['INDEX', 'TABLE', 'SCHEMA', 'DATABASE', 'SYSTEM'].find((kind) => reader.accept(kind));
  const isConcurrent = reader.accept('CONCURRENTLY') || options.includes('CONCURRENTLY');
  return of === undefined || !isConcurrent ? undefined : { kind: 'reindex', of, name: reader.name() };
}

function readDetach(reader: Reader): LoneStatement | undefined {
  if (!reader.accept('ALTER', 'TABLE')) return undefined;
  reader.accept('IF', 'EXISTS');
  const table = reader.name();
  if (table === undefined || !reader.accept('DETACH', 'PARTITION')) return undefined;
  const partition = reader.name();
  const start = reader.before;
  return partition === undefined || !reader.accept('CONCURRENTLY')
    ? undefined
    : { kind: 'detach', table, partition, start };
}
