/** A type as it is written; only as much of it as decides over the metadata of a decorated member. */
export type TypeNode =
  | { readonly kind: 'keyword'; readonly name: Keyword }
  | { readonly kind: 'literal'; readonly of: 'string' | 'number' | 'bigint' | 'boolean'; readonly text: string }
  | { readonly kind: 'reference'; readonly path: readonly string[]; readonly args: readonly TypeNode[] }
  | { readonly kind: 'array'; readonly element: TypeNode }
  | { readonly kind: 'tuple'; readonly elements: readonly TypeNode[] }
  | { readonly kind: 'function'; readonly isConstructor: boolean }
  /** Token indices of its braces. */
  | { readonly kind: 'object'; readonly open: number; readonly close: number }
  | { readonly kind: 'union' | 'intersection'; readonly types: readonly TypeNode[] }
  | { readonly kind: 'conditional'; readonly yes: TypeNode; readonly no: TypeNode }
  | { readonly kind: 'readonly' | 'keyof' | 'unique'; readonly type: TypeNode }
  | { readonly kind: 'typeof'; readonly path: readonly string[] }
  | { readonly kind: 'indexed'; readonly object: TypeNode; readonly index: TypeNode }
  | { readonly kind: 'import'; readonly specifier: string; readonly path: readonly string[] }
  | { readonly kind: 'predicate'; readonly asserts: boolean }
  | { readonly kind: 'infer' };

export type Keyword =
  | 'string'
  | 'number'
  | 'boolean'
  | 'bigint'
  | 'symbol'
  | 'object'
  | 'void'
  | 'undefined'
  | 'null'
  | 'never'
  | 'any'
  | 'unknown'
  | 'this'
  | 'intrinsic';

/** A parameter of a generic type. */
export interface TypeParameter {
  readonly name: string;
  readonly constraint?: TypeNode;
  readonly defaultType?: TypeNode;
}
