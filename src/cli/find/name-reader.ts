import { type ImportedValue, readImports } from './import-clauses.js';
import type { FunctionText, SourceText } from './source-text.js';

/** What an expression of a file refers to, as far as its text shows. */
export type Value = ImportedValue | LocalClass | FunctionParameter | undefined;

/** A class that the file declares itself. */
export interface LocalClass {
  readonly kind: 'class';
  readonly name: string;
}

/** Whatever a function is called with. */
export interface FunctionParameter {
  readonly kind: 'parameter';
  readonly of: FunctionText;
  readonly position: number;
}

interface Evaluated {
  readonly value: Value;
  readonly end: number;
}

const unknownAt = (end: number): Evaluated => ({ value: undefined, end });

/** What compilers wrap `require` in. */
const interopHelper = /^(__import(Star|Default)|__toESM|_?_?interop\w*)$/i;
const declarators = new Set(['const', 'let', 'var']);
/** Ends an expression; anything else behind it makes it another expression. */
const endings = new Set([',', ')', ';', '}', ']', '']);
const deepest = 12;

/** Finds out what the names of one file mean, from its text. */
export class NameReader {
  private readonly imported: ReadonlyMap<string, ImportedValue>;
  private depth = 0;

  constructor(readonly text: SourceText) {
    this.imported = readImports(text);
  }

  /** The expression that begins at a token; undefined when the text does not show what it is. */
  valueAt(start: number): Value {
    if (this.depth >= deepest) return undefined;
    this.depth++;
    try {
      const { value, end } = this.evaluate(start);
      const isWhole = endings.has(this.text.at(end)) || this.text.tokens[end]?.afterLineBreak === true;
      return isWhole ? value : undefined;
    } finally {
      this.depth--;
    }
  }

  /** What a name means where it is used at a token. */
  lookup(name: string, at: number): Value {
    return this.parameter(name, at) ?? this.imported.get(name) ?? this.localClass(name) ?? this.variable(name);
  }

  /** The local name of an export of another file. */
  localName(specifier: string, exportName: string): string | undefined {
    for (const [local, value] of this.imported) {
      if (value.specifier === specifier && value.exportName === exportName) return local;
    }
    return undefined;
  }

  /** The names that a file gives to something that packages export: `import { NestFactory as Nest }`, `const nest = NestFactory`. */
  namesFor(exportName: string): readonly string[] {
    const { text } = this;
    const imported = [...this.imported].filter(([, value]) => value.exportName === exportName).map(([local]) => local);
    const assigned = [...text.indicesOf(exportName)]
      .filter((index) => !['.', '[', '?'].includes(text.at(index + 1)))
      .map((index) => (text.at(index - 1) === '.' ? index - 3 : index - 1))
      .filter((equals) => text.at(equals) === '=' && text.isWord(equals - 1))
      .map((equals) => text.at(equals - 1));
    return [...imported, ...assigned];
  }

  /** `x.name` where x is all that another file exports, as compilers write imports. */
  memberOfImport(name: string): ImportedValue | undefined {
    for (const index of this.text.indicesOf(name)) {
      if (this.text.at(index - 1) !== '.') continue;
      const owner = this.imported.get(this.text.at(index - 2)) ?? this.variable(this.text.at(index - 2));
      if (owner?.kind === 'import' && owner.exportName === '*') return { ...owner, exportName: name };
    }
    return undefined;
  }

  private evaluate(start: number): Evaluated {
    const { text } = this;
    const word = text.at(start);
    if (word === 'await') return this.evaluate(start + 1);
    if (word === '(') {
      const last = text.argumentsOf(start).at(-1);
      return this.suffixes({
        value: last === undefined ? undefined : this.valueAt(last),
        end: text.partner(start) + 1,
      });
    }
    const load = this.loadedFile(start);
    if (load !== undefined) return this.suffixes(load);
    if (!text.isWord(start) || ['class', 'new', 'function', 'async'].includes(word)) return unknownAt(start + 1);
    return this.suffixes({ value: this.lookup(word, start), end: start + 1 });
  }

  /** `require('x')`, `import('x')`, and either within what compilers put around them. */
  private loadedFile(start: number): Evaluated | undefined {
    const { text } = this;
    const word = text.at(start);
    if (word === 'Promise') {
      // `Promise.resolve().then(() => require('x'))`
      const then = [...text.indicesOf('then')].find((index) => index > start && index < start + 8);
      if (then === undefined) return undefined;
      const end = text.partner(then + 1);
      for (let at = then; at < end; at++) {
        const found = this.loadedFile(at);
        if (found !== undefined) return { ...found, end: end + 1 };
      }
      return undefined;
    }
    const isHelper = interopHelper.test(word) || (text.at(start + 1) === '.' && interopHelper.test(text.at(start + 2)));
    if (isHelper) {
      const open = interopHelper.test(word) ? start + 1 : start + 3;
      return text.at(open) === '(' ? { value: this.valueAt(open + 1), end: text.partner(open) + 1 } : undefined;
    }
    if ((word !== 'require' && word !== 'import') || text.at(start + 1) !== '(') return undefined;
    const specifier = text.stringAt(start + 2);
    const end = text.partner(start + 1) + 1;
    return specifier === undefined ? unknownAt(end) : { value: { kind: 'import', specifier, exportName: '*' }, end };
  }

