import type { TokenList } from './token-list.js';
import type { TypeParameter } from './type-node.js';

/** Something that a name means in a module or a namespace. Numbers are indices of tokens. */
export type Declaration =
  | { readonly kind: 'class'; readonly open: number }
  | { readonly kind: 'enum'; readonly open: number }
  | { readonly kind: 'alias'; readonly parameters: readonly TypeParameter[]; readonly type: number }
  | { readonly kind: 'interface'; readonly parents: number; readonly open: number }
  | { readonly kind: 'namespace'; readonly scope: Scope }
  | { readonly kind: 'value'; readonly annotation?: number; readonly initializer?: number }
  | { readonly kind: 'function' }
  /** `name` is that in the other module: `default`, `*` for all of it, `=` for what `import x = require()` gets. */
  | { readonly kind: 'import'; readonly specifier: string; readonly name: string; readonly typeOnly: boolean }
  /** `import Status = Enums.Status`. */
  | { readonly kind: 'path'; readonly path: readonly string[] };

/** What a module exports under a name: a name of its own, or one of another module. */
export type Export =
  | { readonly local: string; readonly typeOnly: boolean }
  | { readonly specifier: string; readonly name: string; readonly typeOnly: boolean };

/** A module, or a namespace in one. */
export interface Scope {
  readonly file: string;
  readonly tokens: TokenList;
  readonly parent?: Scope;
  readonly names: ReadonlyMap<string, readonly Declaration[]>;
  readonly exports: ReadonlyMap<string, Export>;
  readonly stars: readonly { readonly specifier: string; readonly typeOnly: boolean }[];
}
