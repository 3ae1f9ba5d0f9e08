import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DirectoryNotEmptyError } from '../../errors/repository-files.errors.js';
import { defaultSettings } from '../settings.js';
import { readTemplate } from './templates.js';

export interface CreatedRepository {
  /** Absolute path. */
  readonly directory: string;
  /** Absolute paths, in the order they were written. */
  readonly files: readonly string[];
}

/**
 * Makes a migrations directory.
 *
 * @param options.template name of a template, or the path of a directory; default `default`, or `multidb` with `multidb`
 * @throws DirectoryNotEmptyError, TemplateNotFoundError; nothing is written then
 */
export async function createRepository(
  directory: string,
  options: { template?: string; multidb?: boolean } = {},
): Promise<CreatedRepository> {
  const absolute = resolve(directory);
  if (existsSync(absolute) && (!statSync(absolute).isDirectory() || readdirSync(absolute).length > 0)) {
    throw new DirectoryNotEmptyError(absolute);
  }
  const template = readTemplate(options.template ?? (options.multidb === true ? 'multidb' : 'default'));
  for (const location of defaultSettings.versionLocations) mkdirSync(join(absolute, location), { recursive: true });
  const files = [...template].map(([name, text]) => {
    const file = join(absolute, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  });
  return { directory: absolute, files };
}
