import 'reflect-metadata';
import type { FactoryProvider, Provider, Type } from '@nestjs/common';
import { MigrateOptionsError } from '../../errors/service.errors.js';
import { shownValue } from '../../errors/shown.js';
import { requireProviderMark } from '../providers/provider-mark.js';
import { isObject } from '../../service/options/option-kinds.js';
import type { MigrateConfig } from '../../service/options/options.js';

/** What a configure hook returns: another config, or nothing to keep the one it was given (and may have changed). */
export type Configured = MigrateConfig | void | Promise<MigrateConfig | void>;

/**
 * A provider that is asked before each command works with a config.
 *
 * @example
 *     class Tenants implements MigrateConfigurer {
 *       configure(config: MigrateConfig) {
 *         config.schema = config.xArgs['tenant'];
 *       }
 *     }
 */
export interface MigrateConfigurer {
  /**
   * Changes the config it is given, or returns another one; it may be async. A throw fails the command.
   *
   * @example
   *     configure: (config) => {
   *       if (config.command === 'upgrade') config.statementTimeout = 60_000;
   *     }
   */
  configure(config: MigrateConfig): Configured;
}

/**
 * Which configs a hook is asked about, and when.
 *
 * @example
 *     provideConfigureHook((config) => ({ ...config, lockTimeout: 500 }), { dataSource: 'analytics' });
 */
export interface ConfigureHookOptions {
  /** Only this data source. @default all of them @example dataSource: 'analytics' */
  readonly dataSource?: string;
  /** Lower numbers are asked first, and later ones see what they did. @default 0 @example order: 10 */
  readonly order?: number;
}

const HOOK = 'nestjs-migrate:configure-hook';

/** Options of hooks that are made by a factory, by their token: a factory has no class to mark. */
const factoryHooks = new Map<symbol, ConfigureHookOptions>();

/**
 * Makes a provider of any module a configure hook. It must have a method `configure` (`MigrateConfigurer`).
 *
 * Each hook is called once for every command and data source, after the options were read and before they are used.
 *
 * @throws MigrateOptionsError for options that it does not have
 * @example
 *     // `@Injectable() @ConfigureMigrations()`
 *     export class Timeouts implements MigrateConfigurer {
 *       constructor(private readonly settings: ConfigService) {}
 *       configure(config: MigrateConfig) {
 *         config.lockTimeout = this.settings.get('LOCK_TIMEOUT', 2_000);
 *       }
 *     }
 */
export function ConfigureMigrations(options: ConfigureHookOptions = {}): ClassDecorator {
  requireProviderMark('ConfigureMigrations()', options);
  return (target) => Reflect.defineMetadata(HOOK, options, target);
}

/**
 * The same as an entry of a `providers` array, as often as wanted: a class, a function, or a factory that makes either.
 *
 * @throws MigrateOptionsError for what is none of these, or options that it does not have
 * @example
 *     const providers = [
 *       provideConfigureHook((config) => {
 *         config.lockTimeout = 2_000;
 *       }),
 *       provideConfigureHook(
 *         {
 *           inject: [ConfigService],
 *           useFactory: (settings: ConfigService) => (config: MigrateConfig) => {
 *             config.xArgs = { ...config.xArgs, tenant: settings.getOrThrow('TENANT') };
 *           },
 *         },
 *         { order: 10 },
 *       ),
 *     ];
 */
export function provideConfigureHook(
  hook: Type<MigrateConfigurer> | ((config: MigrateConfig) => Configured) | HookFactory,
  options: ConfigureHookOptions = {},
): Provider {
  requireHook(hook);
  requireProviderMark('provideConfigureHook()', options);
  const provide = Symbol(hookName(hook));
  factoryHooks.set(provide, options);
  if (typeof hook !== 'function') return { provide, useFactory: hook.useFactory, inject: hook.inject ?? [] };
  return isClass(hook) ? { provide, useClass: hook } : { provide, useValue: hook };
}

/**
 * A factory of a hook, with what Nest injects into it.
 *
 * @example
 *     const hook: HookFactory = {
 *       inject: [ConfigService],
 *       useFactory: (settings: ConfigService) => (config: MigrateConfig) => {
 *         config.lockTimeout = settings.get('LOCK_TIMEOUT', 2_000);
 *       },
 *     };
 */
export interface HookFactory extends Pick<FactoryProvider, 'inject'> {
  /** Makes the hook from what was injected. @example useFactory: () => (config) => ({ ...config, lockTimeout: 500 }) */
  readonly useFactory: (...args: never[]) => MigrateConfigurer | ((config: MigrateConfig) => Configured);
}

/** What makes a provider a hook; undefined when it is none. */
export function hookOptionsOf(token: unknown, type: unknown): ConfigureHookOptions | undefined {
  if (typeof token === 'symbol' && factoryHooks.has(token)) return factoryHooks.get(token);
  const classes = [type, token].filter((candidate) => typeof candidate === 'function');
  for (const candidate of classes) {
    const options = Reflect.getMetadata(HOOK, candidate) as ConfigureHookOptions | undefined;
    if (options !== undefined) return options;
  }
  return undefined;
}

function requireHook(hook: unknown): void {
  if (typeof hook === 'function' || (isObject(hook) && typeof hook['useFactory'] === 'function')) return;
  throw new MigrateOptionsError(
    `provideConfigureHook() must be given a class, a function or { useFactory }, not ${shownValue(hook)}.`,
  );
}

/** Empty for a function or a factory without one. */
function hookName(hook: Parameters<typeof provideConfigureHook>[0]): string {
  return typeof hook === 'function' ? hook.name : '';
}

function isClass(hook: unknown): hook is Type<MigrateConfigurer> {
  const prototype = (hook as { prototype?: { configure?: unknown } }).prototype;
  return typeof prototype?.configure === 'function';
}
