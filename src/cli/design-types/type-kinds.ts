import { type Kind, type Kinds, type TypeContext, type TypeReader, typeAt } from './kinds.js';
import type { Declaration, Scope } from './scope.js';
import type { Found, TypeNames } from './type-names.js';
import type { TypeNode, TypeParameter } from './type-node.js';
import { ValueKinds } from './value-kinds.js';

const ofKeyword: Readonly<Record<string, Kinds>> = {
  never: [],
  void: ['undefined'],
  unknown: ['any'],
  this: ['object'],
  intrinsic: ['string'],
};

/** Types of the language's library, as far as they are no classes; those of its classes are objects. */
const ofGlobal: Readonly<Record<string, Kinds>> = {
  Array: ['array'],
  ReadonlyArray: ['array'],
  Parameters: ['array'],
  ConstructorParameters: ['array'],
  Uppercase: ['string'],
  Lowercase: ['string'],
  Capitalize: ['string'],
  Uncapitalize: ['string'],
  PropertyKey: ['string', 'number', 'symbol'],
};
const sameAsArgument = new Set(['NoInfer', 'Exclude', 'NonNullable', 'Readonly']);
const objects =
  /^(Record|Partial|Required|Pick|Omit|Function|Object|Date|RegExp|Map|Set|WeakMap|WeakSet|Promise|PromiseLike|Error|URL|Buffer|ArrayBuffer|DataView|Iterable|Iterator|AsyncIterable|.*Array|.*Error)$/;

/** Works out what kinds of values a type has, through aliases, enums and other files. */
export class TypeKinds implements TypeReader {
  private readonly values: ValueKinds;
  private readonly active = new Set<string>();

  constructor(
    readonly names: TypeNames,
    readonly strictNullChecks: boolean,
  ) {
    this.values = new ValueKinds(this, names);
  }

  of(node: TypeNode, context: TypeContext): Kinds {
    switch (node.kind) {
      case 'keyword':
        return ofKeyword[node.name] ?? [node.name as Kind];
      case 'literal':
        return [node.of];
      case 'array':
      case 'tuple':
        return ['array'];
      case 'function':
        return [node.isConstructor ? 'object' : 'function'];
      case 'object':
        return [hasCallSignature(context.scope, node.open) ? 'function' : 'object'];
      case 'union':
        return node.types.flatMap((type) => this.of(type, context));
      case 'intersection':
        return intersect(node.types.map((type) => this.of(type, context)));
      case 'conditional':
        return this.conditional(node, context);
      case 'readonly':
        return this.of(node.type, context);
      case 'unique':
        return ['symbol'];
      case 'predicate':
        return ['boolean'];
      case 'infer':
        return ['lost'];
      case 'keyof':
        return this.values.keysOf(node.type, context);
      case 'typeof':
        return this.values.ofPath(node.path, context.scope);
      case 'indexed':
        return this.values.indexed(node.object, node.index, context);
      case 'import':
        return this.ofFound(this.names.imported(node.specifier, node.path, context.scope.file), []);
      case 'reference':
        return this.reference(node, context);
    }
  }

  /** The kinds of what a name means, as a type; its parameters are as unknown as in its declaration when no arguments are given. */
  ofFound(found: Found, args: readonly Kinds[]): Kinds {
    if (found.kind === 'member') return this.values.ofEnumMember(found.scope, found.open, found.name);
    if (found.kind !== 'declared') return ['lost'];
    const { scope, declarations } = found;
    const alias = declarations.find((one) => one.kind === 'alias');
    const ofInterface = declarations.find((one) => one.kind === 'interface');
    const enums = declarations.filter((one) => one.kind === 'enum');
    if (declarations.some(({ kind }) => kind === 'class')) return ['object'];
    if (enums.length > 0) return enums.flatMap(({ open }) => this.values.ofEnum(scope, open));
    if (alias !== undefined) return this.alias(scope, alias, args);
    if (ofInterface !== undefined) return [this.isCallable(scope, ofInterface) ? 'function' : 'object'];
    return ['lost'];
  }

  /** The type that begins at a token, or what is lost when there is none. */
  at(index: number, context: TypeContext): Kinds {
    const node = typeAt(context.scope, index);
    return node === undefined ? ['lost'] : this.of(node, context);
  }

  /** Type parameters as a declaration has them: what they extend, or anything. */
  declared(
    parameters: readonly TypeParameter[],
    scope: Scope,
    outer?: ReadonlyMap<string, Kinds>,
  ): ReadonlyMap<string, Kinds> {
    const known = new Map(outer);
    for (const { name, constraint } of parameters) {
      known.set(name, constraint === undefined ? ['object'] : this.of(constraint, { scope, parameters: known }));
    }
    return known;
  }

