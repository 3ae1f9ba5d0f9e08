import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { ApplicationLoadError, CompilerMissingError } from '../../errors/cli.errors.js';
import type { CompileOptions } from './compile-options.js';
import { messageOf } from '../../errors/thrown.js';

export type ModuleFormat = 'commonjs' | 'module';

/** Turns one TypeScript source into JavaScript, with decorator metadata and an inline source map. */
export interface Compiler {
  /** Which compiler, which version: part of the key that compiled sources are kept under. */
  readonly identity: string;
  compile(source: string, file: string, format: ModuleFormat): string;
}

type Transpile = (source: string, file: string, format: ModuleFormat) => string;

/**
 * The application's own compiler: @swc/core, or else TypeScript up to 6 (7 cannot transpile a single file).
 * It is loaded with the first source that has to be compiled.
 *
 * @throws CompilerMissingError when the application has neither
 */
export function findCompiler(root: string, options: CompileOptions): Compiler {
  const require = createRequire(join(root, 'package.json'));
  const found = tryCompiler(require, '@swc/core', swc) ?? tryCompiler(require, 'typescript', typescript);
  if (found === undefined) throw new CompilerMissingError(root);
  let transpile: Transpile | undefined;
  return {
    identity: found.identity,
    compile: (source, file, format) => (transpile ??= found.load(options))(source, file, format),
  };
}

interface FoundCompiler {
  readonly identity: string;
  readonly load: (options: CompileOptions) => Transpile;
}

function tryCompiler(
  require: NodeJS.Require,
  name: string,
  load: (require: NodeJS.Require, options: CompileOptions) => Transpile,
): FoundCompiler | undefined {
  try {
    const manifest = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')) as { version: string };
    if (name === 'typescript' && Number.parseInt(manifest.version, 10) > 6) return undefined;
    return { identity: `${name}@${manifest.version}`, load: (options) => load(require, options) };
  } catch {
    return undefined;
  }
}

interface Swc {
  transformSync(source: string, options: object): { code: string };
}

function swc(require: NodeJS.Require, options: CompileOptions): Transpile {
  const { transformSync } = require('@swc/core') as Swc;
  return (source, file, format) => {
    try {
      return transformSync(source, swcOptions(file, format, options)).code;
    } catch (error) {
      throw syntaxError(file, messageOf(error));
    }
  };
}

function swcOptions(filename: string, format: ModuleFormat, options: CompileOptions): object {
  const { useDefineForClassFields, verbatimModuleSyntax } = options;
  return {
    filename,
    swcrc: false,
    configFile: false,
    isModule: true,
    sourceMaps: 'inline',
    inlineSourcesContent: false,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields, verbatimModuleSyntax },
      keepClassNames: true,
    },
    module:
      format === 'module'
        ? { type: 'es6' }
        : {
            type: 'commonjs',
            importInterop: options.esModuleInterop ? 'swc' : 'none',
            ignoreDynamic: options.keepDynamicImport,
          },
  };
}

interface TypeScript {
  readonly ModuleKind: Readonly<Record<'CommonJS' | 'ESNext', number>>;
  readonly ScriptTarget: Readonly<Record<'ES2022', number>>;
  transpileModule(source: string, options: object): { outputText: string; diagnostics?: readonly Diagnostic[] };
  flattenDiagnosticMessageText(text: unknown, newLine: string): string;
}

interface Diagnostic {
  readonly start?: number;
  readonly messageText: unknown;
}

function typescript(require: NodeJS.Require, options: CompileOptions): Transpile {
  const ts = require('typescript') as TypeScript;
  return (source, fileName, format) => {
    const { outputText, diagnostics = [] } = ts.transpileModule(source, {
      fileName,
      reportDiagnostics: true,
      compilerOptions: {
        module: format === 'module' ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        isolatedModules: true,
        inlineSourceMap: true,
        useDefineForClassFields: options.useDefineForClassFields,
        esModuleInterop: options.esModuleInterop,
        verbatimModuleSyntax: options.verbatimModuleSyntax && format === 'module',
      },
    });
    const [first] = diagnostics.filter(({ start }) => start !== undefined);
    if (first !== undefined) {
      const line = source.slice(0, first.start).split('\n').length;
      throw new ApplicationLoadError(`${fileName}:${line}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
    }
    return outputText;
  };
}

/** swc's error shows an excerpt of the source; one line has the same: file, line and what is wrong. */
function syntaxError(file: string, picture: string): ApplicationLoadError {
  const plain = stripVTControlCharacters(picture);
  const line = /\[[^\]]*?:(\d+):\d+\]/.exec(plain)?.[1] ?? /^\s*(\d+)\s*│/m.exec(plain)?.[1];
  const reason = /×\s*(.+)/.exec(plain)?.[1] ?? plain.split('\n')[0] ?? plain;
  return new ApplicationLoadError(`${line === undefined ? file : `${file}:${line}`}: ${reason.trim()}`);
}
