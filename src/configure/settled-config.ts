import { MigrateOptionsError } from '../errors/service.errors.js';
import type { MigrateConfig } from '../migrate.options.js';

const TIMES = ['lockTimeout', 'statementTimeout', 'runnerTimeout', 'connectTimeout', 'waitForDatabase'] as const;
const COMPARISONS = ['compareType', 'compareServerDefault'] as const;
const FUNCTIONS = ['includeName', 'includeObject', 'processRevisionDirectives', 'renderItem'] as const;

/**
 * A config as options and hooks made it, with its times as numbers: from the environment they come as text.
 *
 * @throws MigrateOptionsError for a value that would fail later, in the middle of a command, or be passed over.
 */
export function settledConfig(config: MigrateConfig): MigrateConfig {
  const times = TIMES.map((name) => [name, milliseconds(name, config[name])] as const);
  for (const name of COMPARISONS) {
    requireKind(name, config[name], ['boolean', 'function'], 'true, false or a function');
  }
  for (const name of FUNCTIONS) requireKind(name, config[name], ['function'], 'a function');
  const schemas: unknown = config.includeSchemas;
  if (!Array.isArray(schemas) || schemas.some((schema) => typeof schema !== 'string')) {
    refuse('includeSchemas', schemas, 'a list of names');
  }
  return { ...config, ...Object.fromEntries(times) };
}

function milliseconds(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number >= 0 ? number : refuse(name, value, 'a number of milliseconds');
}

function requireKind(name: string, value: unknown, kinds: readonly string[], wanted: string): void {
  if (value !== undefined && !kinds.includes(typeof value)) refuse(name, value, wanted);
}

function refuse(name: string, value: unknown, wanted: string): never {
  const shown = typeof value === 'string' ? `"${value}"` : String(value);
  throw new MigrateOptionsError(`The migration option "${name}" must be ${wanted}, not ${shown}.`, {
    hint: 'Options come from MigrateModule.forRoot(…) or forRootAsync(…), and configure hooks may change them.',
  });
}
