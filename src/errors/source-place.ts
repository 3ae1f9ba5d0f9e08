import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this package's own files, which need not be in node_modules: the package may be linked.
 *
 * Read from a stack, since `import.meta` cannot be loaded where Jest makes CommonJS of the package.
 */
const ownFolder = dirname(dirname(pathOfFrame(new Error('not thrown').stack ?? '')));

function pathOfFrame(stack: string): string {
  const [, place = ''] = /(?:\(|\bat )((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\n()]+?):\d+:\d+\)?$/m.exec(stack) ?? [];
  return place.startsWith('file:') ? fileURLToPath(place) : place;
}

/**
 * The first line of an error's stack that is in a file of the application: `src/app.module.ts:12`.
 *
 * @param callers files that called what is looked for: it is not found below them
 * @returns undefined where the stack has none, and for a thrown value that is no error
 */
export function placeOf(thrown: unknown, callers?: RegExp): string | undefined {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  // Node puts the place of a syntax error before the stack.
  const syntax = /^((?:file:\/\/)?\/[^\n]+?|[A-Za-z]:\\[^\n]+?):(\d+)\n/.exec(stack);
  if (syntax !== null) return `${shortPath(syntax[1] ?? '')}:${syntax[2]}`;
  const frames = /(?:\(|\bat (?:async )?)((?:file:\/\/)?(?:\/|[A-Za-z]:\\)[^\n()]+?):(\d+):\d+\)?$/gm;
  for (const [, file = '', line] of stack.matchAll(frames)) {
    if (callers?.test(file)) return undefined;
    if (!file.includes('node_modules') && !isOwn(file)) return `${shortPath(file)}:${line}`;
  }
  return undefined;
}

/** A path or file URL as people read it: relative to the working directory where it is below it. */
export function shortPath(path: string): string {
  if (path.startsWith('.')) return path;
  const file = path.startsWith('file:') ? fileURLToPath(path) : path;
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

/** A module that code asked for and that is not there. */
export interface MissingModule {
  /** `the package pg`, or the path of a file. */
  readonly what: string;
  /** The file that asks for it, as far as it is known. */
  readonly importer?: string;
  readonly hint: string;
}

/** Reads Node's errors about a missing module, those of `require` and of `import`. */
export function missingModule(thrown: unknown): MissingModule | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, requireStack, message } = thrown as Error & { code?: string; requireStack?: readonly string[] };
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const name = /^Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const importer = requireStack?.[0] ?? / imported from (.+)$/m.exec(message)?.[1];
  const isFile = /^(\.|\/|[A-Za-z]:|file:)/.test(name);
  return {
    what: isFile ? shortPath(name) : `package ${name}`,
    ...(importer === undefined ? {} : { importer: shortPath(importer) }),
    hint: isFile
      ? 'Is the path right, and is it known to `paths` of tsconfig.json where it is an alias?'
      : `npm install ${name}`,
  };
}

function isOwn(file: string): boolean {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return !relative(ownFolder, path).startsWith('..');
}
