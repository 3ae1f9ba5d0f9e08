import type { Declaration, Export, Scope } from './scope.js';
import type { TokenList } from './token-list.js';
import { NotAType, parseTypeParameters } from './type-parser.js';

/** The name that a default export without one gets. */
const DEFAULT = '*default*';

/** Reads what a module declares, imports and exports. */
export function readScope(file: string, tokens: TokenList): Scope {
  return new ScopeReader(file, tokens, 0, tokens.length).read();
}

class ScopeReader {
  private readonly names = new Map<string, Declaration[]>();
  private readonly exports = new Map<string, Export>();
  private readonly stars: { specifier: string; typeOnly: boolean }[] = [];
  private readonly scope: Scope;
  private index: number;

  constructor(
    private readonly file: string,
    private readonly tokens: TokenList,
    start: number,
    private readonly end: number,
    parent?: Scope,
  ) {
    this.index = start;
    this.scope = {
      file,
      tokens,
      ...(parent === undefined ? {} : { parent }),
      names: this.names,
      exports: this.exports,
      stars: this.stars,
    };
  }

  read(): Scope {
    while (this.index < this.end) {
      const { tokens, index } = this;
      if (tokens.isOpening(index)) this.index = tokens.partner(index) + 1;
      else if (!tokens.isWord(index) || tokens.at(index - 1) === '.') this.index++;
      else if (tokens.at(index) === 'import') this.import(false);
      else if (tokens.at(index) === 'export') this.export();
      else this.declaration(false);
    }
    return this.scope;
  }

  private declare(name: string, declaration: Declaration, exported: boolean): void {
    this.names.set(name, [...(this.names.get(name) ?? []), declaration]);
    // What is in a namespace of a declaration file is exported without the word.
    if (exported || this.scope.parent !== undefined) this.exports.set(name, { local: name, typeOnly: false });
  }

  /** A declaration at the index; goes behind its name, or one token on where there is none. @returns its name */
  private declaration(exported: boolean): string | undefined {
    const { tokens } = this;
    while (
      ['declare', 'abstract', 'async', 'default'].includes(tokens.at(this.index)) &&
      tokens.isWord(this.index + 1)
    ) {
      this.index++;
    }
    const word = tokens.at(this.index);
    const start = word === 'const' && tokens.at(this.index + 1) === 'enum' ? this.index + 1 : this.index;
    const name = tokens.at(start + 1);
    const isNamed = tokens.isWord(start + 1);
    const read = this.declarations[tokens.at(start)];
    const declared =
      read === undefined || !Object.hasOwn(this.declarations, tokens.at(start)) ? undefined : read(start, isNamed);
    if (declared === undefined) {
      this.index++;
      return undefined;
    }
    const known = isNamed && !['extends', 'implements'].includes(name) ? name : DEFAULT;
    this.index = declared.end;
    this.declare(known, declared.declaration, exported);
    return known;
  }

  private readonly declarations: Readonly<
    Record<
      string,
      (start: number, isNamed: boolean) => { readonly declaration: Declaration; readonly end: number } | undefined
    >
  > = {
    enum: (start, isNamed) => {
      const open = start + 2;
      if (!isNamed || this.tokens.at(open) !== '{') return undefined;
      return { declaration: { kind: 'enum', open }, end: this.tokens.partner(open) + 1 };
    },
    type: (start, isNamed) => {
      if (!isNamed) return undefined;
      const parsed = this.parameters(start + 2);
      if (parsed === undefined || this.tokens.at(parsed.end) !== '=') return undefined;
      const type = parsed.end + 1;
      return { declaration: { kind: 'alias', parameters: parsed.parameters, type }, end: type };
    },
    interface: (start, isNamed) => {
      if (!isNamed) return undefined;
      const parents = this.tokens.afterAngles(start + 2);
      if (!['extends', '{'].includes(this.tokens.at(parents))) return undefined;
      const open = this.bodyFrom(parents);
      return { declaration: { kind: 'interface', parents, open }, end: this.tokens.partner(open) + 1 };
    },
    class: (start) => {
      const open = this.bodyFrom(start + 1);
      return { declaration: { kind: 'class', open }, end: this.tokens.partner(open) + 1 };
    },
    namespace: (start) => this.namespace(start),
    module: (start) => this.namespace(start),
    function: (start, isNamed) => (isNamed ? { declaration: { kind: 'function' }, end: start + 2 } : undefined),
    const: (start, isNamed) => this.value(start, isNamed),
    let: (start, isNamed) => this.value(start, isNamed),
    var: (start, isNamed) => this.value(start, isNamed),
  };

