import { isAbsolute, resolve } from 'node:path';
import { lineAt, withoutComments, withoutStrings } from './source-text.js';
import { NotReadable, readStaticValue, type StaticContext, type StaticRecord, unreadable } from './static-value.js';

/** Who reads the files of a statement: what they may hold differs a little. */
export type EnvironmentReader = 'dotenv' | 'node';

/** What a source does about environment files when it is run. */
export type EnvironmentStatement =
  | { readonly kind: 'import'; readonly specifier: string; readonly forItsEffects: boolean }
  | {
      readonly kind: 'files';
      readonly reader: EnvironmentReader;
      readonly expands: boolean;
      /** Absolute paths, the first that has a variable decides. @throws NotReadable */
      readonly files: (context: StaticContext) => readonly string[];
      readonly line: number;
    };

/** Packages whose import, or whose `config()`, loads environment files, and which files these are by default. */
const loaders: Readonly<Record<string, (context: StaticContext) => readonly string[]>> = {
  dotenv: ({ env }) => [env['DOTENV_CONFIG_PATH'] ?? '.env'],
  'dotenv-flow': flowFiles,
};

/**
 * What a source does about environment files, in the order in which it does so: imports come before what is called.
 *
 * @param onlyAtTop leave out what is in a function: of a file that is only imported, it may never run
 */
export function readEnvironmentStatements(source: string, onlyAtTop: boolean): readonly EnvironmentStatement[] {
  const text = withoutComments(source);
  const bare = withoutStrings(text);
  const expands = /['"]dotenv-expand(\/config)?['"]/.test(text);
  const calls = Object.entries(loaders).flatMap(([name, defaults]) =>
    callsOf(text, name, 'config').map((call) => ({ ...call, reader: 'dotenv' as const, defaults })),
  );
  const ofNode = [
    ...callsOf(text, '(?:node:)?process', 'loadEnvFile'),
    ...matches(text, /\bprocess\.loadEnvFile\s*\(/g),
  ];
  const ofNodeToo = ofNode.map((call) => ({ ...call, reader: 'node' as const, defaults: () => ['.env'] }));
  const found = [...calls, ...ofNodeToo]
    .filter(({ start }) => !onlyAtTop || isAtTop(bare, start))
    .sort((one, other) => one.start - other.start)
    .filter(({ start }, index, all) => all[index - 1]?.start !== start)
    .map(({ start, end, reader, defaults }) => ({
      kind: 'files' as const,
      reader,
      expands,
      files: (context: StaticContext) => filesOf(text, end, defaults, context),
      line: lineAt(text, start),
    }));
  return [...importsOf(text, expands), ...found];
}

function importsOf(text: string, expands: boolean): readonly EnvironmentStatement[] {
  const statement =
    /\bimport\s*(?:([^'";()]+?)\s*from\s*)?(['"])([^'"\n]+)\2|(=\s*[\w$.()\s]*)?\brequire\(\s*(['"])([^'"\n]+)\5/g;
  return [...text.matchAll(statement)].flatMap((match): readonly EnvironmentStatement[] => {
    const [, clause, , imported, assigned, , required] = match;
    if (/^type\s/.test(clause ?? '')) return [];
    const specifier = imported ?? required ?? '';
    const [, name = ''] = /^(dotenv|dotenv-flow)\/config(?:\.js)?$/.exec(specifier) ?? [];
    const files = loaders[name];
    if (files === undefined) {
      return [{ kind: 'import', specifier, forItsEffects: clause === undefined && assigned === undefined }];
    }
    const line = lineAt(text, match.index);
    return [{ kind: 'files', reader: 'dotenv', expands, files: (context) => absolute(files(context), context), line }];
  });
}

interface Call {
  readonly start: number;
  /** Offset of the first argument. */
  readonly end: number;
}

/** Where a function of a package is called, by whatever name the source has for it. */
function callsOf(text: string, packageName: string, member: string): readonly Call[] {
  const from = String.raw`['"]${packageName}['"]`;
  const found = matches(text, new RegExp(String.raw`\brequire\(\s*${from}\s*\)\.${member}\s*\(`, 'g'));
  const clauses = [
    new RegExp(String.raw`\bimport\s+([^'";()]+?)\s*from\s*${from}`, 'g'),
    new RegExp(String.raw`\bimport\s+([\w$]+)\s*=\s*require\(\s*${from}`, 'g'),
    new RegExp(String.raw`\b(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*(?:[\w$.]+\()*\s*require\(\s*${from}`, 'g'),
  ];
  for (const [, clause = ''] of clauses.flatMap((pattern) => [...text.matchAll(pattern)])) {
    const named = /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? [];
    for (const entry of named) {
      const [name, alias = name] = entry.trim().split(/\s+as\s+|\s*:\s*/);
      if (name === member) found.push(...matches(text, new RegExp(String.raw`(?<![.\w$])${escaped(alias)}\s*\(`, 'g')));
    }
    const whole = clause
      .replace(/\{[^}]*\}/, '')
      .replace(/\*\s*as\s+/, '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    for (const name of whole) {
      const call = String.raw`(?<![.\w$])(?:\(0,\s*)?${escaped(name)}(?:\.default)?\.${member}\)?\s*\(`;
      found.push(...matches(text, new RegExp(call, 'g')));
    }
  }
  return found;
}

function matches(text: string, pattern: RegExp): Call[] {
  return [...text.matchAll(pattern)].map(({ 0: all, index }) => ({ start: index, end: index + all.length }));
}

function escaped(name = ''): string {
  return name.replaceAll('$', String.raw`\$`);
}

/** The files of a call: its argument, or `path` (dotenv: one or several) or `files` (dotenv-flow) of its options. */
function filesOf(
  text: string,
  offset: number,
  defaults: (context: StaticContext) => readonly string[],
  context: StaticContext,
): readonly string[] {
  if (/^\s*\)/.test(text.slice(offset))) return absolute(defaults(context), context);
  const argument = readStaticValue(text, offset, context);
  const options = typeof argument === 'object' && !Array.isArray(argument) ? (argument as StaticRecord) : undefined;
  const given = options === undefined ? argument : (options['path'] ?? options['files']);
  if (given === undefined) return absolute(defaults(context), context);
  const paths = Array.isArray(given) ? given : [given];
  if (given === unreadable || !paths.every((path) => typeof path === 'string')) throw new NotReadable();
  return absolute(paths, context);
}

function absolute(paths: readonly string[], { cwd }: StaticContext): readonly string[] {
  return paths.map((path) => (isAbsolute(path) ? path : resolve(cwd, path)));
}

/** dotenv-flow's files, the most particular first. */
function flowFiles({ env }: StaticContext): readonly string[] {
  const mode = env['NODE_ENV'];
  const ofMode = mode === undefined ? [] : [`.env.${mode}.local`];
  const local = mode === 'test' ? [] : ['.env.local'];
  return [...ofMode, ...local, ...(mode === undefined ? [] : [`.env.${mode}`]), '.env'];
}

/** Whether an offset is in no function: in no braces but those of `if`, `else` and `try`. */
function isAtTop(bare: string, offset: number): boolean {
  const open: number[] = [];
  for (let index = 0; index < offset; index++) {
    if (bare[index] === '{') open.push(index);
    if (bare[index] === '}') open.pop();
  }
  return open.every((index) => /(?:\bif\s*\([^{}]*\)|\belse|\btry)\s*$/.test(bare.slice(0, index)));
}
