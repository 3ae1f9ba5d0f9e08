import { isDeepStrictEqual } from 'node:util';
import type { BoundDataSource, MigrateConfig } from './options.js';
import { given } from './settled-config.js';
import { defaultSettings, readSettings, type RepositorySettings } from '../../repository/settings.js';

const names = Object.keys(defaultSettings) as (keyof RepositorySettings)[];

/**
 * Lets `change` see, and change, the settings of migrations.json together with the module's options.
 *
 * What it leaves alone is not part of the answer: it may have chosen another repository, whose own file counts then.
 *
 * @throws InvalidSettingsError naming the file and the key
 */
export async function withRepositorySettings(
  config: MigrateConfig,
  change: (config: MigrateConfig) => Promise<MigrateConfig>,
): Promise<MigrateConfig> {
  const own = pick(config, names);
  const read = readSettings(config.directory, own);
  const changed = await change({ ...config, ...copyOf(read) });
  const same = names.filter((name) => isDeepStrictEqual(changed[name], read[name]));
  return { ...omit(changed, same), ...pick(own, same) };
}

/** The settings in a config about the repository's files; they have precedence over migrations.json. */
export function repositorySettingsOf({ config }: BoundDataSource): Partial<RepositorySettings> {
  const { fileTemplate, timezone, truncateSlugLength, versionLocations, recursiveVersionLocations } = config;
  const { postWriteHooks, templateArgs, renames, compareConstraintNames, equalDefaults } = config;
  return given({
    fileTemplate,
    timezone,
    truncateSlugLength,
    versionLocations,
    recursiveVersionLocations,
    postWriteHooks,
    templateArgs,
    renames,
    compareConstraintNames,
    equalDefaults,
  });
}

/** A copy that a hook may change, lists and plain objects in it too; functions stay what they are. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)])) as T;
}

function pick<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]])) as Pick<T, K>;
}

function omit<T extends object, K extends keyof T>(object: T, keys: readonly K[]): Omit<T, K> {
  const left = Object.entries(object).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(left) as Omit<T, K>;
}
