import type { Declaration, Scope } from './scope.js';

/** Where other modules are found and read. */
export interface Modules {
  /** Absolute path of the source or declaration file that a module imports; undefined when there is none. */
  resolve(specifier: string, fromFile: string): string | undefined;
  /**
   * What a file declares; undefined when it cannot be read.
   *
   * @param name when it is a name that is looked for, a file that cannot have it need not be read
   */
  load(file: string, name?: string): Scope | undefined;
}

/** What a name means. */
export type Found =
  | {
      readonly kind: 'declared';
      readonly scope: Scope;
      readonly name: string;
      readonly declarations: readonly Exclude<Declaration, { kind: 'import' | 'path' }>[];
      /** It came by `import type` or `export type`, so that there is no value when the program runs. */
      readonly typeOnly: boolean;
    }
  | { readonly kind: 'module'; readonly scope: Scope; readonly typeOnly: boolean }
  | { readonly kind: 'member'; readonly scope: Scope; readonly open: number; readonly name: string }
  /** It is imported, and what it is could not be found. */
  | { readonly kind: 'lost'; readonly reason: string };

/** Follows names through scopes, imports and re-exports. */
export class TypeNames {
  constructor(private readonly modules: Modules) {}

  /** @returns undefined when no scope has the name: it is a global one, or there is none */
  find(scope: Scope, [first = '', ...members]: readonly string[]): Found | undefined {
    let found = this.named(scope, first, new Set());
    for (const member of members) found = found && this.member(found, member);
    return found;
  }

  /** An export of the module that a specifier means. `*` is all of it. */
  imported(specifier: string, path: readonly string[], fromFile: string): Found {
    const [first = '*', ...members] = path;
    let found = this.import({ specifier, name: first, typeOnly: false }, fromFile, new Set());
    for (const member of members) found = this.member(found, member);
    return found;
  }

  private named(scope: Scope, name: string, seen: Set<string>): Found | undefined {
    const declarations = scope.names.get(name);
    if (declarations === undefined) return scope.parent && this.named(scope.parent, name, seen);
    const own = declarations.filter((one) => one.kind !== 'import' && one.kind !== 'path');
    if (own.length > 0) return { kind: 'declared', scope, name, declarations: own, typeOnly: false };
    const [first] = declarations;
    if (first?.kind === 'path') return this.find(scope, first.path);
    return first?.kind === 'import' ? this.import(first, scope.file, seen) : undefined;
  }

  private import(
    { specifier, name, typeOnly }: { specifier: string; name: string; typeOnly: boolean },
    fromFile: string,
    seen: Set<string>,
  ): Found {
    const file = this.modules.resolve(specifier, fromFile);
    const wanted = ['*', '=', 'default'].includes(name) ? undefined : name;
    const scope = file === undefined ? undefined : this.modules.load(file, wanted);
    if (scope === undefined) {
      return { kind: 'lost', reason: file === undefined ? `cannot find ${specifier}` : `cannot read ${file}` };
    }
    const found = name === '*' ? { kind: 'module' as const, scope, typeOnly: false } : this.exported(scope, name, seen);
    if (found === undefined) return { kind: 'lost', reason: `${specifier} exports no ${name}` };
    return typeOnly && 'typeOnly' in found ? { ...found, typeOnly } : found;
  }

  private exported(scope: Scope, name: string, seen: Set<string>): Found | undefined {
    const key = `${scope.file}\0${name}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    const known = scope.exports.get(name);
    if (known !== undefined) {
      const found = 'specifier' in known ? this.import(known, scope.file, seen) : this.named(scope, known.local, seen);
      return found !== undefined && known.typeOnly && 'typeOnly' in found ? { ...found, typeOnly: true } : found;
    }
    if (name === '=') return { kind: 'module', scope, typeOnly: false };
    const whole = scope.exports.get('=');
    if (whole !== undefined && 'local' in whole) {
      const found = this.named(scope, whole.local, seen);
      return name === 'default' ? found : found && this.member(found, name);
    }
    if (name === 'default') return undefined;
    return this.fromStars(scope, name, seen) ?? this.undeclaredExport(scope, name);
  }

  private fromStars(scope: Scope, name: string, seen: Set<string>): Found | undefined {
    for (const { specifier, typeOnly } of scope.stars) {
      const file = this.modules.resolve(specifier, scope.file);
      const target = file === undefined ? undefined : this.modules.load(file, name);
      const found = target && this.exported(target, name, seen);
      if (found !== undefined) return typeOnly && 'typeOnly' in found ? { ...found, typeOnly: true } : found;
    }
    return undefined;
  }

  /** A declaration file without any `export` exports all that it declares. */
  private undeclaredExport(scope: Scope, name: string): Found | undefined {
    const isOpen = /\.d\.[cm]?ts$/.test(scope.file) && scope.exports.size === 0 && scope.stars.length === 0;
    return isOpen && scope.names.has(name) ? this.named(scope, name, new Set()) : undefined;
  }

  private member(found: Found, name: string): Found {
    if (found.kind === 'module') {
      const member = this.exported(found.scope, name, new Set());
      if (member !== undefined) return found.typeOnly && 'typeOnly' in member ? { ...member, typeOnly: true } : member;
    }
    for (const declaration of found.kind === 'declared' ? found.declarations : []) {
      if (declaration.kind === 'enum' && found.kind === 'declared') {
        return { kind: 'member', scope: found.scope, open: declaration.open, name };
      }
      const member = declaration.kind === 'namespace' ? this.exported(declaration.scope, name, new Set()) : undefined;
      if (member !== undefined) return member;
    }
    return found.kind === 'lost' ? found : { kind: 'lost', reason: `there is no member ${name}` };
  }
}
