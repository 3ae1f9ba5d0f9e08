import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { UsageError } from '../../errors/cli.errors.js';
import type { EnvironmentReader } from './environment-statements.js';

/** The variables of a process. */
export type Environment = Record<string, string | undefined>;

/**
 * Sets the variables of the files that the user names. A variable that is set already keeps its value; among the files the last
 * one decides, as with Node's own `--env-file`.
 *
 * @param files relative to `cwd`
 * @throws UsageError when there is no such file, or it cannot be read
 */
export function loadNamedFiles(files: readonly string[], cwd: string, env: Environment): void {
  const contents = files.map((file) => readNamedFile(file, resolve(cwd, file)));
  for (const content of contents.reverse()) setMissing(parseEnv(content), env);
}

function readNamedFile(file: string, path: string): string {
  try {
    return withoutMark(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `there is no file ${path}`,
      EISDIR: `${path} is a folder`,
      EACCES: `${path} may not be read by this user`,
    };
    throw new UsageError(`--env-file ${file}: ${reasons[code ?? ''] ?? message}.`, {
      hint: 'Name a file with lines of NAME=value, relative to the working directory. NEST_ENV_FILE names it, too.',
      cause: error,
    });
  }
}

/** How the application reads its files. */
export interface ReadingOptions {
  readonly reader: EnvironmentReader;
  /** Values may refer to other variables, as dotenv-expand has it. */
  readonly expands: boolean;
  /** Folder of the application, whose dotenv is taken. */
  readonly root: string;
}

/**
 * Sets the variables of a file that the application would load. A variable that is set already keeps its value.
 *
 * @returns whether there is such a file
 */
export function loadApplicationFile(path: string, options: ReadingOptions, env: Environment): boolean {
  let content: string;
  try {
    content = withoutMark(readFileSync(path, 'utf8'));
  } catch {
    return false;
  }
  const parsed = parserOf(options)(content);
  setMissing(options.expands ? expand(parsed, env) : parsed, env);
  return true;
}

function parserOf({ reader, root }: ReadingOptions): (content: string) => Environment {
  if (reader === 'node') return parseEnv;
  try {
    const { parse } = createRequire(join(root, 'package.json'))('dotenv') as { parse(content: string): Environment };
    return parse;
  } catch {
    return parseEnv;
  }
}

function setMissing(values: Environment, env: Environment): void {
  for (const [name, value] of Object.entries(values)) env[name] ??= value;
}

const reference = /(\\)?\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g;

/** `${NAME}`, `$NAME` and `${NAME:-otherwise}` in values, of variables that are set or else of the same file. */
function expand(values: Environment, env: Environment): Environment {
  const valueOf = (name: string, below: number): string | undefined =>
    env[name] ?? (below > 20 ? undefined : values[name] && expanded(values[name], below + 1));
  const expanded = (value: string, below: number): string =>
    value.replaceAll(reference, (all, escape, braced: string | undefined, otherwise = '', plain = '') =>
      escape === undefined ? valueOf(braced ?? String(plain), below) || String(otherwise) : all.slice(1),
    );
  return Object.fromEntries(Object.entries(values).map(([name, value = '']) => [name, expanded(value, 0)]));
}

function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
