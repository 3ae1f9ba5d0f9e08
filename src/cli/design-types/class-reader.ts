import { bodyFrom } from './scope-reader.js';
import type { TokenList } from './token-list.js';
import type { TypeNode, TypeParameter } from './type-node.js';
import { NotAType, parseType, parseTypeParameters } from './type-parser.js';

/** A type that the metadata of a decorated member is made of. Numbers are indices of tokens. */
export interface Annotation {
  readonly type: TypeNode;
  readonly start: number;
  /** Behind the type; the start itself where none is written. */
  readonly end: number;
  /** A parameter `...rest`: its metadata is made of the type of an element. */
  readonly isRest: boolean;
  /** Type parameters of the class; those of a method are not in scope where its metadata is made. */
  readonly parameters: readonly TypeParameter[];
  /** `User.status`, or `UsersService.constructor`. */
  readonly member: string;
  /** Name of the class. */
  readonly owner: string;
  /** Where the decorators of a property begin and end; absent for methods. */
  readonly decorators?: readonly [number, number];
}

/** A property of a class, for types like `User['id']`. */
export interface Property {
  readonly name: string;
  readonly type?: TypeNode;
}

/** The annotations of a source that decorator metadata is made of. */
export function readAnnotations(tokens: TokenList): readonly Annotation[] {
  const found: Annotation[] = [];
  let isDecorated = false;
  for (let at = 0; at < tokens.length;) {
    if (tokens.at(at) === '@') {
      at = afterDecorator(tokens, at);
      isDecorated = true;
      continue;
    }
    if (
      tokens.at(at) === 'class' &&
      tokens.at(at - 1) !== '.' &&
      (tokens.isWord(at + 1) || tokens.at(at + 1) === '{')
    ) {
      const open = bodyFrom(tokens, at + 1);
      if (open < tokens.length) found.push(...new ClassReader(tokens, at, open, isDecorated).annotations());
    }
    if (!['export', 'default', 'abstract', 'declare'].includes(tokens.at(at))) isDecorated = false;
    at++;
  }
  return found;
}

/** The properties of a class whose body begins at an index. */
export function readProperties(tokens: TokenList, open: number): readonly Property[] {
  return new ClassReader(tokens, open, open, false).properties();
}

/** Index behind `@Name`, `@a.b(…)` or `@(…)`. */
function afterDecorator(tokens: TokenList, index: number): number {
  let at = index + 1;
  if (tokens.at(at) === '(') return tokens.partner(at) + 1;
  while (tokens.isWord(at) && tokens.at(at + 1) === '.') at += 2;
  at = tokens.afterAngles(at + 1);
  return tokens.at(at) === '(' && !tokens.afterLineBreak(at) ? tokens.partner(at) + 1 : at;
}

const modifiers = new Set([
  'public',
  'private',
  'protected',
  'static',
  'readonly',
  'declare',
  'abstract',
  'override',
  'accessor',
  'async',
  'get',
  'set',
]);

/** One member of a class. */
interface Member {
  readonly name: string;
  readonly decorators: readonly [number, number];
  readonly isAccessor: boolean;
  readonly parameters: readonly TypeParameter[];
  readonly behindName: number;
  /** Index of the parenthesis of a method. */
  readonly list?: number;
  /** Index of the type: of a property, or what a method returns. */
  readonly type?: number;
  readonly end: number;
}

class ClassReader {
  private readonly name: string;
  private readonly parameters: readonly TypeParameter[];

  constructor(
    private readonly tokens: TokenList,
    start: number,
    private readonly open: number,
    private readonly isDecorated: boolean,
  ) {
    const isNamed = tokens.isWord(start + 1) && !['extends', 'implements'].includes(tokens.at(start + 1));
    this.name = isNamed ? tokens.at(start + 1) : 'class';
    this.parameters = this.typeParameters(isNamed ? start + 2 : start + 1).parameters;
  }

  annotations(): readonly Annotation[] {
    return this.members().flatMap((member) => this.annotationsOf(member));
  }

  properties(): readonly Property[] {
    return this.members()
      .filter(({ list, isAccessor }) => list === undefined || isAccessor)
      .map(({ name, type }) => {
        const parsed = type === undefined ? undefined : this.tryType(type);
        return { name, ...(parsed === undefined ? {} : { type: parsed.type }) };
      });
  }

  private members(): readonly Member[] {
    const close = this.tokens.partner(this.open);
    const found: Member[] = [];
    for (let at = this.open + 1; at < close;) {
      const member = this.member(at);
      if (member === undefined) at++;
      else {
        found.push(member);
        at = Math.max(member.end, at + 1);
      }
    }
    return found;
  }

  private member(index: number): Member | undefined {
    const { tokens } = this;
    let at = index;
    while (tokens.at(at) === '@') at = afterDecorator(tokens, at);
    const decorators = [index, at] as const;
    let isAccessor = false;
    while (modifiers.has(tokens.at(at)) && this.isModifier(at)) isAccessor = ['get', 'set'].includes(tokens.at(at++));
    if (tokens.at(at) === '*' || tokens.at(at) === '#') at++;
    if (tokens.at(at) === '{')
      return { name: '', decorators, isAccessor, parameters: [], behindName: at, end: tokens.partner(at) + 1 };
    const isComputed = tokens.at(at) === '[';
    if (!isComputed && !['word', 'string', 'number'].includes(tokens.kind(at))) return undefined;
    const name = isComputed ? '' : tokens.value(at);
    at = isComputed ? tokens.partner(at) + 1 : at + 1;
    if (['?', '!'].includes(tokens.at(at))) at++;
    const { parameters, end } = this.typeParameters(at);
    const about = { name, decorators, isAccessor, parameters, behindName: end };
    return tokens.at(end) === '(' ? this.method(end, about) : this.property(end, about);
  }

