import { closest } from '../../errors/closest.js';
import { InvalidRevisionFileError } from '../../errors/repository-files.errors.js';
import type { Revision } from '../revision.js';
import { isKept, readDoc } from './doc-comment.js';
import { type Comment, Lexer, LexicalError, positionOf, type Token } from './lexer.js';
import { readUsualLayout } from './usual-layout.js';

const properties = ['revision', 'downRevision', 'branchLabels', 'dependsOn'] as const;
type Property = (typeof properties)[number];
type Metadata = Map<Property, readonly string[]>;

const howTo =
  "Write it as a plain literal: export const revision = '5f1c0f8e2a3b'; it is read without running the file.";

/**
 * Reads the metadata that a revision file declares, without running it.
 *
 * `export const revision = …`, `exports.revision = …` and `module.exports = { revision: … }` are understood, with types or without. Values are
 * strings, arrays of strings or null. Reading ends as soon as all four are found.
 *
 * @throws InvalidRevisionFileError with line and column
 */
export function readMetadata(source: string, path: string): Revision {
  const usual = readUsualLayout(source);
  if (usual !== undefined) {
    const { revision, downRevision, dependsOn, branchLabels, comments } = usual;
    return new FileRevision(revision, downRevision, dependsOn, branchLabels, path, comments);
  }
  const reader = new MetadataReader(source, path);
  const metadata = reader.read();
  const id = metadata.get('revision')?.[0];
  if (id === undefined) {
    throw new InvalidRevisionFileError(path, 'this file does not export a `revision`', {
      line: 1,
      hint: `${howTo} A file that is no revision belongs outside the versions directory.`,
    });
  }
  const [downRevisions = [], dependsOn = [], branchLabels = []] = ['downRevision', 'dependsOn', 'branchLabels'].map(
    (property) => metadata.get(property as Property),
  );
  return new FileRevision(id, downRevisions, dependsOn, branchLabels, path, reader.leadingComments);
}

/** Comments are read when somebody asks: most commands ask for those of a few among many revisions. */
class FileRevision implements Revision {
  constructor(
    readonly id: string,
    readonly downRevisions: readonly string[],
    readonly dependsOn: readonly string[],
    readonly branchLabels: readonly string[],
    readonly path: string,
    private readonly comments: readonly Comment[],
  ) {}

  get message(): string {
    return readDoc(this.comments).message;
  }

  get doc(): string {
    return readDoc(this.comments).doc;
  }
}

class MetadataReader {
  leadingComments: Lexer['comments'] = [];
  private readonly lexer: Lexer;
  private readonly found: Metadata = new Map();
  private readonly otherExports: Token[] = [];
  private token: Token | undefined;

  constructor(
    private readonly source: string,
    private readonly path: string,
  ) {
    this.lexer = new Lexer(source);
  }

  read(): Metadata {
    try {
      this.advance();
      this.skipDirective();
      this.leadingComments = [...this.lexer.comments];
      this.readStatements();
      this.refuseMisspelt();
      // Bundlers put their own code before the comment that they keep.
      if (this.leadingComments.length === 0) this.leadingComments = this.lexer.comments.filter(isKept);
    } catch (error) {
      if (error instanceof LexicalError) throw this.invalid(error.message, error.offset);
      throw error;
    }
    return this.found;
  }

  /** "use strict" precedes the comments of compiled files. */
  private skipDirective(): void {
    if (this.token?.kind !== 'string') return;
    this.advance();
    if (this.token?.value === ';') this.advance();
  }

  /** Reads only the outermost level: a variable inside a function may have any name. */
  private readStatements(): void {
    let depth = 0;
    let isExported = false;
    while (this.token !== undefined && this.found.size < properties.length) {
      const { kind, value } = this.token;
      if (depth === 0 && kind === 'word' && this.readDeclaration(value, isExported)) continue;
      isExported = kind === 'word' && value === 'export';
      if (kind === 'punctuation' && '([{'.includes(value)) depth++;
      if (kind === 'punctuation' && ')]}'.includes(value)) depth--;
      this.advance();
    }
  }

  /** Reads a declaration that begins with this word; false, and nothing is consumed, when none does. */
  private readDeclaration(first: string, isExported: boolean): boolean {
    if (first === 'const' || first === 'let' || first === 'var') {
      this.readVariables(isExported);
      return true;
    }
    if (first !== 'exports' && first !== 'module') return false;
    this.advance();
    if (first === 'module' && !(this.skip('.') && this.skip('exports'))) return true;
    if (this.skip('.')) this.readAssignment();
    else if (first === 'module' && this.skip('=') && this.skip('{')) this.readObject();
    return true;
  }

