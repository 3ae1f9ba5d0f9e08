import type { InitializeHook, LoadHook, ResolveFnOutput, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createSourceLoader, formatOf, isTypeScript, type SourceLoader, type SourceSettings } from './source-loader.js';

// Node runs this module in a thread of its own: what makes `import` load TypeScript sources.

let loader: SourceLoader;

export const initialize: InitializeHook<SourceSettings> = (settings) => {
  loader = createSourceLoader(settings);
};

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const from = context.parentURL;
  const isOwn = from !== undefined && from.startsWith('file:') && !from.includes('/node_modules/');
  const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier;
  const found = isOwn ? loader.resolve(path, fileURLToPath(from)) : undefined;
  if (found !== undefined) return sourceModule(found);
  try {
    const resolved = await nextResolve(specifier, context);
    const source = resolved.url.startsWith('file:') ? loader.replace(fileURLToPath(resolved.url)) : undefined;
    return source === undefined ? resolved : sourceModule(source);
  } catch (error) {
    const source = loader.sourceOfMissing(specifier, error);
    if (source !== undefined) return sourceModule(source);
    if (isOwn) loader.explain(error, specifier, fileURLToPath(from));
    throw error;
  }
};

function sourceModule(file: string): ResolveFnOutput {
  return { url: pathToFileURL(file).href, format: formatOf(file), shortCircuit: true };
}

export const load: LoadHook = (url, context, nextLoad) => {
  if (!url.startsWith('file:')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  if (!isTypeScript(file)) return nextLoad(url, context);
  const format = formatOf(file);
  // Without a source Node hands a CommonJS module to `require`, and so to the other hook.
  if (format === 'commonjs') return { format, source: null as unknown as undefined, shortCircuit: true };
  return { format, source: loader.read(file, format), shortCircuit: true };
};
