import { type CallStatement, commentLines, type Entry, type Source, type Statement } from './source.js';

/** The width and the indent of prettier's printer with `printWidth: 120`. */
const PRINT_WIDTH = 120;
const INDENT = 2;

/** Keys of up to this many characters keep a long string on their line: moving it to the next line would save nothing. */
const SHORT_KEY = INDENT + 2;

/** Lays out a statement as prettier would, comment lines first, beginning with the indent and ending without a line end. */
export function layOut(statement: Statement, indent: number): string {
  const comment = statement.comment === undefined ? [] : commentLines(statement.comment);
  const text = 'text' in statement ? statement.text.trim() : call(statement, indent);
  return [...comment, text].map((line) => pad(indent) + line).join('\n');
}

/** Lays out a comment, ending without a line end. */
export function layOutComment(comment: string, indent: number): string {
  return commentLines(comment)
    .map((line) => pad(indent) + line)
    .join('\n');
}

function call({ callee, args }: CallStatement, indent: number): string {
  const flat = allFlat(args);
  const line = `${callee}(${flat?.join(', ') ?? ''});`;
  if (flat !== undefined && indent + line.length <= PRINT_WIDTH) return line;
  const [first] = args;
  if (args.length === 1 && first?.kind === 'code' && isOpenTemplate(first)) return `${callee}(${first.code});`;
  return hugged(callee, args, indent) ?? `${callee}(\n${lines(args, indent)}${pad(indent)});`;
}

/** The call with its last argument opened on the line of the call, where prettier does so. */
function hugged(callee: string, args: readonly Source[], indent: number): string | undefined {
  const last = args.at(-1);
  const others = allFlat(args.slice(0, -1));
  if (last === undefined || others === undefined || !isHuggable(last, args)) return undefined;
  const opened = broken(last, indent);
  const head = `${callee}(${[...others, ''].join(', ')}`;
  const [firstLine = ''] = opened.split('\n', 1);
  return indent + (head + firstLine).length <= PRINT_WIDTH ? `${head}${opened});` : undefined;
}

function isHuggable(last: Source, args: readonly Source[]): boolean {
  if (last.kind === 'code' || last.kind === args.at(-2)?.kind) return false;
  if (last.kind === 'list') return last.items.length > 0 && !(args.length > 1 && isOfNumbers(last.items));
  return last.kind === 'function' || last.entries.length > 0;
}

/** The source on one line if there is room for it, else on several. */
function print(source: Source, indent: number, column: number): string {
  const line = onOneLine(source);
  return line !== undefined && column + line.length + ','.length <= PRINT_WIDTH ? line : broken(source, indent);
}

function broken(source: Source, indent: number): string {
  switch (source.kind) {
    case 'code':
      return source.code;
    case 'list':
      return isOfNumbers(source.items)
        ? filled(source.items, indent)
        : `[\n${lines(source.items, indent)}${pad(indent)}]`;
    case 'object':
      return `{\n${source.entries.map((entry) => property(entry, indent + INDENT)).join('')}${pad(indent)}}`;
    case 'function': {
      const body = source.body.map((statement) => `${layOut(statement, indent + INDENT)}\n`).join('');
      return `${source.isAsync ? 'async ' : ''}(${source.parameter}) => {\n${body}${pad(indent)}}`;
    }
  }
}

function lines(items: readonly Source[], indent: number): string {
  const inner = indent + INDENT;
  return items.map((item) => `${pad(inner)}${print(item, inner, inner)},\n`).join('');
}

function property({ key, value }: Entry, indent: number): string {
  const head = `${pad(indent)}${key}: `;
  const printed = print(value, indent, head.length);
  const isTooLong = isString(value) && (head + printed).length + ','.length > PRINT_WIDTH;
  if (!isTooLong || key.length <= SHORT_KEY) return `${head}${printed},\n`;
  return `${pad(indent)}${key}:\n${pad(indent + INDENT)}${printed},\n`;
}

/** Numbers go as many to a line as there is room for. */
function filled(items: readonly Source[], indent: number): string {
  const inner = pad(indent + INDENT);
  const rows: string[] = [];
  for (const number of items.map((item) => `${onOneLine(item)},`)) {
    const row = rows.at(-1);
    if (row !== undefined && row.length + ' '.length + number.length <= PRINT_WIDTH)
      rows[rows.length - 1] = `${row} ${number}`;
    else rows.push(inner + number);
  }
  return `[\n${rows.join('\n')}\n${pad(indent)}]`;
}

/** The source on one line; undefined when it needs several. */
export function onOneLine(source: Source): string | undefined {
  switch (source.kind) {
    case 'code':
      return isOpenTemplate(source) ? undefined : source.code;
    case 'list': {
      const items = mustOpen(source.items) ? undefined : allFlat(source.items);
      return items && `[${items.join(', ')}]`;
    }
    case 'object': {
      const values = source.isOpen ? undefined : allFlat(source.entries.map((entry) => entry.value));
      if (values === undefined) return undefined;
      const entries = source.entries.map((entry, position) => `${entry.key}: ${values[position]}`);
      return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
    }
    case 'function':
      return undefined;
  }
}

function allFlat(sources: readonly Source[]): string[] | undefined {
  const flat = sources.map(onOneLine).filter((line) => line !== undefined);
  return flat.length === sources.length ? flat : undefined;
}

/** Prettier never puts several objects, or several lists, of several members each on one line. */
function mustOpen(items: readonly Source[]): boolean {
  const isLarge = (item: Source, kind: Source['kind']): boolean =>
    item.kind === kind && (item.kind === 'object' ? item.entries : item.kind === 'list' ? item.items : []).length > 1;
  const [first] = items;
  return items.length > 1 && first !== undefined && items.every((item) => isLarge(item, first.kind));
}

function isOfNumbers(items: readonly Source[]): boolean {
  return items.length > 1 && items.every((item) => item.kind === 'code' && /^-?\d[\d.e+-]*$/.test(item.code));
}

function isString(source: Source): boolean {
  return source.kind === 'code' && /^['"]/.test(source.code);
}

/** A template literal of several lines, which no layout brings onto one. */
function isOpenTemplate(source: Source): boolean {
  return source.kind === 'code' && source.code.startsWith('`') && source.code.includes('\n');
}

function pad(indent: number): string {
  return ' '.repeat(indent);
}
