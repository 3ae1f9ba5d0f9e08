import { readFileSync } from 'node:fs';
import Module, { register } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withoutStart } from '../find/bundle.js';
import type { ChangedBundle } from './bundle-hook.js';
import { formatOf } from './source-loader.js';

/** A part of Node's module system that its types do not declare. */
interface InnerModule {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(code: string, filename: string): void;
}

/**
 * Runs a bundle up to where it would start the application.
 *
 * @param bundleId the file of the bundle that is wanted, by `readBundledModule`
 * @param hooksUrl URL of a module next to `bundle-hook.js`
 * @returns what that file exports
 */
export async function loadBundled(file: string, bundleId: string, hooksUrl: URL): Promise<Record<string, unknown>> {
  const format = formatOf(file);
  const source = withoutStart(readFileSync(file, 'utf8'), bundleId, format);
  if (format === 'module') {
    const { href: url } = pathToFileURL(file);
    register(new URL('./bundle-hook.js', hooksUrl), { data: { url, source } satisfies ChangedBundle });
    return ((await import(url)) as { bundled: Record<string, unknown> }).bundled;
  }
  const { _nodeModulePaths: pathsAbove } = Module as unknown as { _nodeModulePaths(folder: string): string[] };
  const module = Object.assign(new Module(file), { filename: file, paths: pathsAbove(dirname(file)) });
  const inner = module as unknown as InnerModule;
  inner._compile(source, file);
  return (await inner.exports) as Record<string, unknown>;
}