  private value(start: number, isNamed: boolean): { declaration: Declaration; end: number } | undefined {
    const { tokens } = this;
    if (!isNamed) return undefined;
    const colon = tokens.at(start + 2) === '!' ? start + 3 : start + 2;
    const annotation = tokens.at(colon) === ':' ? colon + 1 : undefined;
    const equals = annotation === undefined ? start + 2 : this.afterAnnotation(annotation);
    const initializer = tokens.at(equals) === '=' ? equals + 1 : undefined;
    return {
      declaration: {
        kind: 'value',
        ...(annotation === undefined ? {} : { annotation }),
        ...(initializer === undefined ? {} : { initializer }),
      },
      end: initializer ?? start + 2,
    };
  }

  /** Index behind the type of a variable: at the `=`, or where the statement ends. */
  private afterAnnotation(index: number): number {
    const { tokens } = this;
    let at = index;
    while (at < tokens.length && !['=', ';'].includes(tokens.at(at))) {
      at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
      if (tokens.at(at - 1) !== '=>' && tokens.afterLineBreak(at) && tokens.isWord(at)) break;
    }
    return at;
  }

  private namespace(start: number): { declaration: Declaration; end: number } | undefined {
    const open = start + 2;
    if (!this.tokens.isWord(start + 1) || this.tokens.at(open) !== '{') return undefined;
    const close = this.tokens.partner(open);
    const scope = new ScopeReader(this.file, this.tokens, open + 1, close, this.scope).read();
    return { declaration: { kind: 'namespace', scope }, end: close + 1 };
  }

  private parameters(index: number): ReturnType<typeof parseTypeParameters> | undefined {
    try {
      return parseTypeParameters(this.tokens, index);
    } catch (error) {
      if (error instanceof NotAType) return undefined;
      throw error;
    }
  }

  /** The brace that begins the body of a class or an interface. */
  private bodyFrom(index: number): number {
    return bodyFrom(this.tokens, index);
  }

  private import(exported: boolean): void {
    const { tokens } = this;
    let at = this.index + 1;
    this.index = at;
    if (['(', '.', ''].includes(tokens.at(at))) return;
    const next = tokens.at(at + 1);
    const typeOnly = tokens.at(at) === 'type' && next !== '=' && next !== 'from' && next !== ',';
    if (typeOnly) at++;
    if (tokens.isWord(at) && tokens.at(at + 1) === '=') return this.importEquals(at, typeOnly, exported);
    const bindings: { local: string; name: string; typeOnly: boolean }[] = [];
    if (tokens.isWord(at)) bindings.push({ local: tokens.at(at++), name: 'default', typeOnly });
    if (tokens.at(at) === ',') at++;
    if (tokens.at(at) === '*') {
      bindings.push({ local: tokens.at(at + 2), name: '*', typeOnly });
      at += 3;
    } else if (tokens.at(at) === '{') {
      for (const { name, alias, typeOnly: own } of this.specifiers(at)) {
        bindings.push({ local: alias, name, typeOnly: typeOnly || own });
      }
      at = tokens.partner(at) + 1;
    }
    if (tokens.at(at) !== 'from' || tokens.kind(at + 1) !== 'string') return;
    const specifier = tokens.value(at + 1);
    for (const { local, ...binding } of bindings)
      this.declare(local, { kind: 'import', specifier, ...binding }, exported);
    this.index = at + 2;
  }

