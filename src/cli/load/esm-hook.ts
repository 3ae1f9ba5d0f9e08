import type { InitializeHook, LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createSourceLoader, formatOf, isTypeScript, type SourceLoader, type SourceSettings } from './source-loader.js';

// Node runs this module in a thread of its own: what makes `import` load TypeScript sources.

let loader: SourceLoader;

export const initialize: InitializeHook<SourceSettings> = (settings) => {
  loader = createSourceLoader(settings);
};

export const resolve: ResolveHook = (specifier, context, nextResolve) => {
  const from = context.parentURL;
  if (from === undefined || !from.startsWith('file:') || from.includes('/node_modules/')) {
    return nextResolve(specifier, context);
  }
  const found = loader.resolve(
    specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier,
    fileURLToPath(from),
  );
  if (found === undefined) return nextResolve(specifier, context);
  return { url: pathToFileURL(found).href, format: formatOf(found), shortCircuit: true };
};

export const load: LoadHook = (url, context, nextLoad) => {
  if (!url.startsWith('file:')) return nextLoad(url, context);
  const file = fileURLToPath(url);
  if (!isTypeScript(file)) return nextLoad(url, context);
  const format = formatOf(file);
  // Without a source Node hands a CommonJS module to `require`, and so to the other hook.
  if (format === 'commonjs') return { format, source: null as unknown as undefined, shortCircuit: true };
  return { format, source: loader.read(file, format), shortCircuit: true };
};
