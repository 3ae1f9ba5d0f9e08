import { type Kinds, type TypeContext, propertiesIn, type TypeReader, typeAt } from './kinds.js';
import type { Scope } from './scope.js';
import type { Found, TypeNames } from './type-names.js';
import type { TypeNode } from './type-node.js';

const nothing: ReadonlyMap<string, Kinds> = new Map();

/** Works out the kinds of values: of enums, and of constants that types are made of (`keyof typeof colours`). */
export class ValueKinds {
  private readonly active = new Set<string>();

  constructor(
    private readonly types: TypeReader,
    private readonly names: TypeNames,
  ) {}

  /** The kinds of an enum's members; an enum without members is a number, as TypeScript has it. */
  ofEnum(scope: Scope, open: number): Kinds {
    const kinds = this.entries(scope, open).map(({ name }) => this.ofEnumMember(scope, open, name));
    return kinds.length === 0 ? ['number'] : [...new Set(kinds.flat())];
  }

  ofEnumMember(scope: Scope, open: number, member: string): Kinds {
    const entry = this.entries(scope, open).find(({ name }) => name === member);
    if (entry?.value === undefined) return ['number'];
    return (
      this.guarded(scope, entry.value, () => this.ofConstant(scope, open, entry.value ?? 0, entry.end)) ?? ['number']
    );
  }

  /** What `typeof a.b` is. */
  ofPath(path: readonly string[], scope: Scope): Kinds {
    const found = this.names.find(scope, path);
    if (found?.kind === 'member') return this.ofEnumMember(found.scope, found.open, found.name);
    if (found?.kind !== 'declared') return this.ofProperty(path, scope);
    const { scope: home, declarations } = found;
    if (declarations.some(({ kind }) => kind === 'function')) return ['function'];
    const value = declarations.find((one) => one.kind === 'value');
    if (value === undefined)
      return declarations.some(({ kind }) => kind === 'class' || kind === 'enum') ? ['object'] : ['lost'];
    if (value.annotation !== undefined) return this.types.at(value.annotation, { scope: home, parameters: nothing });
    return value.initializer === undefined ? ['lost'] : this.ofExpression(home, value.initializer);
  }

  /** `keyof T`: names are strings, but for numeric ones. */
  keysOf(node: TypeNode, context: TypeContext): Kinds {
    if (node.kind === 'typeof') {
      const literal = this.literalOf(node.path, context.scope);
      if (literal !== undefined) {
        const { tokens } = literal.scope;
        if (tokens.at(literal.open) === '[') return ['lost'];
        return kindsOfKeys(this.entries(literal.scope, literal.open));
      }
      const found = this.names.find(context.scope, node.path);
      return found?.kind === 'declared' && found.declarations.some(({ kind }) => kind === 'enum')
        ? ['string']
        : ['lost'];
    }
    const body = this.bodyOf(node, context);
    if (body === undefined) return ['lost'];
    const hasSignature = propertiesIn(body.scope, body.open).some(({ name }) => name === '');
    return hasSignature ? ['lost'] : ['string'];
  }

  /** `T[number]`, `T['name']`, `T[keyof T]`. */
  indexed(object: TypeNode, index: TypeNode, context: TypeContext): Kinds {
    const name = index.kind === 'literal' && index.of === 'string' ? index.text : undefined;
    if (object.kind === 'typeof') return this.indexedValue(object.path, name, context.scope);
    if (object.kind === 'readonly') return this.indexed(object.type, index, context);
    if (object.kind === 'array') return this.types.of(object.element, context);
    if (object.kind === 'tuple') return object.elements.flatMap((element) => this.types.of(element, context));
    const alias = object.kind === 'reference' ? this.names.find(context.scope, object.path) : undefined;
    const aliased = alias === undefined ? undefined : aliasedType(alias);
    if (aliased !== undefined && aliased.node.kind !== 'object') {
      return this.indexed(aliased.node, index, { scope: aliased.scope, parameters: nothing });
    }
    const body = this.bodyOf(object, context);
    if (body === undefined) return ['lost'];
    const properties = propertiesIn(body.scope, body.open).filter(
      (property) => name === undefined || property.name === name,
    );
    const inBody = { scope: body.scope, parameters: nothing };
    return properties.length === 0
      ? ['lost']
      : properties.flatMap(({ type }) => (type === undefined ? ['lost' as const] : this.types.of(type, inBody)));
  }