  /** Members, calls and type assertions behind an expression. */
  private suffixes({ value, end }: Evaluated): Evaluated {
    const { text } = this;
    const mark = text.at(end);
    if (mark === '!') return this.suffixes({ value, end: end + 1 });
    if (mark === '?' && text.at(end + 1) === '.') return this.suffixes({ value, end: end + 1 });
    if (mark === 'as' || mark === 'satisfies') {
      let at = end;
      while (!endings.has(text.at(at)) && (at === end || text.tokens[at]?.afterLineBreak !== true)) at++;
      return { value, end: at };
    }
    if (mark === '.') return this.suffixes(this.member(value, end + 1));
    const open = text.afterTypeArguments(end);
    if (text.at(open) !== '(' || text.tokens[open]?.afterLineBreak === true) return { value, end };
    return { value: this.called(value, open), end: text.partner(open) + 1 };
  }

  private member(value: Value, index: number): Evaluated {
    const { text } = this;
    const end = index + 1;
    if (value?.kind !== 'import' && value?.kind !== 'class') return unknownAt(end);
    if (value.kind === 'import' && value.exportName === '*') {
      return { value: { ...value, exportName: text.at(index) }, end };
    }
    const open = text.afterTypeArguments(end);
    if (text.at(open) !== '(') return unknownAt(end);
    if (value.kind === 'class') return { value, end: text.partner(open) + 1 };
    const call = { member: text.at(index), hasArguments: text.argumentsOf(open).length > 0 };
    return { value: { ...value, call }, end: text.partner(open) + 1 };
  }

  private called(value: Value, open: number): Value {
    if (value?.kind !== 'import' || value.exportName === '*' || value.call !== undefined) return undefined;
    return { ...value, call: { hasArguments: this.text.argumentsOf(open).length > 0 } };
  }

  private parameter(name: string, at: number): Value {
    for (const fn of this.text.functionsAround(at)) {
      const position = fn.parameters.findIndex((start) => this.namesOf(start).some(([, local]) => local === name));
      if (position === -1) continue;
      const found = this.namesOf(fn.parameters[position] ?? 0).find(([, local]) => local === name)?.[0] ?? '*';
      const awaited = this.awaitedImport(fn);
      if (awaited !== undefined) return found === '*' ? awaited : { ...awaited, exportName: found };
      return found === '*' ? { kind: 'parameter', of: fn, position } : undefined;
    }
    return undefined;
  }

  /** `import('x').then((here) => …)` */
  private awaitedImport(fn: FunctionText): ImportedValue | undefined {
    const { text } = this;
    const first = fn.parameters[0] ?? 0;
    let then = first - 1;
    while (then > first - 5 && text.at(then) !== 'then') then--;
    if (text.at(then) !== 'then' || text.at(then - 1) !== '.' || text.at(then - 2) !== ')') return undefined;
    const loaded = this.loadedFile(text.partner(then - 2) - 1)?.value;
    return loaded?.kind === 'import' ? loaded : undefined;
  }

  private localClass(name: string): LocalClass | undefined {
    for (const index of this.text.indicesOf(name)) {
      if (this.text.at(index - 1) === 'class') return { kind: 'class', name };
    }
    return undefined;
  }

  /** The one value that a variable ever gets: with two it would depend on what runs. */
  private variable(name: string): Value {
    const { text } = this;
    const values: Value[] = [];
    for (const index of text.indicesOf(name)) {
      if (text.at(index - 1) === '.') continue;
      const pattern = this.patternAround(index);
      if (pattern !== undefined) {
        const picked = this.namesOf(pattern).find(([, local]) => local === name);
        const from = this.valueAt(text.partner(pattern) + 2);
        if (picked !== undefined) {
          values.push(
            from?.kind === 'import' && from.exportName === '*' ? { ...from, exportName: picked[0] } : undefined,
          );
        }
        continue;
      }
      const equals = this.equalsAfter(index);
      if (equals !== undefined) values.push(this.valueAt(equals + 1));
    }
    return values.length === 1 ? values[0] : undefined;
  }

  /** The `{` of `const { …, name, … } = ` around an index. */
  private patternAround(index: number): number | undefined {
    const { text } = this;
    for (let at = index; at > Math.max(0, index - 200); at--) {
      if (text.at(at) !== '{' || text.partner(at) < index) continue;
      return declarators.has(text.at(at - 1)) && text.at(text.partner(at) + 1) === '=' ? at : undefined;
    }
    return undefined;
  }

  /** The `=` that gives a name a value, behind its type if it has one. */
  private equalsAfter(index: number): number | undefined {
    const { text } = this;
    if (text.at(index + 1) === '=') return index + 1;
    if (!declarators.has(text.at(index - 1)) || text.at(index + 1) !== ':') return undefined;
    for (let at = index + 2; at < text.tokens.length; at++) {
      if (text.at(at) === '=') return at;
      if (text.at(at) === ';') return undefined;
    }
    return undefined;
  }

  /** Names of a pattern or a plain parameter: what is taken (`*` for all of it), and the local name. */
  private namesOf(start: number): readonly (readonly [taken: string, local: string])[] {
    const { text } = this;
    if (text.at(start) !== '{') return [['*', text.at(start)]];
    return text.argumentsOf(start).map((at) => {
      const local = text.at(at + 1) === ':' ? text.at(at + 2) : text.at(at);
      return [text.at(at), local] as const;
    });
  }
}