  private reference({ path, args }: TypeNode & { kind: 'reference' }, context: TypeContext): Kinds {
    const [name = ''] = path;
    const parameter = path.length === 1 ? context.parameters.get(name) : undefined;
    if (parameter !== undefined) return parameter;
    const found = this.names.find(context.scope, path);
    if (found !== undefined)
      return this.ofFound(
        found,
        args.map((arg) => this.of(arg, context)),
      );
    const [first = { kind: 'keyword', name: 'unknown' }, second] = args;
    if (sameAsArgument.has(name))
      return without(this.of(first, context), name === 'NonNullable' ? ['null', 'undefined'] : []);
    if (name === 'Extract' && second !== undefined) {
      const wanted = this.of(second, context);
      return this.of(first, context).filter((kind) => wanted.includes(kind));
    }
    return ofGlobal[name] ?? [path.length === 1 && objects.test(name) ? 'object' : 'lost'];
  }

  private alias(scope: Scope, alias: Declaration & { kind: 'alias' }, args: readonly Kinds[]): Kinds {
    const key = `${scope.file}\0${alias.type}`;
    if (this.active.has(key)) return ['object'];
    this.active.add(key);
    try {
      const parameters = new Map(this.declared(alias.parameters, scope));
      alias.parameters.forEach(({ name: parameter, defaultType }, index) => {
        const given =
          args[index] ?? (args.length > 0 && defaultType ? this.of(defaultType, { scope, parameters }) : undefined);
        if (given !== undefined) parameters.set(parameter, given);
      });
      return this.at(alias.type, { scope, parameters });
    } finally {
      this.active.delete(key);
    }
  }

  private conditional({ yes, no }: TypeNode & { kind: 'conditional' }, context: TypeContext): Kinds {
    const [one, other] = [yes, no].map((type) => [...new Set(this.of(type, context))]);
    if (one === undefined || other === undefined) return ['lost'];
    if (one.length === 0) return other;
    if (other.length === 0) return one;
    return one.length === 1 && other.length === 1 && one[0] === other[0] ? one : ['lost'];
  }

  /** Whether an interface, or one that it extends, can be called. */
  private isCallable(scope: Scope, { parents, open }: Declaration & { kind: 'interface' }): boolean {
    if (hasCallSignature(scope, open)) return true;
    const { tokens } = scope;
    for (let at = parents + 1; at < open && tokens.at(parents) === 'extends'; at++) {
      const node = typeAt(scope, at);
      if (node?.kind !== 'reference') return false;
      const found = this.names.find(scope, node.path);
      const key = `${scope.file}\0${at}`;
      if (found !== undefined && !this.active.has(key)) {
        this.active.add(key);
        const kinds = this.ofFound(found, []);
        this.active.delete(key);
        if (kinds.length === 1 && kinds[0] === 'function') return true;
      }
      while (at < open && tokens.at(at) !== ',')
        at = tokens.at(at) === '<' ? Math.max(tokens.afterAngles(at), at + 1) : at + 1;
    }
    return false;
  }
}

function hasCallSignature({ tokens }: Scope, open: number): boolean {
  const close = tokens.partner(open);
  for (let at = open + 1; at < close; at++) {
    const before = tokens.at(at - 1);
    const begins = at === open + 1 || [';', ',', '}'].includes(before) || tokens.afterLineBreak(at);
    if (begins && ['(', '<'].includes(tokens.at(at))) return true;
    if (tokens.isOpening(at)) at = tokens.partner(at);
  }
  return false;
}

/** A primitive type with a brand (`string & { brand: … }`) is that primitive type; `{}` takes null away. */
function intersect(parts: readonly Kinds[]): Kinds {
  if (parts.some((part) => part.includes('any'))) return ['any'];
  if (parts.some((part) => part.includes('lost'))) return ['lost'];
  if (parts.some((part) => part.length === 0)) return [];
  const primitives = new Set(
    parts.flat().filter((kind) => !['object', 'array', 'function', 'null', 'undefined'].includes(kind)),
  );
  if (primitives.size > 0) return [...primitives];
  return parts.every((part) => part.every((kind) => kind === 'null' || kind === 'undefined'))
    ? (parts[0] ?? [])
    : ['object'];
}

function without(kinds: Kinds, unwanted: Kinds): Kinds {
  return kinds.filter((kind) => !unwanted.includes(kind));
}