  private readVariables(isExported: boolean): void {
    do {
      this.advance();
      const property = asProperty(this.token);
      if (property === undefined) {
        if (isExported) this.noteOther();
        return;
      }
      this.advance();
      if (this.is(':')) this.skipType();
      if (!this.skip('=')) return;
      this.readValue(property);
    } while (this.is(','));
  }

  private readAssignment(): void {
    const property = asProperty(this.token);
    if (property === undefined) return this.noteOther();
    this.advance();
    if (this.skip('=')) this.readValue(property);
  }

  private readObject(): void {
    for (let depth = 1, isKey = true; this.token !== undefined && depth > 0;) {
      const property = isKey && depth === 1 ? asProperty(this.token) : undefined;
      const { kind, value } = this.token;
      if (isKey && depth === 1 && property === undefined) this.noteOther();
      this.advance();
      if (property !== undefined && this.skip(':')) this.readValue(property);
      if (kind === 'punctuation' && '([{'.includes(value)) depth++;
      if (kind === 'punctuation' && ')]}'.includes(value)) depth--;
      isKey = depth === 1 && (value === ',' || this.is(','));
    }
  }

  private noteOther(): void {
    if (this.token?.kind === 'word' || this.token?.kind === 'string') this.otherExports.push(this.token);
  }

  /** `downRevison`, `down_revision`: passed over, it would make the revision another one that revises nothing. */
  private refuseMisspelt(): void {
    const missing = properties.filter((property) => !this.found.has(property));
    for (const { value, start } of missing.length === 0 ? [] : this.otherExports) {
      const meant = closest(value, missing);
      if (meant === undefined) continue;
      throw this.invalid(`\`${value}\` is no part of a revision`, start, `Did you mean \`${meant}\`?`);
    }
  }

  /** A type ends where the value begins. */
  private skipType(): void {
    while (this.token !== undefined && !this.is('=') && !this.is(';')) this.advance();
  }

  private readValue(property: Property): void {
    const start = this.token?.start ?? this.source.length;
    const value = this.readList(property);
    if (value === undefined) return;
    if (!this.valueEnds()) throw this.notLiteral(property, start);
    if (property === 'revision' && (value.length !== 1 || value[0] === '')) throw this.notLiteral(property, start);
    this.found.set(property, value);
  }

  /** undefined for a value that is assigned later: `exports.revision = void 0`, `exports.a = exports.b = …`. */
  private readList(property: Property): readonly string[] | undefined {
    const token = this.token;
    if (token?.kind === 'string') {
      this.advance();
      return [token.value];
    }
    if (this.skip('null') || this.skip('undefined')) return [];
    if (this.is('void') || this.is('exports') || this.is('module')) return undefined;
    if (!this.skip('[')) throw this.notLiteral(property, token?.start ?? this.source.length);
    const items: string[] = [];
    while (!this.skip(']')) {
      if (this.token?.kind !== 'string') throw this.notLiteral(property, token?.start ?? this.source.length);
      items.push(this.token.value);
      this.advance();
      this.skip(',');
    }
    return items;
  }

  /** What follows must not change the value, as in `'a' + suffix`. */
  private valueEnds(): boolean {
    const token = this.token;
    if (token === undefined || token.afterLineBreak)
      return token?.kind !== 'punctuation' || !'+.?[(&|'.includes(token.value);
    return [';', ',', '}', 'as', 'satisfies'].includes(token.value);
  }

  private notLiteral(property: Property, offset: number): InvalidRevisionFileError {
    const what = property === 'revision' ? 'a string' : 'a string, an array of strings or null';
    return this.invalid(`\`${property}\` must be ${what}, written out`, offset, howTo);
  }

  private invalid(reason: string, offset: number, hint?: string): InvalidRevisionFileError {
    const place = positionOf(this.source, offset);
    return new InvalidRevisionFileError(this.path, reason, hint === undefined ? place : { ...place, hint });
  }

  private advance(): void {
    this.token = this.lexer.next();
  }

  private is(value: string): boolean {
    return this.token?.value === value && this.token.kind !== 'string';
  }

  private skip(value: string): boolean {
    const matches = this.is(value);
    if (matches) this.advance();
    return matches;
  }
}

function asProperty(token: Token | undefined): Property | undefined {
  return token?.kind === 'word' || token?.kind === 'string'
    ? properties.find((name) => name === token.value)
    : undefined;
}
