import { register } from 'node:module';
import { hookCommonJs } from './commonjs-hook.js';
import { readCompileOptions } from './compile-options.js';
import { createSourceLoader, formatOf, type SourceSettings } from './source-loader.js';

const foreignLoaders = /\b(ts-node|tsx|@swc-node\/register|@oxc-node\/core|@swc\/register)\b/;

/**
 * Lets this process load TypeScript sources, unless it was started with a loader of the user's choice.
 *
 * @param entry the first source that will be loaded
 * @param hooksUrl URL of the ES module hooks next to this file
 * @throws CompilerMissingError
 */
export function registerTypeScript(entry: string, settings: SourceSettings, hooksUrl: URL): void {
  if (foreignLoaders.test([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' '))) return;
  process.setSourceMapsEnabled(true);
  hookCommonJs(createSourceLoader(settings));
  // The thread of the ES module hooks costs time that most CommonJS applications need not spend.
  if (formatOf(entry) === 'module' || readCompileOptions(settings.tsconfig).keepDynamicImport) {
    register(hooksUrl, { data: settings });
  }
}
