import type { SourceText } from './source-text.js';

/** Something that another file exports. */
export interface ImportedValue {
  readonly kind: 'import';
  readonly specifier: string;
  /** `default` for a default export, `*` for all that the file exports. */
  readonly exportName: string;
  /** The export, or a member of it, is called: `AppModule.forRoot()`. */
  readonly call?: { readonly member?: string; readonly hasArguments: boolean };
}

/** The names that the `import` declarations of a file make, with what they are. */
export function readImports(text: SourceText): ReadonlyMap<string, ImportedValue> {
  const found = new Map<string, ImportedValue>();
  for (const index of text.indicesOf('import')) {
    const clause = text.at(index + 1) === 'type' && text.at(index + 2) !== 'from' ? index + 2 : index + 1;
    if (['(', '.', ''].includes(text.at(clause))) continue;
    if (text.at(clause + 1) === '=') {
      const specifier = text.at(clause + 2) === 'require' ? text.stringAt(clause + 4) : undefined;
      if (specifier !== undefined) found.set(text.at(clause), { kind: 'import', specifier, exportName: '*' });
      continue;
    }
    let from = clause;
    while (from < text.tokens.length && text.stringAt(from) === undefined) from++;
    const specifier = text.stringAt(from) ?? '';
    for (const [exportName, local] of readClause(text, clause, from)) {
      found.set(local, { kind: 'import', specifier, exportName });
    }
  }
  return found;
}

/** `a, { b, c as d }` or `* as e` */
function readClause(text: SourceText, start: number, end: number): readonly (readonly [string, string])[] {
  if (text.at(start) === '*') return [['*', text.at(start + 2)]];
  const names: [string, string][] = text.isWord(start) ? [['default', text.at(start)]] : [];
  for (let at = start; at < end; at++) {
    if (text.at(at) === '*') names.push(['*', text.at(at + 2)]);
    if (text.at(at) !== '{') continue;
    for (const entry of text.argumentsOf(at)) {
      const first =
        text.at(entry) === 'type' && text.isWord(entry + 1) && text.at(entry + 1) !== 'as' ? entry + 1 : entry;
      names.push([text.at(first), text.at(first + 1) === 'as' ? text.at(first + 2) : text.at(first)]);
    }
    break;
  }
  return names;
}
