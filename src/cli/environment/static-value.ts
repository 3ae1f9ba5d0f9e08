import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Token, TokenReader, unescape, unquote } from './static-tokens.js';

/** What an expression may refer to. */
export interface StaticContext {
  /** The file that the text is of. */
  readonly file: string;
  /** Folder that the application is started in. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** In place of a value of an object that cannot be read, where the others can. */
export const unreadable = Symbol('unreadable');

/** A value that can be read without running the program. */
export type StaticValue =
  string | number | boolean | undefined | typeof unreadable | readonly StaticValue[] | StaticRecord;
export interface StaticRecord {
  readonly [key: string]: StaticValue;
}

/** An expression is not one of those that can be read as text. */
export class NotReadable extends Error {}

/**
 * The value of the expression that begins at an offset of a source without comments.
 *
 * It understands what paths of files are written with: strings and templates, `process.env`, `__dirname`, `import.meta`,
 * `process.cwd()`, `join`, `resolve`, `new URL`, conditions on these, and constants of the same file.
 *
 * @throws NotReadable when it is anything else
 */
export function readStaticValue(text: string, offset: number, context: StaticContext): StaticValue {
  return new StaticReader(text, offset, context).expression();
}

class StaticReader {
  private readonly tokens: TokenReader;
  private ahead: Token;

  constructor(
    private readonly text: string,
    offset: number,
    private readonly context: StaticContext,
    private readonly depth = 0,
  ) {
    if (depth > 8) throw new NotReadable();
    this.tokens = new TokenReader(text, offset);
    this.ahead = this.tokens.next();
  }

  expression(): StaticValue {
    const condition = this.either();
    if (!this.accept('?')) return condition;
    const yes = this.expression();
    this.expect(':');
    const no = this.expression();
    return condition ? yes : no;
  }

  private either(): StaticValue {
    let left = this.both();
    for (;;) {
      if (this.accept('??')) {
        const right = this.both();
        left ??= right;
      } else if (this.accept('||')) {
        const right = this.both();
        left = left || right;
      } else return left;
    }
  }

  private both(): StaticValue {
    let left = this.comparison();
    while (this.accept('&&')) {
      const right = this.comparison();
      left = left && right;
    }
    return left;
  }

  private comparison(): StaticValue {
    const left = this.sum();
    for (const [sign, wanted] of [
      ['===', true],
      ['==', true],
      ['!==', false],
      ['!=', false],
    ] as const) {
      if (this.accept(sign)) return (left === this.sum()) === wanted;
    }
    return left;
  }

  private sum(): StaticValue {
    let left = this.unary();
    while (this.accept('+')) left = textOf(left) + textOf(this.unary());
    return left;
  }

  private unary(): StaticValue {
    if (this.accept('!')) return !this.unary();
    let value = this.primary();
    // `!` and `as T` mean nothing when the program runs.
    for (;;) {
      if (this.accept('!')) continue;
      if (this.ahead.kind === 'name' && this.ahead.text === 'as') {
        this.take();
        this.take();
      } else if (this.accept('.')) value = memberOf(value, this.take().text);
      else return value;
    }
  }

  private primary(): StaticValue {
    const { kind, text } = this.take();
    if (kind === 'string') return unquote(text);
    if (kind === 'template') return this.template(text.slice(1, -1));
    if (kind === 'number') return Number(text);
    if (kind === 'name') return this.named(text);
    if (text === '[') return this.list(']');
    if (text === '{') return this.record();
    if (text === '(') {
      const value = this.expression();
      this.expect(')');
      return value;
    }
    throw new NotReadable();
  }

  private named(name: string): StaticValue {
    const { file, cwd } = this.context;
    if (name === 'true' || name === 'false') return name === 'true';
    if (name === 'undefined' || name === 'null') return undefined;
    if (name === '__dirname') return dirname(file);
    if (name === '__filename') return file;
    if (name === 'process') return this.process();
    if (name === 'import') return this.importMeta();
    if (name === 'new') return this.newUrl();
    const path = [name];
    while (this.accept('.')) path.push(this.take().text);
    const last = path.at(-1) ?? '';
    if (!this.accept('(')) return path.slice(1).reduce(memberOf, this.constant(name));
    const args = this.list(')').map(textOf);
    if (last === 'join') return join(...args);
    if (last === 'resolve') return resolve(cwd, ...args);
    if (last === 'dirname') return dirname(args[0] ?? '');
    if (last === 'fileURLToPath') return pathOf(args[0] ?? '');
    throw new NotReadable();
  }

