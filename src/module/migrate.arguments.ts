import { FLAG, FUNCTION, isObject, NAME, type OptionKind } from '../service/options/option-kinds.js';
import { readAs, requireKinds, requireKnown } from '../service/options/read-option.js';
import { MigrateOptionsError } from '../errors/service.errors.js';
import { shownValue } from '../errors/shown.js';
import type { MigrateModuleAsyncOptions, MigrateModuleOptions, MigrateOptions } from '../service/options/options.js';

const LIST: OptionKind = { wanted: 'a list', accepts: Array.isArray };
const OBJECT: OptionKind = { wanted: 'an object', accepts: isObject };
const CLASS: OptionKind = { wanted: 'a class', accepts: (value) => typeof value === 'function' };
const COMMAND: OptionKind = {
  wanted: 'a word, such as "db"',
  accepts: (value) => typeof value === 'string' && /^[\p{L}\p{N}][\p{L}\p{N}_.:-]*$/u.test(value),
};
const TOKEN: OptionKind = {
  wanted: 'the token of a provider',
  accepts: (value) => ['string', 'symbol', 'function'].includes(typeof value) && value !== '',
};
const DATA_SOURCES: OptionKind = { wanted: 'a list of data sources', accepts: Array.isArray };

const ofForRoot = { dataSources: DATA_SOURCES, command: COMMAND };
const ofForRootAsync = {
  ...ofForRoot,
  imports: LIST,
  inject: LIST,
  useFactory: FUNCTION,
  useClass: CLASS,
  useExisting: TOKEN,
} satisfies { readonly [Name in keyof Required<MigrateModuleAsyncOptions>]: OptionKind };
const ofEntry = { name: NAME, upgradeOnBootstrap: FLAG };
const ofInjected = { imports: LIST, inject: LIST, useFactory: FUNCTION };

/** The argument of `forRoot` in its long form. @throws MigrateOptionsError */
export function readForRoot(argument: unknown = {}): MigrateModuleOptions {
  if (Array.isArray(argument)) return { dataSources: argument };
  const wanted = 'a list of data sources, or an object with options';
  readAs('The argument of MigrateModule.forRoot()', { ...OBJECT, wanted }, argument);
  requireKinds('MigrateModule.forRoot()', ofForRoot, argument);
  return argument as MigrateModuleOptions;
}

/** The argument of `forRootAsync`. @throws MigrateOptionsError */
export function readForRootAsync(argument: unknown): MigrateModuleAsyncOptions {
  readAs('The argument of MigrateModule.forRootAsync()', { ...OBJECT, wanted: 'an object with options' }, argument);
  requireKinds('MigrateModule.forRootAsync()', ofForRootAsync, argument);
  requireKnown('MigrateModule.forRootAsync()', Object.keys(ofForRootAsync), argument as object);
  return argument as MigrateModuleAsyncOptions;
}

/** What a factory of options made. @param factory names it: `useFactory`. @throws MigrateOptionsError */
export function readMadeOptions(factory: string, made: unknown): MigrateOptions {
  if (isObject(made)) return made;
  throw new MigrateOptionsError(
    `${factory} of MigrateModule.forRootAsync() must give an object with options, not ${shownValue(made)}.`,
    { hint: 'Does it return what it makes? Return {} for the defaults.' },
  );
}

/** An entry of `dataSources`. @throws MigrateOptionsError */
export function requireEntry(entry: unknown): void {
  if (typeof entry === 'string') return void readAs('A data source of MigrateModule', NAME, entry);
  readAs('A data source of MigrateModule', { ...OBJECT, wanted: 'a name or an object' }, entry);
  requireKinds('a data source of MigrateModule', ofEntry, entry);
}

/** The description of a data source that a provider makes. @throws MigrateOptionsError */
export function requireInjected(name: string, dataSource: unknown): void {
  requireKinds(`data source "${name}" of MigrateModule`, ofInjected, Object(dataSource));
}
