/** JSON with comments and trailing commas, as tsconfig.json and nest-cli.json are written. */
interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A list under a key of the outermost object: its brackets, and the elements between them. */
interface List {
  readonly open: Token;
  readonly close: Token;
  readonly inner: readonly Token[];
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

const tokens = /"(?:\\.|[^"\\])*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[{}[\],:]|[^\s{}[\],:"/]+/g;

/** @throws SyntaxError when it is not JSON, but for comments and commas; its place is that in `text` */
export function parseJsonc(text: string): unknown {
  const all = tokensOf(text);
  const code = all.filter((token) => !isComment(token));
  const idle = new Set(
    code.filter((token, index) => token.text === ',' && /^[\]}]$/.test(code[index + 1]?.text ?? '')),
  );
  const blank = all.filter((token) => isComment(token) || idle.has(token));
  const plain = blank.reduce(
    (result, { start, end }) =>
      result.slice(0, start) + result.slice(start, end).replace(/[^\r\n]/g, ' ') + result.slice(end),
    withoutMark(text),
  );
  return JSON.parse(plain);
}

/**
 * Adds an item to the list under a key of the outermost object, in the layout of the file: comments, line ends, indentation
 * and trailing commas stay as they are.
 *
 * @param before the items to write before it where the object has no such key yet
 * @returns undefined where the key holds no list, or the text is no object
 */
export function addToList(text: string, key: string, item: string, before: readonly string[] = []): string | undefined {
  const all = tokensOf(text);
  const property = findProperty(all, key);
  if (property === undefined) {
    const list = `[${[...before, item].map((one) => JSON.stringify(one)).join(', ')}]`;
    return addProperty(text, all, `"${key}": ${list}`);
  }
  const list = listAt(all, property);
  return list === undefined ? undefined : insert(text, appended(text, list, JSON.stringify(item)));
}

function tokensOf(text: string): Token[] {
  return [...withoutMark(text).matchAll(tokens)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The byte order mark as a space, so that places stay the same. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, ' ');
}

function isComment({ text }: Token): boolean {
  return text.startsWith('//') || text.startsWith('/*');
}

/** Index of the first token of the value under a key of the outermost object. */
function findProperty(all: readonly Token[], key: string): number | undefined {
  let depth = 0;
  for (const [index, { text }] of all.entries()) {
    if ('{['.includes(text)) depth++;
    else if ('}]'.includes(text)) depth--;
    else if (depth === 1 && text === JSON.stringify(key)) {
      const colon = nextCode(all, index);
      if (all[colon]?.text === ':') return nextCode(all, colon);
    }
  }
  return undefined;
}

function nextCode(all: readonly Token[], index: number): number {
  return all.findIndex((token, at) => at > index && !isComment(token));
}

function listAt(all: readonly Token[], start: number): List | undefined {
  const open = all[start];
  const end = all.findIndex(({ text }, index) => index > start && text === ']');
  const close = all[end];
  if (open?.text !== '[' || close === undefined) return undefined;
  return { open, close, inner: all.slice(start + 1, end) };
}

/** On a line of its own where the last element begins one. */
function appended(text: string, { open, inner }: List, item: string): readonly Insertion[] {
  const code = inner.filter((token) => !isComment(token));
  const last = code.findLast((token) => token.text !== ',');
  if (last === undefined) return [{ at: open.end, text: item }];
  const indentation = indentationAt(text, last.start);
  if (indentation === undefined) return [{ at: last.end, text: `, ${item}` }];
  const comma = code.at(-1)?.text === ',';
  const line = `${lineEnd(text)}${indentation}${item}${comma ? ',' : ''}`;
  return [...(comma ? [] : [{ at: last.end, text: ',' }]), { at: inner.at(-1)?.end ?? last.end, text: line }];
}

function addProperty(text: string, all: readonly Token[], property: string): string | undefined {
  const close = all.findLastIndex((token) => !isComment(token));
  const open = all.find((token) => !isComment(token));
  const first = all.find(({ text: token }) => token.startsWith('"'));
  if (open?.text !== '{' || all[close]?.text !== '}') return undefined;
  if (first === undefined) return insert(text, [{ at: open.end, text: ` ${property} ` }]);
  const inner = all.slice(0, close);
  const last = inner.findLast((token) => !isComment(token)) ?? open;
  const comma = last.text === ',';
  const indentation = indentationAt(text, first.start);
  const begin = indentation === undefined ? ' ' : `${lineEnd(text)}${indentation}`;
  return insert(text, [
    ...(comma ? [] : [{ at: last.end, text: ',' }]),
    { at: inner.at(-1)?.end ?? last.end, text: `${begin}${property}${comma ? ',' : ''}` },
  ]);
}

/** What precedes a token in its line; undefined when that is more than white space. */
function indentationAt(text: string, start: number): string | undefined {
  return /\n([ \t]*)$/.exec(text.slice(0, start))?.[1];
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function insert(text: string, insertions: readonly Insertion[]): string {
  return insertions.reduceRight((result, { at, text: added }) => result.slice(0, at) + added + result.slice(at), text);
}
