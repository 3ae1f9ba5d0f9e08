import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InvalidSettingsError, MergeConflictError } from '../errors/repository-files.errors.js';
import { shownValue } from '../errors/shown.js';
import { findConflictInText } from './files/merge-conflict.js';

/** What is run on every new revision file: a program, for example a formatter, or a function. */
export type PostWriteHook = ProgramHook | FunctionHook;

/** A function of the application: only its options can give one, and not migrations.json. */
export interface FunctionHook {
  readonly name: string;
  /** @param file absolute path of the new file, which it may change. A throw fails the command; the file stays. */
  readonly run: (file: string) => void | Promise<void>;
}

/** A program that is run on every new revision file. */
export interface ProgramHook {
  readonly name: string;
  /** A program of the application (node_modules/.bin) or of the system. */
  readonly command: string;
  /** `REVISION_SCRIPT_FILENAME` is replaced by the path of the file; without it the path comes first. */
  readonly args?: readonly string[];
  /** Where it runs; relative to the repository. Default: where the process runs. */
  readonly cwd?: string;
}

/** The settings of migrations.json. */
export interface RepositorySettings {
  /**
   * Name of new files, without `.ts`.
   *
   * Tokens: rev, slug, epoch, year, month, day, hour, minute, second. A `/` makes sub-directories, for `recursiveVersionLocations`.
   *
   * @default '%(rev)s_%(slug)s'
   * @example fileTemplate: '%(year)d%(month).2d%(day).2d_%(slug)s'
   */
  readonly fileTemplate: string;
  /** Time zone of create dates: an IANA name. @default that of the machine @example timezone: 'Europe/Berlin' */
  readonly timezone: string | null;
  /** Longest slug, in characters. @default 40 @example truncateSlugLength: 60 */
  readonly truncateSlugLength: number;
  /**
   * Directories with revision files, relative to the repository.
   *
   * @default ['versions']
   * @example versionLocations: ['versions', 'billing/versions']
   */
  readonly versionLocations: readonly string[];
  /** Look into sub-directories too. @default false @example recursiveVersionLocations: true */
  readonly recursiveVersionLocations: boolean;
  /**
   * Run in this order on every new file; one that fails is a PostWriteHookError, and the file stays.
   *
   * @default []
   * @example postWriteHooks: [{ name: 'eslint', command: 'eslint', args: ['--fix', 'REVISION_SCRIPT_FILENAME'] }]
   */
  readonly postWriteHooks: readonly PostWriteHook[];
  /** Values that the template `script.ts.eta` reads as `it.NAME`. @default {} @example templateArgs: { team: 'billing' } */
  readonly templateArgs: Readonly<Record<string, unknown>>;
  /** Renames that autogenerate is to take as such, once they are due. @default [] @example renames: ['user.name:user.fullName'] */
  readonly renames: readonly string[];
  /**
   * Whether autogenerate reports a primary key, a constraint or an index that differs in nothing but its name. Where it does
   * not, what changes later is changed by the name that the database has.
   *
   * @default true
   * @example compareConstraintNames: false
   */
  readonly compareConstraintNames: boolean;
  /**
   * Defaults of columns that count as the same, in groups.
   *
   * @default []
   * @example equalDefaults: [['uuid_generate_v4()', 'gen_random_uuid()']]
   */
  readonly equalDefaults: readonly (readonly string[])[];
  /**
   * Names of the applications of a workspace that use the repository, as nest-cli.json or project.json has them: `nest-cmd`
   * refuses it to others. `init` notes the one that it is run for, where a workspace has several.
   *
   * @default []: any
   * @example applications: ['api', 'worker']
   */
  readonly applications: readonly string[];
}

export const settingsFile = 'migrations.json';

export const defaultSettings: RepositorySettings = {
  fileTemplate: '%(rev)s_%(slug)s',
  timezone: null,
  truncateSlugLength: 40,
  versionLocations: ['versions'],
  recursiveVersionLocations: false,
  postWriteHooks: [],
  templateArgs: {},
  renames: [],
  compareConstraintNames: true,
  equalDefaults: [],
  applications: [],
};

/**
 * The settings of a repository: the caller's, else those of migrations.json, else the defaults.
 *
 * @throws InvalidSettingsError naming the file and the key; MergeConflictError
 */
export function readSettings(directory: string, overrides: Partial<RepositorySettings> = {}): RepositorySettings {
  const file = join(directory, settingsFile);
  const own = readFile(file);
  const settings = { ...defaultSettings, ...own, ...given(overrides) };
  checkSettings(given(overrides), 'The migration options');
  if (overrides.versionLocations === undefined) refuseOutside(own.versionLocations ?? [], directory, file);
  refuseSubDirectories(settings, overrides.fileTemplate === undefined ? file : 'The migration options');
  return settings;
}

function refuseSubDirectories({ fileTemplate, recursiveVersionLocations }: RepositorySettings, where: string): void {
  const parts = fileTemplate.split(/[/\\]/);
  if (parts.includes('..') || isAbsolute(fileTemplate)) {
    throw new InvalidSettingsError(
      `${where}: "fileTemplate" leads out of the versions directory: ${shownValue(fileTemplate)}`,
    );
  }
  if (!fileTemplate.includes('/') || recursiveVersionLocations) return;
  throw new InvalidSettingsError(
    `${where}: "fileTemplate" makes sub-directories, which are not searched for revisions`,
    {
      hint: 'Set "recursiveVersionLocations" to true.',
    },
  );
}

