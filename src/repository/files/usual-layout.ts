import type { Comment } from './lexer.js';

/** A list as the template writes it: `null`, `'a'` or `['a', 'b']`, in strings without escapes. */
const list = String.raw`(null|'[^'\\\n]*'|\[(?:'[^'\\\n]*'(?:, ?(?='))?)*\])`;

const usual = new RegExp(
  String.raw`\s*(?:import type \{[^}'"]*\} from '[^'\\\n]+';\s*)*` +
    String.raw`export const revision = '([^'\\\n]+)';\s*` +
    String.raw`export const downRevision = ${list};\s*` +
    String.raw`export const branchLabels = ${list};\s*` +
    `export const dependsOn = ${list};`,
  'y',
);

const item = /'([^']*)'/g;

/** What a file in the layout of the built-in template says. */
export interface UsualLayout {
  readonly revision: string;
  readonly downRevision: readonly string[];
  readonly branchLabels: readonly string[];
  readonly dependsOn: readonly string[];
  readonly comments: readonly Comment[];
}

/**
 * Reads a file that still begins as the built-in template wrote it, in one go; undefined for any other.
 *
 * It says nothing that the lexer would not say as well. It is there because nearly all files look so, and reading
 * thousands of them token by token takes longer than reading them from disk (bench/graph.mjs).
 */
export function readUsualLayout(source: string): UsualLayout | undefined {
  const isCommented = source.startsWith('/*');
  const commentEnd = isCommented ? source.indexOf('*/', 2) : 0;
  if (commentEnd < 0) return undefined;
  usual.lastIndex = isCommented ? commentEnd + 2 : 0;
  const match = usual.exec(source);
  if (match === null) return undefined;
  const [, revision = '', down = '', labels = '', depends = ''] = match;
  return {
    revision,
    downRevision: itemsOf(down),
    branchLabels: itemsOf(labels),
    dependsOn: itemsOf(depends),
    comments: isCommented ? [{ kind: 'block', start: 0, text: source.slice(2, commentEnd) }] : [],
  };
}

function itemsOf(text: string): readonly string[] {
  return text === 'null' ? [] : Array.from(text.matchAll(item), ([, value = '']) => value);
}
