import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Command, Option } from 'commander';
import { UsageError } from '../errors/cli.errors.js';
import { restoreRelative } from './relative-arguments.js';

/** Where options come from that are not on the command line. */
export interface OptionSource {
  /** Name of the group. */
  readonly group: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that paths on the command line count from. */
  readonly cwd: string;
}

/**
 * The options of one call, from the command line or else from the environment: NEST_DB_UPGRADE_TAG for `db upgrade --tag`,
 * NEST_DB_DIRECTORY for `db --directory`, where DB is the name of the group, and NEST_DB_FLEET_SHARD for `--shard` of any command of
 * `db fleet`. Lists are separated by spaces.
 */
export class CommandOptions {
  constructor(
    private readonly command: Command,
    private readonly group: Command,
    private readonly source: OptionSource,
  ) {}

  /** Whether a flag is set. @throws UsageError when the environment gives it something that is neither yes nor no */
  flag(name: string): boolean {
    const given = this.given(name);
    if (typeof given === 'boolean') return given;
    const { variable, value } = this.fromEnvironment(name);
    if (value === undefined || /^(0|false|no|off)$/i.test(value)) return false;
    if (/^(1|true|yes|on)$/i.test(value)) return true;
    throw new UsageError(`${variable} is "${value}", which is neither true nor false.`);
  }

  text(name: string): string | undefined {
    const given = this.given(name);
    return typeof given === 'string' ? restoreRelative(given) : this.fromEnvironment(name).value;
  }

  /**
   * A path: absolute where it is typed, since the process may change to the application's folder before it is used. What
   * the environment gives stays as it is.
   */
  path(name: string): string | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : this.placed(name, text);
  }

  /** A value that may be a name or a path: with a slash it is a path, as a shell decides for commands. */
  nameOrPath(name: string): string | undefined {
    const text = this.text(name);
    return text !== undefined && /[/\\]/.test(text) ? this.path(name) : text;
  }

  /** A path in the repository, or one from the user's folder: `./versions`, or a path of several folders that exists. */
  pathInRepository(name: string): string | undefined {
    const [text, path] = [this.text(name), this.path(name)];
    if (text === undefined || path === undefined) return undefined;
    const isFromHere = /^\.{1,2}([/\\]|$)/.test(text) || (/[/\\]/.test(text) && existsSync(path));
    return isFromHere ? path : text;
  }

  /** A path that is a part of an option's value, as in `--folder analytics=src/old`: absolute where it is typed. */
  placed(name: string, path: string): string {
    return this.isTyped(name) ? this.fromHere(path) : path;
  }

  /** An absolute path for messages: relative to the user's folder, if it is in there. */
  shown(path: string): string {
    if (!isAbsolute(path)) return path;
    const fromHere = relative(this.source.cwd, path);
    return /^\.\.([/\\]|$)/.test(fromHere) || isAbsolute(fromHere) ? path : fromHere;
  }

  /** A number of milliseconds or seconds. @throws UsageError for a text that is none */
  number(name: string, unit: string): number | undefined {
    return this.numberLike(name, /^\d+(\.\d+)?$/, `no number of ${unit}`);
  }

  /** How many. @throws UsageError for a text that is no whole number, or zero */
  count(name: string): number | undefined {
    return this.numberLike(name, /^0*[1-9]\d{0,14}$/, 'no whole number of at least 1');
  }

  private numberLike(name: string, pattern: RegExp, otherwise: string): number | undefined {
    const typed = this.given(name);
    const { variable, value } = this.fromEnvironment(name);
    const text = typeof typed === 'string' ? restoreRelative(typed) : value;
    if (text === undefined) return undefined;
    if (pattern.test(text)) return Number(text);
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${typed === undefined ? variable : flag} is "${text}", which is ${otherwise}.`);
  }

  list(name: string): readonly string[] {
    const given = this.given(name);
    if (Array.isArray(given)) return given.map(String).map(restoreRelative);
    return this.fromEnvironment(name).value?.split(/\s+/).filter(Boolean) ?? [];
  }

  /** Those of these options that are set, by the names that requests have for them. */
  texts<K extends string>(...names: readonly K[]): { readonly [P in K]?: string } {
    return defined(names, (name) => this.text(name));
  }

  /** The same for paths. */
  paths<K extends string>(...names: readonly K[]): { readonly [P in K]?: string } {
    return defined(names, (name) => this.path(name));
  }

  private isTyped(name: string): boolean {
    return this.given(name) !== undefined;
  }

  private fromHere(path: string): string {
    return resolve(this.source.cwd, path);
  }

  private given(name: string): unknown {
    const owner = [this.command, this.group].find((command) => command.getOptionValueSource(name) === 'cli');
    return owner?.getOptionValue(name);
  }

  private fromEnvironment(name: string): { variable: string; value: string | undefined } {
    const { env, group } = this.source;
    const isOfGroup = this.group.options.some((option) => option.attributeName() === name);
    const path = pathOf(this.command, this.group);
    const own = variableName(group, ...path, name);
    const shared = path.slice(1).map((_name, index) => variableName(group, ...path.slice(0, -1 - index), name));
    const variables = [own, ...shared, ...(isOfGroup ? [variableName(group, name)] : [])];
    // A variable that is empty is how many tools leave one unset.
    const variable = variables.find((candidate) => env[candidate]) ?? own;
    return { variable, value: env[variable] || undefined };
  }
}

function defined<K extends string>(
  names: readonly K[],
  read: (name: K) => string | undefined,
): { readonly [P in K]?: string } {
  const given = names.map((name) => [name, read(name)]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { readonly [P in K]?: string };
}

/** The names that are typed for a command behind those of the group: `['fleet', 'upgrade']`. */
export function pathOf(command: Command, group: Command): readonly string[] {
  return command === group ? [] : [...(command.parent === null ? [] : pathOf(command.parent, group)), command.name()];
}

/** NEST_DB_HEADS_DIRECTORY for `directory` of `db heads`. */
function variableName(...parts: readonly string[]): string {
  return ['nest', ...parts]
    .map((part) => part.replaceAll(/([a-z])([A-Z])/g, '$1_$2').replaceAll('-', '_'))
    .join('_')
    .toUpperCase();
}

/** An option that may be given several times. */
export function repeatable(command: Command, flags: string, description: string): Option {
  return command
    .createOption(flags, `${description} (may be repeated)`)
    .argParser<string[]>((value, previous) => [...(previous ?? []), value]);
}
