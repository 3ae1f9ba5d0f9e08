import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder of this package's own files, which need not be in node_modules: the package may be linked.
 *
 * Read from a stack, since `import.meta` cannot be loaded where Jest makes CommonJS of the package.
 */
export const ownFolder = dirname(dirname(pathOfFrame(new Error('not thrown').stack ?? '')));

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
    if (!file.includes('node_modules') && !isOwn(file))
      return `${shortPath(file)}:${lineOf(thrown, file, Number(line))}`;
  }
  return undefined;
}

const nameInMessage = /(?:^|\.)([\w$]+)\)? is not (?:defined|a function)$/;

/**
 * The line of an error about a name, such as `Colum is not defined`: compilers lose the places of decorators, so that swc gives
 * the end of the class. Where the line does not have the name, it is the first that uses it, as a decorator if there is one.
 */
function lineOf(thrown: unknown, file: string, line: number): number {
  const name = nameInMessage.exec(thrown instanceof Error ? thrown.message : '')?.[1];
  if (name === undefined || !/\.[cm]?ts$/.test(file)) return line;
  const word = new RegExp(`(?<![\\w$])${name.replaceAll('$', String.raw`\$`)}(?![\\w$])`);
  const lines = linesOf(file);
  if (word.test(lines[line - 1] ?? name)) return line;
  const uses = (text: string): boolean => word.test(text) && !/^\s*(import\b|\/\/|\*|\/\*)/.test(text);
  const decorator = lines.findIndex((text) => uses(text) && text.includes(`@${name}`));
  const found = decorator < 0 ? lines.findIndex(uses) : decorator;
  return found < 0 ? line : found + 1;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file.startsWith('file:') ? fileURLToPath(file) : file, 'utf8').split('\n');
  } catch {
    return []; // a stack may name what is no file
  }
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

/** An error about a missing module with what is known of the import: see `explainMissingAlias` of nest-cmd. */
export interface ExplainedError {
  readonly explained?: { readonly what: string; readonly hint: string };
}

interface NodeModuleError extends Error, ExplainedError {
  readonly code?: string;
  readonly requireStack?: readonly string[];
}

/** What Node did not find, as the code has it, and the file that asks for it. */
export interface MissingRequest {
  readonly specifier: string;
  readonly importer?: string;
}

const missing = /^Cannot find (?:module|package) '([^']+)'/;
/** Node's errors for what it does not find, by their codes, each with what was asked for. */
const notFound: Readonly<Record<string, RegExp>> = {
  MODULE_NOT_FOUND: missing,
  ERR_MODULE_NOT_FOUND: missing,
  ERR_INVALID_MODULE_SPECIFIER: /^Invalid module "([^"]+)"/,
  ERR_PACKAGE_IMPORT_NOT_DEFINED: /^Package import specifier "([^"]+)"/,
};

/** Reads Node's errors about a missing module, those of `require` and of `import`. */
export function missingRequest(thrown: unknown): MissingRequest | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, requireStack, message } = thrown as NodeModuleError;
  const specifier = notFound[code ?? '']?.exec(message)?.[1];
  const importer = requireStack?.[0] ?? / imported from (.+)$/m.exec(message)?.[1];
  return specifier === undefined ? undefined : { specifier, ...(importer === undefined ? {} : { importer }) };
}

/** Describes a module that Node did not find. @returns undefined for any other error */
export function missingModule(thrown: unknown): MissingModule | undefined {
  const request = missingRequest(thrown);
  if (request === undefined) return undefined;
  const { specifier, importer } = request;
  const where = importer === undefined ? {} : { importer: shortPath(importer) };
  const { explained } = thrown as ExplainedError;
  if (explained !== undefined) return { ...explained, ...where };
  // For a name that no package may have, and for `imports` in package.json, Node's own message is clearer.
  if (!missing.test((thrown as Error).message)) return undefined;
  if (/^(\.|\/|[A-Za-z]:|file:)/.test(specifier)) {
    return { what: shortPath(specifier), ...where, hint: 'Is the path right? There has to be such a file.' };
  }
  const name = packageOf(specifier);
  if (name === undefined || isOwnFolder(specifier)) return { what: specifier, ...where, hint: NO_PACKAGE };
  return { what: `package ${name}`, ...where, hint: `npm install ${name}` };
}

const NO_PACKAGE =
  'This is the name of no package. If it is a path, write it relative to the importing file; if it is an alias, tsconfig.json has to define it, and a build has to replace it.';

/** The package that a specifier is of: `@org/db` of `@org/db/entities`. npm would take `lodash/fp` for a repository of GitHub. */
function packageOf(specifier: string): string | undefined {
  return /^(?:@[a-z\d][\w.~-]*\/)?[a-z\d][\w.~-]*(?=\/|$)/i.exec(specifier)?.[0];
}

/** `src/users/user.entity` is a file here, and of no package. */
function isOwnFolder(specifier: string): boolean {
  const [folder = '', ...rest] = specifier.split('/');
  return rest.length > 0 && (folder === 'src' || existsSync(folder));
}

function isOwn(file: string): boolean {
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return !relative(ownFolder, path).startsWith('..');
}
