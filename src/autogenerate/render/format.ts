import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The part of prettier that is used here; a project has its own version of it. */
interface Prettier {
  resolveConfig(fileName: string, options: { editorconfig: boolean }): Promise<Record<string, unknown> | null>;
  format(source: string, options: Record<string, unknown>): Promise<string> | string;
}

/**
 * The source as the project's own prettier writes it, with the configuration that holds for the file.
 *
 * Prettier is looked for from the file's directory upwards, as a dependency of the project. Where there is none, and
 * where it fails, the source comes back as it is: formatting never stops a migration.
 *
 * @param fileName absolute path that the source will be written to.
 */
export async function formatSource(source: string, fileName: string): Promise<string> {
  try {
    const require = createRequire(pathToFileURL(`${dirname(fileName)}/`));
    const prettier = require('prettier') as Prettier;
    const config = await prettier.resolveConfig(fileName, { editorconfig: true });
    return await prettier.format(source, { ...config, filepath: fileName });
  } catch {
    return source;
  }
}