  /** `import x = require('x')` and `import Status = Enums.Status`. */
  private importEquals(at: number, typeOnly: boolean, exported: boolean): void {
    const { tokens } = this;
    const local = tokens.at(at);
    if (tokens.at(at + 2) === 'require' && tokens.at(at + 3) === '(') {
      const specifier = tokens.value(at + 4);
      this.declare(local, { kind: 'import', specifier, name: '=', typeOnly }, exported);
    } else {
      const path = [tokens.at(at + 2)];
      for (let dot = at + 3; tokens.at(dot) === '.'; dot += 2) path.push(tokens.at(dot + 1));
      this.declare(local, { kind: 'path', path }, exported);
    }
    this.index = at + 3;
  }

  private export(): void {
    const { tokens } = this;
    let at = this.index + 1;
    const typeOnly = tokens.at(at) === 'type' && ['{', '*'].includes(tokens.at(at + 1));
    if (typeOnly) at++;
    this.index = at;
    if (tokens.at(at) === '*') this.exportAll(at, typeOnly);
    else if (tokens.at(at) === '{') this.exportList(at, typeOnly);
    else if (tokens.at(at) === 'default') this.exportDefault(at + 1);
    else if (tokens.at(at) === '=') this.exports.set('=', { local: tokens.at(at + 1), typeOnly });
    else if (tokens.at(at) === 'import') this.import(true);
    else if (tokens.isWord(at)) this.declaration(true);
  }

  private exportAll(at: number, typeOnly: boolean): void {
    const { tokens } = this;
    const isNamed = tokens.at(at + 1) === 'as';
    const from = isNamed ? at + 3 : at + 1;
    const specifier = tokens.value(from + 1);
    if (tokens.at(from) !== 'from') return;
    if (isNamed) this.exports.set(tokens.value(at + 2), { specifier, name: '*', typeOnly });
    else this.stars.push({ specifier, typeOnly });
    this.index = from + 2;
  }

  private exportList(at: number, typeOnly: boolean): void {
    const { tokens } = this;
    const close = tokens.partner(at);
    const specifier = tokens.at(close + 1) === 'from' ? tokens.value(close + 2) : undefined;
    for (const { name, alias, typeOnly: own } of this.specifiers(at)) {
      const how = { typeOnly: typeOnly || own };
      this.exports.set(alias, specifier === undefined ? { local: name, ...how } : { specifier, name, ...how });
    }
    this.index = specifier === undefined ? close + 1 : close + 3;
  }

  private exportDefault(at: number): void {
    const { tokens } = this;
    this.index = at;
    const isName = tokens.isWord(at) && (tokens.at(at + 1) === ';' || tokens.afterLineBreak(at + 1));
    const local = isName ? tokens.at(at) : this.declaration(false);
    if (local === undefined) this.declare(DEFAULT, { kind: 'value', initializer: at }, false);
    this.exports.set('default', { local: local ?? DEFAULT, typeOnly: false });
  }

  /** `{ A, B as C, type D }`. */
  private specifiers(open: number): readonly { name: string; alias: string; typeOnly: boolean }[] {
    const { tokens } = this;
    const close = tokens.partner(open);
    const found: { name: string; alias: string; typeOnly: boolean }[] = [];
    for (let at = open + 1; at < close; at++) {
      const typeOnly = tokens.at(at) === 'type' && ![',', '}', 'as'].includes(tokens.at(at + 1));
      if (typeOnly) at++;
      const name = tokens.value(at);
      const isRenamed = tokens.at(at + 1) === 'as';
      if (isRenamed) at += 2;
      found.push({ name, alias: tokens.value(at), typeOnly });
      at++;
    }
    return found;
  }
}

/** The brace that begins the body of a class or an interface, from behind its name. */
export function bodyFrom(tokens: TokenList, index: number): number {
  let at = index;
  while (at < tokens.length && tokens.at(at) !== '{') {
    if (tokens.at(at) === '<') at = Math.max(tokens.afterAngles(at), at + 1);
    else at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
  }
  return at;
}