  private process(): StaticValue {
    this.expect('.');
    const member = this.take().text;
    if (member === 'cwd') {
      this.expect('(');
      this.expect(')');
      return this.context.cwd;
    }
    if (member !== 'env') throw new NotReadable();
    if (this.accept('[')) {
      const key = this.expression();
      this.expect(']');
      return this.context.env[textOf(key)];
    }
    this.expect('.');
    return this.context.env[this.take().text];
  }

  private importMeta(): StaticValue {
    const { file } = this.context;
    this.expect('.');
    this.expect('meta');
    this.expect('.');
    const member = this.take().text;
    if (member === 'dirname') return dirname(file);
    if (member === 'filename') return file;
    if (member === 'url') return pathToFileURL(file).href;
    throw new NotReadable();
  }

  /** `new URL('../.env', import.meta.url)` as the path that it means, with or without `.pathname`. */
  private newUrl(): StaticValue {
    this.expect('URL');
    this.expect('(');
    const [path, base] = this.list(')').map(textOf);
    if (path === undefined || base === undefined) throw new NotReadable();
    for (const member of ['pathname', 'href']) {
      if (this.ahead.text === '.' && this.tokens.startsWith(member)) {
        this.take();
        this.take();
      }
    }
    return fileURLToPath(new URL(path, base));
  }

  private list(end: string): readonly StaticValue[] {
    const values: StaticValue[] = [];
    while (!this.accept(end)) {
      values.push(this.expression());
      if (!this.accept(',') && this.ahead.text !== end) throw new NotReadable();
    }
    return values;
  }

  private record(): StaticRecord {
    const record: Record<string, StaticValue> = {};
    while (!this.accept('}')) {
      const { kind, text } = this.take();
      if (kind !== 'name' && kind !== 'string') throw new NotReadable();
      const key = kind === 'string' ? unquote(text) : text;
      try {
        record[key] = this.accept(':') ? this.expression() : this.constant(key);
        if (![',', '}'].includes(this.ahead.text)) throw new NotReadable();
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error;
        record[key] = unreadable;
        this.skipValue();
      }
      this.accept(',');
    }
    return record;
  }

  /** Goes to the comma or the brace that ends a value. */
  private skipValue(): void {
    for (let depth = 0; ; this.take()) {
      const { kind, text } = this.ahead;
      if (kind === 'end') throw new NotReadable();
      if (kind !== 'sign') continue;
      if (depth === 0 && [',', '}'].includes(text)) return;
      if ('([{'.includes(text)) depth++;
      if (')]}'.includes(text)) depth--;
    }
  }

  /** What a `const` of the same file is initialised with. */
  private constant(name: string): StaticValue {
    const declaration = new RegExp(
      String.raw`\b(?:const|let|var)\s+${name.replaceAll('$', String.raw`\$`)}\s*(?::[^=;]+)?=(?!=)`,
    );
    const found = declaration.exec(this.text);
    if (found === null) throw new NotReadable();
    return this.at(this.text, found.index + found[0].length);
  }

  private template(content: string): string {
    return content.replaceAll(/\\([\s\S])|\$\{([^}]*)\}/g, (_all, escaped: string | undefined, inner: string) =>
      escaped === undefined ? textOf(this.at(`${inner} `, 0)) : unescape(escaped),
    );
  }

  private at(text: string, offset: number): StaticValue {
    // Constants are looked up in the whole text, whatever part of it is read.
    const whole = text === this.text ? text : `${text};\n${this.text}`;
    return new StaticReader(whole, offset, this.context, this.depth + 1).expression();
  }

  private accept(sign: string): boolean {
    if (this.ahead.kind !== 'sign' || this.ahead.text !== sign) return false;
    this.take();
    return true;
  }

  private expect(text: string): void {
    if (this.take().text !== text) throw new NotReadable();
  }

  private take(): Token {
    const taken = this.ahead;
    this.ahead = this.tokens.next();
    return taken;
  }
}

function memberOf(value: StaticValue, member: string): StaticValue {
  if (typeof value !== 'object' || Array.isArray(value) || !(member in value)) throw new NotReadable();
  const found = (value as StaticRecord)[member];
  if (found === unreadable) throw new NotReadable();
  return found;
}

function textOf(value: StaticValue): string {
  if (typeof value === 'object' || typeof value === 'symbol') throw new NotReadable();
  return String(value);
}

function pathOf(value: string): string {
  return value.startsWith('file:') ? fileURLToPath(value) : value;
}
