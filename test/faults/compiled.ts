import { transformFile } from '@swc/core';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A copy of the sources that plain node can run. */
export interface CompiledSources {
  /** Absolute path of the JavaScript of a source file, named from the root. */
  pathOf(source: string): string;
  remove(): Promise<void>;
}

/** Compiles `src` and `test/faults`, so that tests can start processes of the sources as they stand, without a build. */
export async function compileSources(): Promise<CompiledSources> {
  const root = process.cwd();
  const directory = await mkdtemp(join(tmpdir(), 'nestjs-migrate-compiled-'));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'), 'dir');
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  const pathOf = (source: string): string => join(directory, source.replace(/\.ts$/, '.js'));
  for (const folder of ['src', 'test/faults']) {
    const files = await readdir(join(root, folder), { recursive: true });
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
    await Promise.all(
      sources.map(async (file) => {
        const { code } = await transformFile(join(root, folder, file), compiler);
        const target = pathOf(join(folder, file));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, code);
      }),
    );
  }
  return { pathOf, remove: () => rm(directory, { recursive: true, force: true }) };
}

const compiler = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    target: 'es2022',
  },
  module: { type: 'es6' },
} as const;