  private method(list: number, about: Omit<Member, 'end'>): Member {
    const { tokens } = this;
    let at = tokens.partner(list) + 1;
    const type = tokens.at(at) === ':' ? at + 1 : undefined;
    if (type !== undefined) at = this.tryType(type)?.end ?? at;
    return {
      ...about,
      list,
      ...(type === undefined ? {} : { type }),
      end: tokens.at(at) === '{' ? tokens.partner(at) + 1 : at,
    };
  }

  private property(index: number, about: Omit<Member, 'end'>): Member {
    const { tokens } = this;
    const type = tokens.at(index) === ':' ? index + 1 : undefined;
    const behind = type === undefined ? index : (this.tryType(type)?.end ?? type);
    const end = tokens.at(behind) === '=' ? this.afterExpression(behind + 1) : behind;
    return { ...about, ...(type === undefined ? {} : { type }), end };
  }

  private annotationsOf(member: Member): readonly Annotation[] {
    const { list, type, name, isAccessor, decorators } = member;
    const isConstructor = name === 'constructor' && list !== undefined;
    const hasOwn = decorators[1] > decorators[0] || isAccessor;
    const hasDecoratedParameter = list !== undefined && this.hasDecorator(list);
    if (!hasOwn && !hasDecoratedParameter && !(isConstructor && this.isDecorated)) return [];
    const about = { parameters: this.parameters, owner: this.name, member: `${this.name}.${name}` };
    const found: Annotation[] = [];
    const own = type === undefined ? undefined : this.tryType(type);
    const ofProperty = list === undefined ? { decorators } : {};
    if (own !== undefined && type !== undefined) {
      found.push({ ...own, ...about, ...ofProperty, start: type, isRest: false });
    } else if (list === undefined && type === undefined) {
      found.push({ ...untyped(member.behindName), ...about, ...ofProperty });
    }
    if (list !== undefined) found.push(...this.parametersOf(list).map((parameter) => ({ ...parameter, ...about })));
    return found;
  }

  private parametersOf(list: number): readonly Pick<Annotation, 'type' | 'start' | 'end' | 'isRest'>[] {
    const { tokens } = this;
    const close = tokens.partner(list);
    const found: Pick<Annotation, 'type' | 'start' | 'end' | 'isRest'>[] = [];
    for (let at = list + 1; at < close;) {
      while (tokens.at(at) === '@') at = afterDecorator(tokens, at);
      while (modifiers.has(tokens.at(at)) && (tokens.isWord(at + 1) || tokens.isOpening(at + 1))) at++;
      const isRest = tokens.at(at) === '.';
      while (tokens.at(at) === '.') at++;
      at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
      if (tokens.at(at) === '?') at++;
      if (tokens.at(at) === ':') {
        const parsed = this.tryType(at + 1);
        if (parsed !== undefined) found.push({ ...parsed, start: at + 1, isRest });
        at = parsed?.end ?? at + 1;
      } else found.push(untyped(at));
      while (at < close && tokens.at(at) !== ',') {
        const behind = tokens.afterAngles(at);
        if (behind > at && tokens.at(behind) === '(') at = behind;
        else at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
      }
      at++;
    }
    return found;
  }

  private hasDecorator(list: number): boolean {
    const close = this.tokens.partner(list);
    for (let at = list + 1; at < close; at++) {
      const before = this.tokens.at(at - 1);
      if (this.tokens.at(at) === '@' && ['(', ',', ')'].includes(before)) return true;
    }
    return false;
  }

  /** A word before a name is a modifier; before anything else it is a name itself. */
  private isModifier(index: number): boolean {
    const next = this.tokens.at(index + 1);
    const kind = this.tokens.kind(index + 1);
    return ['word', 'string', 'number'].includes(kind) || ['[', '*', '#', '{'].includes(next);
  }

  /** Index behind the initializer of a property: at a semicolon, or in a new line where no expression goes on. */
  private afterExpression(index: number): number {
    const { tokens } = this;
    const close = tokens.partner(this.open);
    let at = index;
    while (at < close && tokens.at(at) !== ';') {
      const isNewLine = at > index && tokens.afterLineBreak(at);
      if (isNewLine && this.endsExpression(at - 1) && this.beginsMember(at)) break;
      at = tokens.isOpening(at) ? tokens.partner(at) + 1 : at + 1;
    }
    return at;
  }

  private endsExpression(index: number): boolean {
    const { tokens } = this;
    const text = tokens.at(index);
    if (tokens.isWord(index))
      return !['new', 'typeof', 'await', 'void', 'delete', 'in', 'instanceof', 'as'].includes(text);
    return tokens.kind(index) !== 'punctuation' || [')', ']', '}', '>', '!'].includes(text);
  }

  private beginsMember(index: number): boolean {
    const { tokens } = this;
    if (tokens.isWord(index)) return !['in', 'instanceof', 'as', 'satisfies'].includes(tokens.at(index));
    return ['@', '#'].includes(tokens.at(index)) || ['string', 'number'].includes(tokens.kind(index));
  }

  private tryType(index: number): { readonly type: TypeNode; readonly end: number } | undefined {
    return attempt(() => parseType(this.tokens, index));
  }

  private typeParameters(index: number): { readonly parameters: readonly TypeParameter[]; readonly end: number } {
    return attempt(() => parseTypeParameters(this.tokens, index)) ?? { parameters: [], end: index };
  }
}

/** The position of the type of a member that has none. */
function untyped(index: number): Pick<Annotation, 'type' | 'start' | 'end' | 'isRest'> {
  return { type: { kind: 'keyword', name: 'any' }, start: index, end: index, isRest: false };
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof NotAType) return undefined;
    throw error;
  }
}
