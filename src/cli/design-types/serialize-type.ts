import type { Annotation } from './class-reader.js';
import type { Kind, Kinds, TypeContext } from './kinds.js';
import type { TypeKinds } from './type-kinds.js';
import type { Found } from './type-names.js';
import type { TypeNode } from './type-node.js';

/** What a compiler with type information writes into `design:type`. */
export type DesignType =
  | {
      readonly kind: 'String' | 'Number' | 'Boolean' | 'BigInt' | 'Symbol' | 'Array' | 'Function' | 'Object' | 'void 0';
    }
  /** A class, by the name that it has here. */
  | { readonly kind: 'class'; readonly name: string; readonly isImported: boolean }
  | { readonly kind: 'lost'; readonly reason: string };

const simple: Readonly<Partial<Record<Kind, DesignType>>> = {
  string: { kind: 'String' },
  number: { kind: 'Number' },
  boolean: { kind: 'Boolean' },
  bigint: { kind: 'BigInt' },
  symbol: { kind: 'Symbol' },
};

/** Types of the language's library that are there when the program runs, but are no classes. */
const globalObjects = new Set(['Symbol', 'BigInt', 'Math', 'JSON', 'Reflect', 'Atomics', 'Intl', 'Iterator']);
const utilityTypes =
  /^(Record|Partial|Required|Readonly|Pick|Omit|Exclude|Extract|NonNullable|ReturnType|InstanceType|Parameters|ConstructorParameters|Awaited|PropertyKey|Uppercase|Lowercase|Capitalize|Uncapitalize)$/;

/**
 * The rules by which TypeScript makes metadata of types: unions and intersections by what their parts become, as they are written;
 * a name by what it means.
 */
export class TypeSerializer {
  constructor(private readonly types: TypeKinds) {}

  /** @param context where the annotation is written, with the type parameters there */
  serialize({ type, isRest }: Annotation, context: TypeContext): DesignType {
    return this.node(isRest && type.kind === 'array' ? type.element : type, context);
  }

  private node(node: TypeNode, context: TypeContext): DesignType {
    switch (node.kind) {
      case 'keyword':
        return keyword(node.name);
      case 'literal':
        return simple[node.of] ?? { kind: 'Object' };
      case 'array':
      case 'tuple':
        return { kind: 'Array' };
      case 'function':
        return { kind: 'Function' };
      case 'readonly':
        return this.node(node.type, context);
      case 'predicate':
        return { kind: node.asserts ? 'void 0' : 'Boolean' };
      case 'union':
      case 'intersection':
        return this.parts(node.types, node.kind === 'intersection', context);
      case 'conditional':
        return this.parts([node.yes, node.no], false, context);
      case 'reference':
        return this.reference(node, context);
      default:
        return { kind: 'Object' };
    }
  }

  private parts(nodes: readonly TypeNode[], isIntersection: boolean, context: TypeContext): DesignType {
    let result: DesignType | undefined;
    let lost: DesignType | undefined;
    for (const node of nodes) {
      const name = node.kind === 'keyword' ? node.name : undefined;
      if (name === 'never' && isIntersection) return { kind: 'void 0' };
      if (name === 'never' || (name === 'unknown' && isIntersection)) continue;
      if ((name === 'null' || name === 'undefined') && !this.types.strictNullChecks) continue;
      const part = this.node(node, context);
      if (part.kind === 'Object') return part;
      if (part.kind === 'lost') lost = part;
      else if (result !== undefined && !isSame(result, part)) return { kind: 'Object' };
      else result = part;
    }
    return lost ?? result ?? { kind: 'void 0' };
  }

  private reference({ path }: TypeNode & { kind: 'reference' }, context: TypeContext): DesignType {
    const name = path.join('.');
    const parameter = path.length === 1 ? context.parameters.get(name) : undefined;
    if (parameter !== undefined) return this.ofKinds(parameter, name);
    const found = this.types.names.find(context.scope, path);
    if (found === undefined) return ofGlobal(name);
    if (found.kind === 'lost') return found;
    if (isClass(found)) {
      return found.typeOnly
        ? { kind: 'Function' }
        : { kind: 'class', name, isImported: found.scope.file !== context.scope.file };
    }
    return this.ofKinds(this.types.ofFound(found, []), name);
  }

  private ofKinds(kinds: Kinds, name: string): DesignType {
    if (kinds.includes('any')) return { kind: 'Object' };
    if (kinds.includes('lost')) return { kind: 'lost', reason: `${name} is more than its declaration says` };
    const counted = this.types.strictNullChecks ? kinds : kinds.filter((kind) => !isNullish(kind));
    if (counted.length === 0) return { kind: 'void 0' };
    if (isNullish(counted[0]) && counted.every((kind) => kind === counted[0])) return { kind: 'void 0' };
    const [first = 'object', ...others] = counted;
    const primitive = others.every((kind) => kind === first) ? simple[first] : undefined;
    if (primitive !== undefined) return primitive;
    if (others.length === 0 && first === 'array') return { kind: 'Array' };
    if (others.length === 0 && first === 'function') return { kind: 'Function' };
    return { kind: 'Object' };
  }
}

function isNullish(kind: Kind | undefined): boolean {
  return kind === 'null' || kind === 'undefined';
}

function keyword(name: string): DesignType {
  if (['void', 'undefined', 'null', 'never'].includes(name)) return { kind: 'void 0' };
  return simple[name as Kind] ?? { kind: 'Object' };
}

/** A class, or an interface and a constructor of one name, as declaration files have it. */
function isClass(found: Found): found is Found & { kind: 'declared' } {
  if (found.kind !== 'declared') return false;
  const { declarations, scope } = found;
  if (declarations.some(({ kind }) => kind === 'class')) return true;
  const value = declarations.find((one) => one.kind === 'value');
  if (value === undefined || declarations.length === 1) return false;
  const { tokens } = scope;
  if (value.initializer !== undefined) return tokens.at(value.initializer) === 'class';
  if (value.annotation === undefined) return false;
  if (tokens.at(value.annotation) === 'new') return true;
  const open = tokens.at(value.annotation) === '{' ? value.annotation : undefined;
  const constructor = open === undefined ? scope.names.get(tokens.at(value.annotation)) : undefined;
  const body = open ?? constructor?.find((one) => one.kind === 'interface')?.open;
  return body !== undefined && hasConstruct(found, body);
}

function hasConstruct({ scope: { tokens } }: Found & { kind: 'declared' }, open: number): boolean {
  for (let at = open + 1; at < tokens.partner(open); at++) {
    if (tokens.at(at) === 'new' && ['(', '<'].includes(tokens.at(at + 1))) return true;
    if (tokens.isOpening(at)) at = tokens.partner(at);
  }
  return false;
}

function ofGlobal(name: string): DesignType {
  if (name === 'ReadonlyArray') return { kind: 'Array' };
  return globalObjects.has(name) || utilityTypes.test(name)
    ? { kind: 'Object' }
    : { kind: 'class', name, isImported: false };
}

function isSame(one: DesignType, other: DesignType): boolean {
  return one.kind === other.kind && (one.kind !== 'class' || other.kind !== 'class' || one.name === other.name);
}
