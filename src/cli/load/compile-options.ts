import { readTsconfig } from '../find/tsconfig.js';

/** The options of tsconfig.json that change how a source behaves when it runs. All others are for the type checker. */
export interface CompileOptions {
  /** Class fields are defined on the instance, as in JavaScript, or only assigned when they have an initializer. */
  readonly useDefineForClassFields: boolean;
  /** `import x from` and `import * as` of CommonJS modules go through an interop helper. */
  readonly esModuleInterop: boolean;
  readonly verbatimModuleSyntax: boolean;
  /** `import()` in CommonJS stays an import, as Node's own module settings have it. */
  readonly keepDynamicImport: boolean;
  /** `null` and `undefined` are types of their own: decides over the metadata of `string | null`. Undefined: as the compiler has it. */
  readonly strictNullChecks: boolean | undefined;
}

const nodeModules = /^(node\d+|nodenext|preserve)$/;
const targetsWithDefine = /^(es2022|es2023|es2024|es2025|esnext)$/;

/** Reads these options of a tsconfig.json; TypeScript's defaults where one, or the file, is missing. */
export function readCompileOptions(tsconfig: string | undefined): CompileOptions {
  const options = (tsconfig === undefined ? undefined : readTsconfig(tsconfig).compilerOptions) ?? {};
  const module = options.module?.toLowerCase() ?? '';
  const target = options.target?.toLowerCase() ?? (nodeModules.test(module) ? 'esnext' : 'es5');
  return {
    useDefineForClassFields: options.useDefineForClassFields ?? targetsWithDefine.test(target),
    esModuleInterop: options.esModuleInterop ?? nodeModules.test(module),
    verbatimModuleSyntax: options.verbatimModuleSyntax ?? false,
    keepDynamicImport: nodeModules.test(module),
    strictNullChecks: options.strictNullChecks ?? options.strict,
  };
}
