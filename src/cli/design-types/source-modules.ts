import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { LexicalError } from '../../repository/files/lexer.js';
import { readTextFile } from '../find/json-file.js';
import type { SourceResolver } from '../find/source-resolver.js';
import { findDeclarations } from './declaration-files.js';
import { readScope } from './scope-reader.js';
import type { Scope } from './scope.js';
import { TokenList } from './token-list.js';
import type { Modules } from './type-names.js';

/** What was looked up for a source: it has to be compiled again when any of it changes. Plain data, kept with the result. */
export interface Lookups {
  /** What an import meant: specifier, importing file, and the file it was found in. */
  readonly imports: readonly (readonly [specifier: string, from: string, file: string | null])[];
  /** Files that were read, and what they held. */
  readonly files: readonly (readonly [file: string, stamp: string])[];
}

/** Reads the files that types are looked up in, each once. */
export class SourceModules implements Modules {
  private readonly resolved = new Map<string, Resolved>();
  private readonly scopes = new Map<string, Scope | undefined>();
  private readonly texts = new Map<string, string | undefined>();
  private readonly stamps = new Map<string, string>();
  private imports = new Map<string, readonly [string, string, string | null]>();
  private files = new Set<string>();

  constructor(
    private readonly resolveSource: SourceResolver,
    private readonly isModule: (file: string) => boolean,
  ) {}

  /** Runs `work`. @returns what it returns, and what was looked up meanwhile */
  recording<T>(work: () => T): readonly [T, Lookups] {
    this.imports = new Map();
    this.files = new Set();
    const result = work();
    const files = [...this.files].map((file) => [file, this.stampOf(file)] as const);
    return [result, { imports: [...this.imports.values()], files }];
  }

  /** Whether everything that was looked up is still as it was. */
  areFresh({ imports, files }: Lookups): boolean {
    return (
      files.every(([file, stamp]) => this.stampOf(file) === stamp) &&
      imports.every(([specifier, from, file]) => (this.find(specifier, from).file ?? null) === file)
    );
  }

  resolve(specifier: string, fromFile: string): string | undefined {
    const { file, manifest } = this.find(specifier, fromFile);
    // Of a package its version counts, not each of its files.
    if (manifest !== undefined) this.files.add(manifest);
    if (!isInstalled(fromFile))
      this.imports.set(`${dirname(fromFile)}\0${specifier}`, [specifier, fromFile, file ?? null]);
    return file;
  }

  load(file: string, name?: string): Scope | undefined {
    if (!isInstalled(file)) this.files.add(file);
    if (this.scopes.has(file)) return this.scopes.get(file);
    const text = this.textOf(file);
    if (text === undefined) return undefined;
    if (name !== undefined && !text.includes(name) && !/\bexport\s*(\*|type\s*\*|=)/.test(text)) return undefined;
    const scope = scopeOf(file, text);
    this.scopes.set(file, scope);
    return scope;
  }

  private find(specifier: string, fromFile: string): Resolved {
    const key = `${dirname(fromFile)}\0${specifier}`;
    const known = this.resolved.get(key) ?? this.search(specifier, fromFile);
    this.resolved.set(key, known);
    return known;
  }

  private search(specifier: string, fromFile: string): Resolved {
    const source = isInstalled(fromFile) ? undefined : this.resolveSource(specifier, fromFile);
    if (source !== undefined) return { file: source };
    const found = findDeclarations(specifier, fromFile, this.isModule(fromFile));
    if (found === undefined) return {};
    if (typeof found === 'string') return { file: found };
    // A package of the workspace is a link to its sources, which change.
    const file = realpathSync(found.file);
    return isInstalled(file) ? { file, manifest: found.manifest } : { file };
  }

  private textOf(file: string): string | undefined {
    if (!this.texts.has(file)) this.texts.set(file, readTextFile(file));
    return this.texts.get(file);
  }

  private stampOf(file: string): string {
    const known = this.stamps.get(file) ?? stamp(file);
    this.stamps.set(file, known);
    return known;
  }
}

interface Resolved {
  readonly file?: string;
  /** package.json of an installed package. */
  readonly manifest?: string;
}

function isInstalled(file: string): boolean {
  return /[/\\]node_modules[/\\]/.test(file);
}

function scopeOf(file: string, text: string): Scope | undefined {
  try {
    return readScope(file, new TokenList(text));
  } catch (error) {
    if (error instanceof LexicalError) return undefined;
    throw error;
  }
}

/** Content of a source; time and size of an installed file, which changes as a whole. */
function stamp(file: string): string {
  try {
    if (!isInstalled(file)) return createHash('sha256').update(readFileSync(file)).digest('base64');
    const { mtimeMs, size } = statSync(file);
    return `${mtimeMs}:${size}`;
  } catch {
    return 'missing';
  }
}
