import { readProperties } from './class-reader.js';
import type { Scope } from './scope.js';
import type { TypeNode } from './type-node.js';
import { NotAType, parseType } from './type-parser.js';

/**
 * What the members of a type are like. `undefined` stands for void, too; `any` for unknown. `lost` is what could not be
 * found, or what only a type checker can work out.
 */
export type Kind =
  | 'any'
  | 'null'
  | 'undefined'
  | 'boolean'
  | 'number'
  | 'bigint'
  | 'string'
  | 'symbol'
  | 'array'
  | 'function'
  | 'object'
  | 'lost';

/** The kinds of the members of a union; none for `never`. */
export type Kinds = readonly Kind[];

/** Where a type is written, and what its parameters are. */
export interface TypeContext {
  readonly scope: Scope;
  readonly parameters: ReadonlyMap<string, Kinds>;
}

/** Reads the kinds of types, for what reads those of values. */
export interface TypeReader {
  of(node: TypeNode, context: TypeContext): Kinds;
  /** The type that begins at a token, or what is lost when there is none. */
  at(index: number, context: TypeContext): Kinds;
}

/** The type that begins at a token. */
export function typeAt({ tokens }: Scope, index: number): TypeNode | undefined {
  try {
    return parseType(tokens, index).type;
  } catch (error) {
    if (error instanceof NotAType) return undefined;
    throw error;
  }
}

/** The properties in the braces of an interface, a class or an object type. */
export function propertiesIn({ tokens }: Scope, open: number): ReturnType<typeof readProperties> {
  return readProperties(tokens, open);
}
