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

/** The metadata of a file in the layout of the built-in template. */
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
 * Its answer is that of the lexer. It exists because nearly all files have this layout, and reading
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
    comments: isCommented
      ? [{ kind: 'block', start: 0, end: commentEnd + 2, text: copyOf(source, 2, commentEnd) }]
      : none,
  };
}

/** Shared by the many revisions that have none. */
const none: readonly never[] = [];

function itemsOf(text: string): readonly string[] {
  if (text === 'null') return none;
  return text.startsWith("'") ? [text.slice(1, -1)] : Array.from(text.matchAll(item), ([, value = '']) => value);
}

/** A part of the source that does not keep all of it in memory, as V8's plain `slice` does. */
function copyOf(source: string, start: number, end: number): string {
  return ` ${source.slice(start, end)}`.slice(1);
}