  private indexedValue(path: readonly string[], name: string | undefined, scope: Scope): Kinds {
    const found = this.names.find(scope, path);
    const ofEnum = found?.kind === 'declared' ? found.declarations.find((one) => one.kind === 'enum') : undefined;
    if (ofEnum !== undefined && found?.kind === 'declared') {
      return name === undefined
        ? this.ofEnum(found.scope, ofEnum.open)
        : this.ofEnumMember(found.scope, ofEnum.open, name);
    }
    const literal = this.literalOf(path, scope);
    if (literal === undefined) return this.indexedAnnotation(found, name);
    const { scope: home, open } = literal;
    if (home.tokens.at(open) === '[') return this.elements(home, open);
    const entries = this.entries(home, open).filter((entry) => name === undefined || entry.name === name);
    return entries.length === 0
      ? ['lost']
      : entries.flatMap(({ value }) => (value === undefined ? ['lost' as const] : this.ofExpression(home, value)));
  }

  /** `(typeof list)[number]` where the list has a type. */
  private indexedAnnotation(found: Found | undefined, name: string | undefined): Kinds {
    const value = found?.kind === 'declared' ? found.declarations.find((one) => one.kind === 'value') : undefined;
    if (found?.kind !== 'declared' || value?.annotation === undefined) return ['lost'];
    const node = typeAt(found.scope, value.annotation);
    const index: TypeNode =
      name === undefined ? { kind: 'keyword', name: 'number' } : { kind: 'literal', of: 'string', text: name };
    return node === undefined ? ['lost'] : this.indexed(node, index, { scope: found.scope, parameters: nothing });
  }

  /** `a.b` where `a` is a constant object. */
  private ofProperty(path: readonly string[], scope: Scope): Kinds {
    return path.length === 2 ? this.indexedValue(path.slice(0, 1), path[1], scope) : ['lost'];
  }

  /** What an initializer is. */
  private ofExpression(scope: Scope, index: number): Kinds {
    return this.guarded(scope, index, () => this.readExpression(scope, index)) ?? ['lost'];
  }

  private readExpression(scope: Scope, index: number): Kinds {
    const { tokens } = scope;
    const start = tokens.at(index) === '-' ? index + 1 : index;
    let end = tokens.isOpening(start) ? tokens.partner(start) + 1 : start + 1;
    while (tokens.at(end) === '.' || tokens.kind(end) === 'number') end++;
    if (tokens.kind(start) === 'word') while (tokens.at(end - 1) === '.') end += 1 + Number(tokens.at(end + 1) === '.');
    if (tokens.at(end) === 'as' && tokens.at(end + 1) !== 'const')
      return this.types.at(end + 1, { scope, parameters: nothing });
    if (tokens.at(end) === '=>') return ['function'];
    const kind = tokens.kind(start);
    if (kind === 'string' || kind === 'template') return ['string'];
    if (kind === 'number') return [/^\d[\d_]*n$/.test(tokens.value(start)) ? 'bigint' : 'number'];
    if (kind === 'regex') return ['object'];
    const text = tokens.at(start);
    if (text === '[') return ['array'];
    if (text === '{' || text === 'new' || text === 'class') return ['object'];
    if (text === 'true' || text === 'false' || text === '!') return ['boolean'];
    if (text === 'null' || text === 'undefined') return [text];
    if (text === 'function' || text === 'async') return ['function'];
    if (kind !== 'word') return ['lost'];
    const path = [text];
    let at = start + 1;
    for (; tokens.at(at) === '.'; at += 2) path.push(tokens.at(at + 1));
    return ['(', '?', '[', '<', '+', '|', '&'].includes(tokens.at(at)) ? ['lost'] : this.ofPath(path, scope);
  }

  /** The initializer of an enum's member: a string, text that is put together, another member, or else a number. */
  private ofConstant(scope: Scope, open: number, start: number, end: number): Kinds {
    const { tokens } = scope;
    for (let at = start; at < end; at++) {
      if (['string', 'template'].includes(tokens.kind(at)) && tokens.at(at - 1) !== '[') return ['string'];
      if (tokens.isOpening(at)) at = tokens.partner(at);
    }
    const path: string[] = [];
    for (let at = start; at < end && tokens.isWord(at); at += 2) path.push(tokens.at(at));
    const [first = ''] = path;
    if (path.length * 2 - 1 !== end - start) return ['number'];
    const isOwn = path.length === 1 && this.entries(scope, open).some(({ name }) => name === first);
    const kinds = isOwn ? this.ofEnumMember(scope, open, first) : this.ofPath(path, scope);
    return kinds.includes('string') ? ['string'] : ['number'];
  }

