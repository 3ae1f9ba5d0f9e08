import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname } from 'node:path';
import { InvalidRevisionFileError } from '../../errors/repository-files.errors.js';
import { shownValue } from '../../errors/shown.js';
import { messageOf, tamed } from '../../errors/thrown.js';
import type { Revision } from '../revision.js';
import { moduleBody, type ModuleBody } from './module-body.js';

/** `upgrade` or `downgrade` of a revision file. It is called with the operations of the database. */
export type RevisionFunction = (op: unknown) => Promise<void> | void;

/** One function for every database, or one for each, by the name of its data source. */
export type RevisionFunctions = RevisionFunction | Readonly<Record<string, RevisionFunction>>;

/** What a revision file does. */
export interface RevisionModule {
  readonly upgrade: RevisionFunctions;
  readonly downgrade: RevisionFunctions;
}

type Direction = keyof RevisionModule;

/**
 * Runs a revision file and gives its `upgrade` and `downgrade`, and the text that was read.
 *
 * TypeScript loses its types and keeps its lines, so that stack traces point into the file; `import` becomes `require`, so that it runs the same in
 * CommonJS and ESM applications and under Jest. The file is read again each time.
 *
 * @throws InvalidRevisionFileError when it does not parse, throws while it is loaded, or lacks a function
 */
export async function loadRevision(revision: Revision): Promise<RevisionModule & { readonly source: string }> {
  const { path } = revision;
  if (path === undefined) {
    throw new InvalidRevisionFileError(
      `revision ${revision.id}`,
      'has no file: it was made in memory and cannot be run',
    );
  }
  const source = read(path);
  const exported = run(await compile(source, path), path);
  try {
    const named = withDefault(exported, path);
    const functionOf = (direction: Direction): RevisionFunctions => functionsOf(named, direction, path);
    return { upgrade: functionOf('upgrade'), downgrade: functionOf('downgrade'), source };
  } catch (error) {
    throw error instanceof InvalidRevisionFileError ? error : failedWhileLoaded(path, error);
  }
}

/**
 * Refuses a revision that does not parse, of which nothing is run. Its metadata can be read all the same, and so others know it.
 *
 * @throws InvalidRevisionFileError with the line
 */
export async function requireSyntax({ path }: Revision): Promise<void> {
  if (path !== undefined) parsed(await compile(read(path), path), path);
}

/** JavaScript that defines the exports by `exports.name = …`, line by line where the source has it. */
async function compile(text: string, path: string): Promise<string> {
  const source = text.replace(/^\uFEFF/, '').replace(/^#!.*/, '');
  if (extname(path) === '.cjs') return source;
  const { transform } = await import('sucrase');
  try {
    const transforms: ('typescript' | 'imports')[] = extname(path).endsWith('ts')
      ? ['typescript', 'imports']
      : ['imports'];
    return transform(source, { transforms, filePath: path, disableESTransforms: true }).code;
  } catch (error) {
    throw syntaxError(path, error);
  }
}

/** Runs the code, and gives what it exports. */
function run(code: string, path: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  const body = parsed(code, path);
  try {
    body(module.exports as Record<string, unknown>, createRequire(path), module, path, dirname(path));
  } catch (error) {
    throw failedWhileLoaded(path, error);
  }
  return module.exports;
}

function parsed(code: string, path: string): ModuleBody {
  try {
    return moduleBody(code, path);
  } catch (error) {
    throw new InvalidRevisionFileError(path, (error as Error).message, { cause: error, hint: onlyErasable });
  }
}

/** What a revision throws while it is loaded, a getter of its exports included. */
function failedWhileLoaded(path: string, error: unknown): InvalidRevisionFileError {
  return new InvalidRevisionFileError(path, `failed while it was loaded: ${messageOf(error)}`, {
    cause: tamed(error),
    hint: 'Work belongs inside `upgrade` and `downgrade`; what a revision imports at run time must be installed.',
  });
}

/** A CommonJS module may export a function, which has properties too. */
function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

const onlyErasable =
  'A revision is TypeScript whose types can be erased: no enum, namespace, decorator, parameter property, `import.meta` or top-level `await`.';

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidRevisionFileError(path, `cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The compiler puts path and place into the message; here they have places of their own. */
function syntaxError(path: string, error: unknown): InvalidRevisionFileError {
  const reason = messageOf(error)
    .replace(`Error transforming ${path}: `, '')
    .replace(/ \(\d+:\d+\)$/, '');
  const { line, column } = (error as { loc?: { line?: number; column?: number } }).loc ?? {};
  return new InvalidRevisionFileError(path, reason, {
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    cause: error,
  });
}

/** `export default { upgrade, downgrade }` will do as well. */
function withDefault(exported: unknown, path: string): Record<string, unknown> {
  if (!isObject(exported)) {
    throw new InvalidRevisionFileError(path, `exports ${shownValue(exported)}, and not \`upgrade\` and \`downgrade\``);
  }
  const inner = exported['default'];
  return isObject(inner) ? { ...inner, ...exported } : exported;
}

function functionsOf(exported: Record<string, unknown>, direction: Direction, path: string): RevisionFunctions {
  const value = exported[direction];
  if (typeof value === 'function') return value as RevisionFunction;
  if (typeof value !== 'object' || value === null) throw noFunction(direction, path, value);
  for (const [dataSource, inner] of Object.entries(value)) {
    if (typeof inner !== 'function') throw noFunction(direction, path, inner, dataSource);
  }
  return value as Readonly<Record<string, RevisionFunction>>;
}

function noFunction(direction: Direction, path: string, value: unknown, dataSource?: string): InvalidRevisionFileError {
  const name = dataSource === undefined ? `\`${direction}\`` : `\`${direction}\` for the data source "${dataSource}"`;
  return new InvalidRevisionFileError(
    path,
    value === undefined ? `does not export ${name}` : `${name} is not a function`,
    {
      hint: `Write: export async function ${direction}(op: Operations): Promise<void> {}. A revision that cannot be undone throws in \`downgrade\`.`,
    },
  );
}
