/** Texts and comments; a name in quotes; a word; what lists and nests. */
const TOKEN =
  /[eE]?'(?:[^']|'')*'|(\$\w*\$)[\s\S]*?\1|--[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"]|"")*"|`(?:[^`]|``)*`)|([\p{L}_][\p{L}\p{N}_$]*)|[(),.]/gu;

/** What ends the list of what a query reads. */
const ENDS = new Set(
  'select where group having order limit offset fetch for window union intersect except returning'.split(' '),
);

/** A table or view as a query names it: its name behind that of its schema, if that is said. */
export type Source = readonly [name: string] | readonly [schema: string, name: string];

/** A source, and where it begins in the text; `name` is where the part after its schema begins. */
interface Place {
  source: Source;
  readonly start: number;
  name: number;
}

/** What a query reads: the names behind FROM and JOIN. */
export function sourcesIn(sql: string): Source[] {
  return placesIn(sql).map(({ source }) => source);
}

/** The same with the places of the names. */
export function placesIn(sql: string): Place[] {
  const found: Place[] = [];
  const outer: boolean[] = [];
  /** Whether a comma is followed by one more, and whether the next name is one. */
  let [isList, isNext] = [false, false];
  let last: Place | undefined;
  let isQualified = false;
  for (const match of sql.matchAll(TOKEN)) {
    const [token, , quoted, word] = match;
    const name = quoted === undefined ? word : unquoted(quoted);
    const keyword = word?.toLowerCase() ?? '';
    if (name !== undefined && isQualified && last !== undefined) {
      last.source = [last.source[0], name];
      last.name = match.index;
      isQualified = false;
    } else if (keyword === 'from' || keyword === 'join') {
      [isList, isNext, last] = [true, true, undefined];
    } else if (ENDS.has(keyword)) {
      [isList, isNext, last] = [false, false, undefined];
    } else if (name !== undefined) {
      if (isNext && keyword !== 'lateral' && keyword !== 'only') {
        last = { source: [name], start: match.index, name: match.index };
        found.push(last);
        isNext = false;
      } else {
        last = undefined;
      }
    } else if (token === '.') {
      isQualified = last !== undefined;
    } else if (token === '(') {
      outer.push(isList);
      isList = isNext;
    } else if (token === ')') {
      [isList, isNext] = [outer.pop() ?? false, false];
    } else if (token === ',') {
      [isNext, last] = [isList, undefined];
    }
  }
  return found;
}

/** All words and quoted names of an SQL text. */
export function wordsIn(sql: string): Set<string> {
  return new Set(sql.match(/[\p{L}\p{N}_$]+|"(?:[^"]|"")+"/gu)?.map((word) => unquoted(word)));
}

/** What a name in an SQL text is called: without its quotes. */
export function unquoted(word: string): string {
  const quote = word.charAt(0);
  return quote === '"' || quote === '`' ? word.slice(1, -1).replaceAll(quote + quote, quote) : word;
}