  private elements(scope: Scope, open: number): Kinds {
    const { tokens } = scope;
    const close = tokens.partner(open);
    const kinds: Kinds[number][] = [];
    for (let at = open + 1; at < close; at++) {
      if (tokens.at(at) === '.') {
        while (tokens.at(at) === '.') at++;
        kinds.push(...this.indexedValue([tokens.at(at)], undefined, scope));
      } else kinds.push(...this.ofExpression(scope, at));
      while (at < close && tokens.at(at) !== ',') at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
    }
    return kinds;
  }

  /** The object or list that a constant is initialised with, `Object.freeze(…)` taken off. */
  private literalOf(
    path: readonly string[],
    scope: Scope,
  ): { readonly scope: Scope; readonly open: number } | undefined {
    const found = this.names.find(scope, path);
    const value = found?.kind === 'declared' ? found.declarations.find((one) => one.kind === 'value') : undefined;
    if (found?.kind !== 'declared' || value?.initializer === undefined || value.annotation !== undefined)
      return undefined;
    const { tokens } = found.scope;
    let open = value.initializer;
    if (tokens.at(open) === 'Object' && tokens.at(open + 2) === 'freeze') open += 4;
    while (tokens.at(open) === '(') open++;
    return ['{', '['].includes(tokens.at(open)) ? { scope: found.scope, open } : undefined;
  }

  /** The braces of the interface, class or object type that a type means. */
  private bodyOf(node: TypeNode, context: TypeContext): { readonly scope: Scope; readonly open: number } | undefined {
    if (node.kind === 'object') return { scope: context.scope, open: node.open };
    const found = node.kind === 'reference' ? this.names.find(context.scope, node.path) : undefined;
    if (found?.kind !== 'declared') return undefined;
    const own = found.declarations.find((one) => one.kind === 'class' || one.kind === 'interface');
    if (own !== undefined) return { scope: found.scope, open: own.open };
    const aliased = aliasedType(found);
    return aliased?.node.kind === 'object' ? { scope: aliased.scope, open: aliased.node.open } : undefined;
  }

  /** The members of an enum or an object literal: names, and where their values begin and end. */
  private entries(scope: Scope, open: number): readonly Entry[] {
    const { tokens } = scope;
    const close = tokens.partner(open);
    const found: Entry[] = [];
    for (let at = open + 1; at < close; at++) {
      const isName = ['word', 'string', 'number'].includes(tokens.kind(at));
      const computed = tokens.at(at) === '[' && tokens.kind(at + 1) === 'string';
      const name = isName ? tokens.value(at) : computed ? tokens.value(at + 1) : '';
      const isNumeric = tokens.kind(at) === 'number';
      const sign = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
      let end = sign;
      while (end < close && tokens.at(end) !== ',') end = tokens.isOpening(end) ? tokens.partner(end) + 1 : end + 1;
      const hasValue = [':', '='].includes(tokens.at(sign));
      found.push({ name, isNumeric, end, ...(hasValue ? { value: sign + 1 } : {}) });
      at = end;
    }
    return found;
  }

  private guarded(scope: Scope, index: number, read: () => Kinds): Kinds | undefined {
    const key = `${scope.file}\0${index}`;
    if (this.active.has(key)) return undefined;
    this.active.add(key);
    try {
      return read();
    } finally {
      this.active.delete(key);
    }
  }
}

interface Entry {
  readonly name: string;
  readonly isNumeric: boolean;
  readonly value?: number;
  readonly end: number;
}

function kindsOfKeys(entries: readonly Entry[]): Kinds {
  if (entries.some(({ name }) => name === '')) return ['lost'];
  return [...new Set(entries.map(({ isNumeric }) => (isNumeric ? ('number' as const) : ('string' as const))))];
}

function aliasedType(found: Found): { readonly scope: Scope; readonly node: TypeNode } | undefined {
  const alias = found.kind === 'declared' ? found.declarations.find((one) => one.kind === 'alias') : undefined;
  if (found.kind !== 'declared' || alias === undefined) return undefined;
  const node = typeAt(found.scope, alias.type);
  return node === undefined ? undefined : { scope: found.scope, node };
}
