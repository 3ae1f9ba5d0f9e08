import type { ChosenDataSource, DataSourceOptionsOverride, MigrateConfig, MigrateOptions } from './options.js';
import { lockModes } from '../../dialects/lock.js';
import { dataLossModes } from './data-loss-mode.js';
import { onlineModes } from './online-mode.js';
import { settingChecks } from '../../repository/settings.js';
import {
  COMPARISON,
  COUNT,
  DIRECTORY,
  FLAG,
  FUNCTION,
  LINT_RULES,
  LISTS_BY_KEY,
  LOGGER,
  NAME,
  NAMES,
  OBJECT,
  oneOf,
  type OptionKind,
  type OptionKinds,
  TEXTS_BY_KEY,
  TIME,
} from './option-kinds.js';
import { readAs, requireKnown } from './read-option.js';

const ofDataSource: OptionKinds<DataSourceOptionsOverride> = {
  directory: DIRECTORY,
  versionTable: NAME,
  versionTableSchema: NAME,
  transactionPerMigration: FLAG,
  lockTimeout: TIME,
  lockAttempts: { ...COUNT, read: TIME.read as (text: string) => unknown },
  statementTimeout: TIME,
  revisionTimeout: TIME,
  runnerTimeout: TIME,
  lock: oneOf(lockModes),
  onDataLoss: oneOf(dataLossModes),
  online: oneOf(onlineModes),
  connectTimeout: TIME,
  waitForDatabase: TIME,
  includeSchemas: NAMES,
  indexes: LISTS_BY_KEY,
};

const kinds: OptionKinds<Omit<MigrateOptions, 'command'> & ChosenDataSource> = {
  ...ofDataSource,
  schema: NAME,
  dataSourceOptions: OBJECT,
  logger: LOGGER,
  templateArgs: ofSetting('templateArgs'),
  twoPhase: FLAG,
  upgradeOnBootstrap: FLAG,
  lint: LINT_RULES,
  xArgs: TEXTS_BY_KEY,
  compareType: COMPARISON,
  compareServerDefault: COMPARISON,
  includeName: FUNCTION,
  includeObject: FUNCTION,
  processRevisionDirectives: FUNCTION,
  renderItem: FUNCTION,
  onRunStart: FUNCTION,
  onRunEnd: FUNCTION,
  onRevisionStart: FUNCTION,
  onRevisionEnd: FUNCTION,
  onVersionApply: FUNCTION,
  onTenantEnd: FUNCTION,
  fileTemplate: ofSetting('fileTemplate'),
  timezone: ofSetting('timezone'),
  truncateSlugLength: { ...ofSetting('truncateSlugLength'), read: TIME.read as (text: string) => unknown },
  versionLocations: ofSetting('versionLocations'),
  recursiveVersionLocations: {
    ...ofSetting('recursiveVersionLocations'),
    read: FLAG.read as (text: string) => unknown,
  },
  postWriteHooks: ofSetting('postWriteHooks'),
  renames: ofSetting('renames'),
  compareConstraintNames: { ...ofSetting('compareConstraintNames'), read: FLAG.read as (text: string) => unknown },
  equalDefaults: ofSetting('equalDefaults'),
  applications: ofSetting('applications'),
};

/** One of the scopes in which options are given, with the options that exist there. */
export interface OptionScope {
  /** Its name in messages. */
  readonly what: string;
  readonly known: readonly string[];
}

const { schema: _schema, dataSourceOptions: _dataSourceOptions, ...shared } = kinds;

/** The options of `forRoot`, or of what the factory of `forRootAsync` makes. */
export const ofModule: OptionScope = {
  what: 'MigrateModule',
  known: ['command', 'dataSources', ...Object.keys(shared)],
};

/** An entry of `dataSources`. */
export const ofEntry: OptionScope = {
  what: 'A data source of MigrateModule',
  known: ['name', 'dataSource', 'upgradeOnBootstrap', 'tenants', ...Object.keys(ofDataSource)],
};

/** What a configure hook is given, and may change. */
const ofConfig: OptionScope = {
  what: 'The config of a configure hook',
  known: ['command', 'dataSource', ...Object.keys(kinds)],
};

/** Options that a config always has. */
const always = [
  'directory',
  'versionTable',
  'transactionPerMigration',
  'lockTimeout',
  'lockAttempts',
  'statementTimeout',
  'revisionTimeout',
  'runnerTimeout',
  'lock',
  'onDataLoss',
  'online',
  'connectTimeout',
  'waitForDatabase',
  'includeSchemas',
  'xArgs',
] as const satisfies readonly (keyof typeof kinds)[];

/**
 * Options with the texts of numbers and of true and false as what they mean: from the environment they come as text. What is
 * undefined is left out, as a value from ConfigService may be.
 *
 * @throws MigrateOptionsError for an option that does not exist, and for a value that no option can have
 */
export function readOptions<T extends object>(options: T, scope: OptionScope): T {
  requireKnown(scope.what, scope.known, options);
  return Object.fromEntries(
    Object.entries(given(options)).map(([name, value]) => [name, readOption(name, value)]),
  ) as T;
}

/**
 * A config as options and hooks made it, read as options are. No hook decides which command it is for.
 *
 * @throws MigrateOptionsError for a value that would fail later, in the middle of a command, or be passed over
 */
export function settledConfig(
  config: MigrateConfig,
  { command, dataSource }: Pick<MigrateConfig, 'command' | 'dataSource'> = config,
): MigrateConfig {
  for (const name of always) if (config[name] === undefined) readOption(name, undefined);
  const { xArgs, ...read } = readOptions(config, ofConfig);
  return { ...read, xArgs: given(xArgs) as MigrateConfig['xArgs'], command, dataSource };
}

function readOption(name: string, value: unknown): unknown {
  const kind = Object.hasOwn(kinds, name) ? kinds[name as keyof typeof kinds] : undefined;
  return kind === undefined ? value : readAs(`The migration option "${name}"`, kind, value);
}

/** Options without those that were left undefined. */
export function given<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function ofSetting(name: keyof typeof settingChecks): OptionKind {
  const [wanted, accepts] = settingChecks[name];
  return { wanted, accepts };
}