/** Refuses locations outside of the folder: only the application, not a file of the folder, may have other code run. */
function refuseOutside(locations: readonly string[], directory: string, file: string): void {
  const leadsOut = (location: string): boolean => {
    const way = relative(directory, resolve(directory, location));
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  };
  const outside = locations.find(leadsOut);
  if (outside === undefined) return;
  throw new InvalidSettingsError(`${file}: "versionLocations" leads out of the repository: "${outside}"`, {
    hint: 'Name such directories in the application: MigrateModule.forRoot({ versionLocations: […] }).',
  });
}

function readFile(file: string): Partial<RepositorySettings> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new InvalidSettingsError(`${file}: cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const conflict = findConflictInText(text);
  if (conflict !== undefined) throw new MergeConflictError(file, conflict.line, conflict.marker);
  const settings = parse(text, file);
  checkSettings(settings, file);
  return settings;
}

function parse(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidSettingsError(`${file}: is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (isRecord(value)) return value;
  throw new InvalidSettingsError(`${file}: must be an object, such as { "truncateSlugLength": 40 }`);
}

type Check = readonly [what: string, holds: (value: unknown) => boolean];

/** The check of each setting, wherever it is given. */
export const settingChecks: Readonly<Record<keyof RepositorySettings, Check>> = {
  fileTemplate: ['a string that is not empty', isText],
  timezone: ['the name of a time zone, such as "UTC", or null', (value) => value === null || isTimeZone(value)],
  truncateSlugLength: ['a whole number above 0', (value) => Number.isInteger(value) && Number(value) > 0],
  versionLocations: ['an array of directories', (value) => isStrings(value) && value.length > 0 && value.every(isText)],
  recursiveVersionLocations: ['true or false', (value) => typeof value === 'boolean'],
  postWriteHooks: [
    'an array of { "name", "command", "args", "cwd" }, of which the first two must be there, or of { "name", "run" } with a function',
    (value) => Array.isArray(value) && value.every(isHook),
  ],
  templateArgs: ['an object whose keys are names that a template does not have already', isTemplateArgs],
  renames: [
    'an array of renames, such as "user.name:user.fullName"',
    (value) => isStrings(value) && value.every((rename) => rename.includes(':')),
  ],
  compareConstraintNames: ['true or false', (value) => typeof value === 'boolean'],
  equalDefaults: [
    'an array of groups of two or more defaults, such as [["uuid_generate_v4()", "gen_random_uuid()"]]',
    (value) =>
      Array.isArray(value) && value.every((group) => isStrings(group) && group.length > 1 && group.every(isText)),
  ],
  applications: [
    'an array of names of applications, such as ["api"]',
    (value) => isStrings(value) && value.every(isText),
  ],
};

function checkSettings(settings: object, where: string): asserts settings is Partial<RepositorySettings> {
  for (const [key, value] of Object.entries(settings)) {
    if (key === '$schema') continue;
    const check = Object.hasOwn(settingChecks, key) ? settingChecks[key as keyof RepositorySettings] : undefined;
    if (check === undefined) {
      throw new InvalidSettingsError(`${where}: there is no setting "${key}"`, {
        hint: `The settings are ${Object.keys(settingChecks).join(', ')}.`,
      });
    }
    const [what, holds] = check;
    if (!holds(value)) throw new InvalidSettingsError(`${where}: "${key}" must be ${what}, not ${shownSetting(value)}`);
  }
}

/** A list or an object as migrations.json has it, so that people find the item that is wrong. */
function shownSetting(value: unknown): string {
  try {
    return typeof value === 'string' ? shownValue(value) : (JSON.stringify(value) ?? shownValue(value));
  } catch {
    return shownValue(value);
  }
}

/** The variables that every template has, whose names are taken. */
const TEMPLATE_NAMES = new Set(
  'revision downRevision branchLabels dependsOn message createDate imports upgrade downgrade doc revises literal'.split(
    ' ',
  ),
);

/** Whether these can be values of a template. */
export function isTemplateArgs(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.keys(value).every((name) => !TEMPLATE_NAMES.has(name));
}

function isFunctionHook(value: Record<string, unknown>): boolean {
  const { name, run, ...others } = value;
  return isText(name) && typeof run === 'function' && Object.keys(others).length === 0;
}

function isHook(value: unknown): boolean {
  if (isRecord(value) && 'run' in value) return isFunctionHook(value);
  if (!isRecord(value) || Object.keys(value).some((key) => !['name', 'command', 'args', 'cwd'].includes(key)))
    return false;
  const { name, command, args, cwd } = value;
  const texts = isText(name) && isText(command) && (cwd === undefined || isText(cwd));
  return texts && (args === undefined || (isStrings(args) && args.every(isPassable)));
}

function isTimeZone(value: unknown): boolean {
  if (!isText(value)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && isPassable(value);
}

/** The system takes no text with NUL: no path, no program, no argument. */
function isPassable(text: string): boolean {
  return !text.includes('\0');
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function given(settings: Partial<RepositorySettings>): Partial<RepositorySettings> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
