import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DirectoryNotEmptyError, RepositoryNotWrittenError } from '../../errors/repository-files.errors.js';
import { defaultSettings, type RepositorySettings, settingsFile } from '../settings.js';
import { readTemplate, settingsText, type TemplateFiles } from './templates.js';

export interface CreatedRepository {
  /** Absolute path. */
  readonly directory: string;
  /** Absolute paths, in the order they were written. */
  readonly files: readonly string[];
}

/**
 * Makes a migrations directory.
 *
 * @param options.settings what migrations.json is to have besides the template's settings
 * @param options.template name of a template, or the path of a directory; default `default`, or `multidb` with `multidb`
 * @throws DirectoryNotEmptyError, TemplateNotFoundError, RepositoryNotWrittenError; nothing is written then
 */
export async function createRepository(
  directory: string,
  options: { template?: string; multidb?: boolean; settings?: Partial<RepositorySettings> } = {},
): Promise<CreatedRepository> {
  const absolute = resolve(directory);
  if (isTaken(absolute)) throw new DirectoryNotEmptyError(absolute);
  const template = readTemplate(options.template ?? (options.multidb === true ? 'multidb' : 'default'));
  return { directory: absolute, files: writeAll(absolute, withSettings(template, options.settings ?? {})) };
}

function withSettings(template: TemplateFiles, settings: Partial<RepositorySettings>): TemplateFiles {
  if (Object.keys(settings).length === 0) return template;
  const own = JSON.parse(template.get(settingsFile) ?? '{}') as object;
  return new Map([...template, [settingsFile, settingsText({ ...own, ...settings })]]);
}

function isTaken(directory: string): boolean {
  try {
    return existsSync(directory) && (!statSync(directory).isDirectory() || readdirSync(directory).length > 0);
  } catch (error) {
    throw new RepositoryNotWrittenError(directory, directory, error);
  }
}

/** Writes everything or nothing. @returns the paths of the files */
function writeAll(directory: string, template: TemplateFiles): string[] {
  const made = outermostMissing(directory);
  let path = directory;
  try {
    mkdirSync(directory, { recursive: true });
    for (const location of defaultSettings.versionLocations) {
      path = join(directory, location);
      mkdirSync(path, { recursive: true });
    }
    return [...template].map(([name, text]) => {
      path = join(directory, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    });
  } catch (error) {
    removeAgain(directory, made);
    throw new RepositoryNotWrittenError(directory, path, error);
  }
}

/** The outermost folder that has to be made for a directory; undefined when the directory exists. */
function outermostMissing(directory: string): string | undefined {
  if (isAnything(directory)) return undefined;
  return outermostMissing(dirname(directory)) ?? directory;
}

/** Whether anything exists at a path; a broken link counts, since it is the user's. */
function isAnything(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** @param made the outermost folder that was made for it; without one the directory was there, and empty */
function removeAgain(directory: string, made: string | undefined): void {
  try {
    const ours = made === undefined ? readdirSync(directory).map((name) => join(directory, name)) : [made];
    for (const path of ours) rmSync(path, { recursive: true, force: true });
  } catch {
    // Where nothing could be made, as below a file, there is nothing to remove either.
  }
}
