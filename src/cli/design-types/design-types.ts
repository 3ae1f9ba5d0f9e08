import { codeToNote, type ColumnNote } from '../../errors/column-places.js';
import { LexicalError } from '../../repository/files/lexer.js';
import { type Annotation, readAnnotations } from './class-reader.js';
import { readScope } from './scope-reader.js';
import type { Scope } from './scope.js';
import { type DesignType, TypeSerializer } from './serialize-type.js';
import type { Lookups, SourceModules } from './source-modules.js';
import { TokenList } from './token-list.js';
import { TypeKinds } from './type-kinds.js';
import { TypeNames } from './type-names.js';

/** A source whose decorated members have types that a compiler of single files understands. */
export interface PreparedSource {
  readonly source: string;
  readonly lookups: Lookups;
}

export interface DesignTypeOptions {
  readonly strictNullChecks: boolean;
  /** The compiler makes metadata of what is written behind `...rest:`, and not of its elements. */
  readonly takesRestAsWritten: boolean;
}

const written: Readonly<Partial<Record<DesignType['kind'], string>>> = {
  String: 'string',
  Number: 'number',
  Boolean: 'boolean',
  BigInt: 'bigint',
  Symbol: 'symbol',
  Array: 'any[]',
  Function: '() => void',
  Object: 'object',
  'void 0': 'undefined',
};

/**
 * Writes the types of decorated members so that a compiler which sees one file makes the metadata that one which sees the whole
 * program would: `status: Status` becomes `status: string` where Status is an enum of strings in another file. Types mean
 * nothing else when the program runs.
 */
export class DesignTypes {
  private readonly types: TypeKinds;
  private readonly serializer: TypeSerializer;

  constructor(
    private readonly modules: SourceModules,
    private readonly options: DesignTypeOptions,
  ) {
    this.types = new TypeKinds(new TypeNames(modules), options.strictNullChecks);
    this.serializer = new TypeSerializer(this.types);
  }

  /** Lines stay where they are. A source that cannot be read is left to the compiler as it is. */
  prepare(source: string, file: string): PreparedSource {
    const [prepared, lookups] = this.modules.recording(() =>
      source.includes('@') ? this.rewrite(source, file) : source,
    );
    return { source: prepared, lookups };
  }

  private rewrite(source: string, file: string): string {
    const tokens = tryRead(source);
    const annotations = tokens === undefined ? [] : readAnnotations(tokens).filter(needsMore);
    if (tokens === undefined || annotations.length === 0) return source;
    const scope = readScope(file, tokens);
    const notes: ColumnNote[] = [];
    let result = '';
    let done = 0;
    for (const annotation of annotations.sort((one, other) => one.start - other.start)) {
      for (const { start, end, text } of this.edits(annotation, scope, notes)) {
        if (start < done) continue;
        result += source.slice(done, start) + padded(text, source.slice(start, end));
        done = end;
      }
    }
    const code = notes.length === 0 ? '' : `\n;${codeToNote(notes)}`;
    return result + source.slice(done) + code;
  }

  private edits(annotation: Annotation, scope: Scope, notes: ColumnNote[]): readonly Edit[] {
    const { tokens } = scope;
    const { decorators, owner } = annotation;
    const behind = tokens.end(annotation.start - 1);
    // Some compilers make nothing of a member without a type.
    if (annotation.end === annotation.start) return [{ start: behind, end: behind, text: ': any' }];
    const parameters = this.types.declared(annotation.parameters, scope);
    const type = this.serializer.serialize(annotation, { scope, parameters });
    const note = columnNote(annotation, type, scope);
    if (note !== undefined) notes.push(note);
    const text = this.typeText(annotation, type);
    const range = { start: tokens.start(annotation.start), end: tokens.end(annotation.end - 1) };
    const edit = text === undefined ? [] : [{ ...range, text }];
    if (type.kind !== 'class' || decorators === undefined || !(type.isImported || type.name === owner)) return edit;
    const before = tokens.end(decorators[1] - 1);
    return [{ start: before, end: before, text: ` @${METADATA}("design:type", ${type.name})` }, ...edit];
  }

  /** The type to write; undefined where the source's own will do. */
  private typeText({ type: node, isRest }: Annotation, type: DesignType): string | undefined {
    if (type.kind === 'lost') return undefined;
    if (type.kind === 'class') return node.kind === 'reference' ? undefined : type.name;
    const text = written[type.kind] ?? 'object';
    return isRest && !this.options.takesRestAsWritten ? `${text}[]` : text;
  }
}

/** The note on a column that TypeORM finds no type for. */
function columnNote({ decorators, ...annotation }: Annotation, type: DesignType, scope: Scope): ColumnNote | undefined {
  const { tokens, file } = scope;
  if (decorators === undefined || !['Object', 'lost', 'void 0', 'Function'].includes(type.kind)) return undefined;
  const isColumn = Array.from({ length: decorators[1] - decorators[0] }, (_, at) => tokens.at(decorators[0] + at)).some(
    (word) => word.endsWith('Column'),
  );
  if (!isColumn) return undefined;
  const { start, end, member } = annotation;
  const written = tokens.source.slice(tokens.start(start), tokens.end(end - 1)).replaceAll(/\s+/g, ' ');
  return {
    member,
    file,
    line: tokens.line(start),
    type: written,
    ...(type.kind === 'lost' ? { reason: type.reason } : {}),
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A class is named by a decorator: compilers of single files write Object for one that is not there yet, where entities import each
 * other in a circle, and swc does for the class around it.
 */
const METADATA = '(Reflect.metadata ?? (() => () => {}))';

/** Whether a compiler needs other files to make the metadata of a type. */
function needsMore({ type, isRest, start, end }: Annotation): boolean {
  return isRest || end === start || !['keyword', 'literal', 'array', 'function'].includes(type.kind);
}

function tryRead(source: string): TokenList | undefined {
  try {
    return new TokenList(source);
  } catch (error) {
    if (error instanceof LexicalError) return undefined;
    throw error;
  }
}

/** A type that replaces another, padded to as many lines. */
function padded(text: string, replaced: string): string {
  return text + '\n'.repeat(replaced.split('\n').length - 1);
}
