import Module from 'node:module';
import { isTypeScript, type SourceLoader } from './source-loader.js';

/** The parts of Node's CommonJS loader that every TypeScript loader hooks into; Node keeps them for that. */
interface CommonJsLoader {
  _extensions: Record<string, (module: CompilingModule, file: string) => void>;
  _resolveFilename(request: string, parent?: { filename?: string | null }, ...rest: unknown[]): string;
}

interface CompilingModule extends NodeJS.Module {
  _compile(code: string, file: string): void;
}

/** Makes `require` load TypeScript sources. */
export function hookCommonJs(loader: SourceLoader): void {
  const node = Module as unknown as CommonJsLoader;
  const resolveFilename = node._resolveFilename.bind(node);
  node._resolveFilename = (request, parent, ...rest) => {
    const from = parent?.filename;
    const found = typeof from === 'string' && isTypeScript(from) ? loader.resolve(request, from) : undefined;
    const file = found ?? resolvedByNode(() => resolveFilename(request, parent, ...rest), request, loader, from);
    return loader.replace(file) ?? file;
  };
  for (const extension of ['.ts', '.cts']) {
    node._extensions[extension] = (module, file) => runTolerantly(module, file, loader.read(file, 'commonjs'));
  }
}

/** What is not built is found by its source. */
function resolvedByNode(
  resolve: () => string,
  request: string,
  loader: SourceLoader,
  importer: string | null | undefined,
): string {
  try {
    return resolve();
  } catch (error) {
    const source = loader.sourceOfMissing(request, error);
    if (source !== undefined) return source;
    loader.explain(error, request, importer ?? undefined);
    throw error;
  }
}

/**
 * Runs a module whose exports answer undefined, and do not throw, until they are initialised.
 *
 * Entities import each other in circles, and their decorator metadata reads the other's class at once. tsc's output answers
 * undefined then; swc's getters throw "Cannot access 'User' before initialization".
 */
function runTolerantly(module: CompilingModule, file: string, code: string): void {
  const exports = module.exports as object;
  const tolerant = new Proxy(exports, {
    defineProperty: (target, key, descriptor) =>
      Reflect.defineProperty(target, key, descriptor.get === undefined ? descriptor : lenient(descriptor)),
  });
  module.exports = tolerant;
  module._compile(code, file);
  if (module.exports === tolerant) module.exports = exports;
}

function lenient(descriptor: PropertyDescriptor): PropertyDescriptor {
  const { get } = descriptor;
  return {
    ...descriptor,
    configurable: true,
    get: () => {
      try {
        return get?.call(undefined) as unknown;
      } catch (error) {
        if (error instanceof ReferenceError) return undefined;
        throw error;
      }
    },
  };
}
